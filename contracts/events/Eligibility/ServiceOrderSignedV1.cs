using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>A service order was signed, in force or not.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="ServiceOrderId">The service order.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="State">Where it stands now, the code of the contract's state enum in lower case.</param>
/// <param name="Verdict">The overall verdict: Met, NotMet, NeedsFacts or NeedsReview.</param>
/// <param name="OrderDate">Day on which the service was ordered.</param>
/// <param name="ValidThrough">Last valid day, included; null means no end or not valid.</param>
/// <param name="RenewalDueOn">Day by which a new order leaves no gap; null when the order is not in force.</param>
/// <param name="DecisionId">The stored receipt.</param>
/// <param name="PackVersion">Version of the pack that decided.</param>
[EntityName("ips.eligibility.service-order-signed.v1"), MessageUrn("ips:eligibility:service-order-signed:v1")]
public sealed record ServiceOrderSignedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid ServiceOrderId, Guid IndividualId, string Provider, string Program, string State, string Verdict,
    DateOnly OrderDate, DateOnly? ValidThrough, DateOnly? RenewalDueOn, Guid DecisionId, string PackVersion) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new ServiceOrderId(ServiceOrderId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
