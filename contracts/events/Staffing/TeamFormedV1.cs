using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>A provider formed a team.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="TeamId">The team.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="OperationStart">First day of continuous operation.</param>
[EntityName("ips.staffing.team-formed.v1"), MessageUrn("ips:staffing:team-formed:v1")]
public sealed record TeamFormedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid TeamId, string Provider, string Program, DateOnly OperationStart) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new TeamId(TeamId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
