using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>An assignment got its last day.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="AssignmentId">The assignment.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="StaffMemberId">The staff member.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="From">First day.</param>
/// <param name="Through">Last day, included.</param>
[EntityName("ips.staffing.assignment-ended.v1"), MessageUrn("ips:staffing:assignment-ended:v1")]
public sealed record AssignmentEndedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid AssignmentId, Guid IndividualId, Guid StaffMemberId, string Provider, string Program,
    DateOnly From, DateOnly Through) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new AssignmentId(AssignmentId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
