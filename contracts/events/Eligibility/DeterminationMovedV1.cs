using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>A determination took a step after it was made. Admission decided again is told as <see cref="DeterminationMadeV1"/> too.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="DeterminationId">The determination.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="Kind">What happened, the code of the contract's step kind in lower case.</param>
/// <param name="FromState">Where it stood before, the code of the contract's state enum in lower case.</param>
/// <param name="ToState">Where it stands now; the same when the step was refused.</param>
/// <param name="On">The day of the step.</param>
/// <param name="Through">Last day on which the person is eligible by this determination; null while it is open.</param>
/// <param name="Verdict">The overall verdict: Met, NotMet, NeedsFacts or NeedsReview; null when nothing was decided.</param>
/// <param name="DecisionId">The stored receipt; null when nothing was decided.</param>
/// <param name="PackVersion">Version of the pack that decided; null when nothing was decided.</param>
[EntityName("ips.eligibility.determination-moved.v1"), MessageUrn("ips:eligibility:determination-moved:v1")]
public sealed record DeterminationMovedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid DeterminationId, Guid IndividualId, string Provider, string Program, string Kind, string FromState,
    string ToState, DateOnly On, DateOnly? Through, string? Verdict, Guid? DecisionId, string? PackVersion) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new DeterminationId(DeterminationId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
