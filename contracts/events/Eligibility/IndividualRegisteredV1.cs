using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>A person was registered.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
[EntityName("ips.eligibility.individual-registered.v1"), MessageUrn("ips:eligibility:individual-registered:v1")]
public sealed record IndividualRegisteredV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid IndividualId, string Provider) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new IndividualId(IndividualId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
