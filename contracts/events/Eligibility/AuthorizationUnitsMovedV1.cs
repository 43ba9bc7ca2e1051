using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>A claim line took units of an authorization or gave them back.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="AuthorizationId">The authorization.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="Kind">Code of the kind in lower case.</param>
/// <param name="ClaimLineId">The claim line.</param>
/// <param name="UnitsMoved">Units: positive when taken, negative when given back.</param>
/// <param name="UnitsLeft">Units left afterwards.</param>
[EntityName("ips.eligibility.authorization-units-moved.v1"), MessageUrn("ips:eligibility:authorization-units-moved:v1")]
public sealed record AuthorizationUnitsMovedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid AuthorizationId, Guid IndividualId, string Provider, string Program, string Kind, Guid ClaimLineId,
    int UnitsMoved, int UnitsLeft) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new AuthorizationId(AuthorizationId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
