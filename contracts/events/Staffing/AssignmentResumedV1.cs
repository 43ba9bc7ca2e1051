namespace Ips.Contracts.Events;

/// <summary>The discharge that had ended an assignment was taken back: the assignment has the last day that it had before.</summary>
[EventName("ips.staffing.assignment-resumed.v1")]
public sealed record AssignmentResumedV1 : ProviderEvent
{
    /// <summary>The assignment.</summary>
    public required AssignmentId AssignmentId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The staff member.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, included; null when it has none.</summary>
    public required DateOnly? Through { get; init; }

    /// <inheritdoc/>
    protected override string Resource => AssignmentId.Name;
}
