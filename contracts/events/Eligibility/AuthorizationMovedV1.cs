using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>An authorization moved without being decided: it waits for information, went back to review, was terminated, or was superseded by its renewal.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="AuthorizationId">The authorization.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Payer">Code of the payer organization.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="Kind">Code of the kind in lower case.</param>
/// <param name="FromState">Where it stood before.</param>
/// <param name="ToState">Where it stands now, the code of the contract's state enum in lower case.</param>
/// <param name="On">The day of the step.</param>
/// <param name="Through">Last day it covers; null unless it was approved.</param>
/// <param name="RuleId">The rule behind the step; null where none is.</param>
[EntityName("ips.eligibility.authorization-moved.v1"), MessageUrn("ips:eligibility:authorization-moved:v1")]
public sealed record AuthorizationMovedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid AuthorizationId, Guid IndividualId, string Provider, string Payer, string Program, string Kind,
    string FromState, string ToState, DateOnly On, DateOnly? Through, string? RuleId) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new AuthorizationId(AuthorizationId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
