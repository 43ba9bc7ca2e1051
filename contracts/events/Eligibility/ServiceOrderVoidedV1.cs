using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>A service order was voided; it never counted.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="ServiceOrderId">The service order.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="On">The day of the step.</param>
/// <param name="Counted">Whether it had been in force.</param>
[EntityName("ips.eligibility.service-order-voided.v1"), MessageUrn("ips:eligibility:service-order-voided:v1")]
public sealed record ServiceOrderVoidedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid ServiceOrderId, Guid IndividualId, string Provider, string Program, DateOnly On, bool Counted) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new ServiceOrderId(ServiceOrderId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
