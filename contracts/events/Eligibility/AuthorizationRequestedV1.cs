using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>A request was sent to the payer, accepted for review or not.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="AuthorizationId">The authorization.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Payer">Code of the payer organization.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="Kind">Code of the kind in lower case.</param>
/// <param name="State">Where it stands now, the code of the contract's state enum in lower case.</param>
/// <param name="Verdict">The overall verdict: Met, NotMet, NeedsFacts or NeedsReview.</param>
/// <param name="ReceivedOn">Day the payer received it.</param>
/// <param name="RequestedFrom">First day asked for.</param>
/// <param name="RequestedThrough">Last day asked for, included.</param>
/// <param name="RequestedUnits">Units asked for.</param>
/// <param name="DueOn">Last day in time; null when none is set.</param>
/// <param name="DecisionId">The stored receipt.</param>
/// <param name="PackVersion">Version of the pack that decided.</param>
/// <param name="RenewsId">The authorization that it renews; null for a first request.</param>
[EntityName("ips.eligibility.authorization-requested.v1"), MessageUrn("ips:eligibility:authorization-requested:v1")]
public sealed record AuthorizationRequestedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid AuthorizationId, Guid IndividualId, string Provider, string Payer, string Program, string Kind,
    string State, string Verdict, DateOnly ReceivedOn, DateOnly RequestedFrom, DateOnly RequestedThrough, int RequestedUnits, DateOnly? DueOn,
    Guid DecisionId, string PackVersion, Guid? RenewsId = null) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new AuthorizationId(AuthorizationId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
