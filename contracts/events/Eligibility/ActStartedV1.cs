using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>
/// ACT was recorded for a person: IPS may not run beside it (NC-LIM-002). A correction is told again under the same <see cref="FactId"/> and replaces what was
/// told before; one that is retracted never was.
/// </summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="FactId">The recorded fact; the same for every correction of it.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="From">First day of ACT.</param>
/// <param name="Through">Last day of ACT, included; null while it has no end.</param>
/// <param name="Retracted">Whether it was recorded by mistake.</param>
[EntityName("ips.eligibility.act-started.v1"), MessageUrn("ips:eligibility:act-started:v1")]
public sealed record ActStartedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid IndividualId, Guid FactId, string Provider, DateOnly From, DateOnly? Through, bool Retracted) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new IndividualId(IndividualId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
