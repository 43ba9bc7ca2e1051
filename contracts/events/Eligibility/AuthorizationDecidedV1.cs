using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>The payer decided a request.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="AuthorizationId">The authorization.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Payer">Code of the payer organization.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="Kind">Code of the kind in lower case.</param>
/// <param name="Outcome">What the payer decided: approve, modify or deny.</param>
/// <param name="ApprovedFrom">First day approved; null when denied.</param>
/// <param name="ApprovedThrough">Last day approved, included; null when denied.</param>
/// <param name="ApprovedUnits">Units approved; 0 when denied.</param>
/// <param name="RuleId">The rule behind a denial or modification; null otherwise.</param>
[EntityName("ips.eligibility.authorization-decided.v1"), MessageUrn("ips:eligibility:authorization-decided:v1")]
public sealed record AuthorizationDecidedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid AuthorizationId, Guid IndividualId, string Provider, string Payer, string Program, string Kind,
    string Outcome, DateOnly? ApprovedFrom, DateOnly? ApprovedThrough, int ApprovedUnits, string? RuleId) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new AuthorizationId(AuthorizationId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
