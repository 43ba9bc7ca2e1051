using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>An organization takes part.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="Organization">Code of the organization.</param>
/// <param name="Kind">provider, payer or vr_agency.</param>
/// <param name="Programs">The programs it is contracted for.</param>
[EntityName("ips.staffing.organization-registered.v1"), MessageUrn("ips:staffing:organization-registered:v1")]
public sealed record OrganizationRegisteredV1(
    Guid EventId, DateTimeOffset OccurredAt, string Organization, string Kind, IReadOnlyList<string> Programs) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new OrganizationCode(Organization).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }

    /// <inheritdoc/>
    string? IDomainEvent.Provider => Kind == "provider" ? Organization : null;
}
