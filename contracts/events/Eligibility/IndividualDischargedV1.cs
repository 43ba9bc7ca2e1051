using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>A person was discharged from a program. Later days of service are not eligible by this determination.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="DeterminationId">The determination that ended.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="Through">Last day of service, included.</param>
/// <param name="Outcome">The listed reason as it is reported: outcome_achieved, individual_request or no_longer_eligible.</param>
/// <param name="DecisionId">The stored receipt.</param>
/// <param name="PackVersion">Version of the pack that decided.</param>
[EntityName("ips.eligibility.individual-discharged.v1"), MessageUrn("ips:eligibility:individual-discharged:v1")]
public sealed record IndividualDischargedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid DeterminationId, Guid IndividualId, string Provider, string Program, DateOnly Through, string Outcome,
    Guid DecisionId, string PackVersion) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new DeterminationId(DeterminationId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
