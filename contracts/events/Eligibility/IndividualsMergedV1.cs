using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>Two records of one person were made one. Whoever holds the other id goes on with this one.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="IndividualId">The record that stays, as an opaque id made of nothing about the person.</param>
/// <param name="MergedId">The record that went into it.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
[EntityName("ips.eligibility.individuals-merged.v1"), MessageUrn("ips:eligibility:individuals-merged:v1")]
public sealed record IndividualsMergedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid IndividualId, Guid MergedId, string Provider) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new IndividualId(IndividualId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
