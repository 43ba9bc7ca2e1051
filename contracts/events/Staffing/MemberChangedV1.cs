namespace Ips.Contracts.Events;

/// <summary>A member of an organization was recorded, changed or ended: the whole state. What people of an organization may see and do rests on it.</summary>
[EventName("ips.staffing.member-changed.v1")]
public sealed record MemberChangedV1 : DomainEvent
{
    /// <summary>The member.</summary>
    public required MemberId MemberId { get; init; }

    /// <summary>Code of the organization.</summary>
    public required string Organization { get; init; }

    /// <summary>An id made from the account's issuer and subject; it says nothing about the person.</summary>
    public required Guid AccountId { get; init; }

    /// <summary>Codes of the roles inside the organization, for example SPECIALIST.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>The staff member whose caseload the member sees; null when the member sees the whole organization.</summary>
    public required StaffMemberId? StaffMemberId { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, included; null while it is open. Before the first day: access ended on that day.</summary>
    public required DateOnly? Through { get; init; }

    /// <inheritdoc/>
    protected override string Resource => MemberId.Name;
}
