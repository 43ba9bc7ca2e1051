namespace Ips.Contracts.Events;

/// <summary>A person was moved from one staff member to another. The end of one assignment and the start of the other are published too.</summary>
[EventName("ips.staffing.assignment-moved.v1")]
public sealed record AssignmentMovedV1 : ProviderEvent
{
    /// <summary>The new assignment.</summary>
    public required AssignmentId AssignmentId { get; init; }

    /// <summary>The assignment that ended.</summary>
    public required AssignmentId EndedAssignmentId { get; init; }

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The staff member who gave the person away.</summary>
    public required StaffMemberId FromStaffMemberId { get; init; }

    /// <summary>The staff member who serves the person now.</summary>
    public required StaffMemberId ToStaffMemberId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>First day of the new assignment.</summary>
    public required DateOnly From { get; init; }

    /// <inheritdoc/>
    protected override string Resource => AssignmentId.Name;
}
