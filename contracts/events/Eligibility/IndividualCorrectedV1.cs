using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>Something recorded about a person was corrected or retracted: what was derived from it has to be looked at again.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Kind">Code of what was corrected, such as enrollment or particulars; never what it says.</param>
/// <param name="Retracted">Whether nothing took its place.</param>
[EntityName("ips.eligibility.individual-corrected.v1"), MessageUrn("ips:eligibility:individual-corrected:v1")]
public sealed record IndividualCorrectedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid IndividualId, string Provider, string Kind, bool Retracted) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new IndividualId(IndividualId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
