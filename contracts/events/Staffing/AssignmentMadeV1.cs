using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>A person was assigned to a staff member.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="AssignmentId">The assignment.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="StaffMemberId">The staff member.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="Role">Code of the role, for example ESP.</param>
/// <param name="From">First day.</param>
/// <param name="ActiveCount">People on the caseload on the first day, this one included.</param>
/// <param name="Limit">The limit that applies; null when the program prints none.</param>
[EntityName("ips.staffing.assignment-made.v1"), MessageUrn("ips:staffing:assignment-made:v1")]
public sealed record AssignmentMadeV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid AssignmentId, Guid IndividualId, Guid StaffMemberId, string Provider, string Program, string Role,
    DateOnly From, int ActiveCount, int? Limit) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new AssignmentId(AssignmentId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
