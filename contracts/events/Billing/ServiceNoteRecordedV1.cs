namespace Ips.Contracts.Events;

/// <summary>A service note was recorded, billable or not.</summary>
[EventName("ips.billing.service-note-recorded.v1")]
public sealed record ServiceNoteRecordedV1 : ProviderEvent
{
    /// <summary>The note.</summary>
    public required ServiceNoteId ServiceNoteId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The staff member.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>Day of service.</summary>
    public required DateOnly ServiceDate { get; init; }

    /// <summary>The verdict: Met, NotMet, NeedsFacts or NeedsReview; NoSuchRule where the program has no rule about notes.</summary>
    public required string Verdict { get; init; }

    /// <summary>Billable minutes; 0 when the note is not billable.</summary>
    public required int BillableMinutes { get; init; }

    /// <summary>Whole units of 15 minutes of the person's day at the provider, earlier notes of the day included.</summary>
    public required int DayUnits { get; init; }

    /// <summary>The stored receipt of the decision; a UUID of zeros where there is none.</summary>
    public required DecisionId DecisionId { get; init; }

    /// <summary>Version of the policy pack that decided.</summary>
    public required string PackVersion { get; init; }

    /// <inheritdoc/>
    protected override string Resource => ServiceNoteId.Name;
}
