using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>A staff member got a role in a team.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="StaffMemberId">The staff member.</param>
/// <param name="TeamId">The team.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Role">Code of the role, for example ESP.</param>
/// <param name="From">First day.</param>
/// <param name="Through">Last day, included; null while it has no end.</param>
[EntityName("ips.staffing.role-assigned.v1"), MessageUrn("ips:staffing:role-assigned:v1")]
public sealed record RoleAssignedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid StaffMemberId, Guid TeamId, string Provider, string Role, DateOnly From, DateOnly? Through) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new StaffMemberId(StaffMemberId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
