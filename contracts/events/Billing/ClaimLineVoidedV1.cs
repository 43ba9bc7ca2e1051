using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>A claim line was voided; its units went back.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="ClaimLineId">The claim line.</param>
/// <param name="MilestoneId">The milestone.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="MilestoneNumber">The milestone's number, 1 to 9.</param>
/// <param name="ServiceDate">Day of service.</param>
/// <param name="Units">Units of the kind the authorization or milestone counts.</param>
/// <param name="Charge">Charge of the line, two decimals.</param>
/// <param name="Currency">ISO 4217 code of the amounts.</param>
[EntityName("ips.billing.claim-line-voided.v1"), MessageUrn("ips:billing:claim-line-voided:v1")]
public sealed record ClaimLineVoidedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid ClaimLineId, Guid MilestoneId, Guid IndividualId, string Provider, string Program,
    int MilestoneNumber, DateOnly ServiceDate, int Units, decimal Charge, string Currency) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new ClaimLineId(ClaimLineId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
