namespace Ips.Contracts.Events;

/// <summary>The caseload of a staff member was given to a member for some days, or taken back: the whole state.</summary>
[EventName("ips.staffing.delegation-changed.v1")]
public sealed record DelegationChangedV1 : DomainEvent
{
    /// <summary>The delegation.</summary>
    public required DelegationId DelegationId { get; init; }

    /// <summary>The member who sees the caseload.</summary>
    public required MemberId MemberId { get; init; }

    /// <summary>The staff member whose caseload it is.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, included. Before the first day: it was taken back on that day.</summary>
    public required DateOnly Through { get; init; }

    /// <inheritdoc/>
    protected override string Resource => DelegationId.Name;
}
