using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>A provider recorded a staff member.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="StaffMemberId">The staff member.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="HireDate">Day of hire of the staff member.</param>
[EntityName("ips.staffing.staff-member-registered.v1"), MessageUrn("ips:staffing:staff-member-registered:v1")]
public sealed record StaffMemberRegisteredV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid StaffMemberId, string Provider, DateOnly HireDate) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new StaffMemberId(StaffMemberId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
