using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>Admission was decided.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="DeterminationId">The determination.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="AsOf">The day on which the question was asked.</param>
/// <param name="State">Where it stands now, the code of the contract's state enum in lower case.</param>
/// <param name="Verdict">The overall verdict: Met, NotMet, NeedsFacts or NeedsReview.</param>
/// <param name="AssessmentValidThrough">Last admission day that the assessment serves; null when there is none.</param>
/// <param name="DecisionId">The stored receipt.</param>
/// <param name="PackVersion">Version of the pack that decided.</param>
[EntityName("ips.eligibility.determination-made.v1"), MessageUrn("ips:eligibility:determination-made:v1")]
public sealed record DeterminationMadeV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid DeterminationId, Guid IndividualId, string Provider, string Program, DateOnly AsOf, string State,
    string Verdict, DateOnly? AssessmentValidThrough, Guid DecisionId, string PackVersion) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new DeterminationId(DeterminationId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
