namespace Ips.Contracts.Events;

/// <summary>An assignment is about the survivor of a merge now.</summary>
[EventName("ips.staffing.assignment-joined.v1")]
public sealed record AssignmentJoinedV1 : ProviderEvent
{
    /// <summary>The assignment.</summary>
    public required AssignmentId AssignmentId { get; init; }

    /// <summary>The survivor.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The staff member.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, included; null while it is open.</summary>
    public required DateOnly? Through { get; init; }

    /// <inheritdoc/>
    protected override string Resource => AssignmentId.Name;
}
