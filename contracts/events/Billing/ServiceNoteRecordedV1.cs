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
    [ZerosWhenNone]
    public required DecisionId DecisionId { get; init; }

    /// <summary>Version of the policy pack that decided.</summary>
    public required string PackVersion { get; init; }

    /// <summary>Whether the service was given; false for a person who did not come; null when the note does not show it.</summary>
    public bool? Rendered { get; init; }

    /// <summary>Minutes of the contact without travel, billable or not; null when the note does not show them.</summary>
    public int? DurationMinutes { get; init; }

    /// <summary>What was done, as the code of the contract's enum in lower case; null when the note does not show it.</summary>
    public string? Activity { get; init; }

    /// <summary>Whether it was face to face; null when the note does not show the type of contact.</summary>
    public bool? InPerson { get; init; }

    /// <summary>Whether it was outside the office; null when the note does not show the place. The place itself stays in Billing.</summary>
    public bool? OutsideOffice { get; init; }

    /// <inheritdoc/>
    protected override string Resource => ServiceNoteId.Name;
}
