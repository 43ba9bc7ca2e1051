using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>It was decided whether a staff member is qualified for a role on a day.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="StaffMemberId">The staff member.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="Role">Code of the role, for example ESP.</param>
/// <param name="AsOf">The day on which the question was asked.</param>
/// <param name="Verdict">The overall verdict: Met, NotMet, NeedsFacts or NeedsReview.</param>
/// <param name="Status">What the decision calls the standing, for example provisional; null while facts are missing.</param>
/// <param name="DecisionId">The stored receipt.</param>
/// <param name="PackVersion">Version of the pack that decided.</param>
[EntityName("ips.staffing.qualification-decided.v1"), MessageUrn("ips:staffing:qualification-decided:v1")]
public sealed record QualificationDecidedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid StaffMemberId, string Provider, string Program, string Role, DateOnly AsOf, string Verdict,
    string? Status, Guid DecisionId, string PackVersion) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new StaffMemberId(StaffMemberId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
