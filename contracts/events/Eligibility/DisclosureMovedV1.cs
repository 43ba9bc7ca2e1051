using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>A person's record was opened by break-glass, or such an opening was reviewed.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="DisclosureId">The disclosure.</param>
/// <param name="IndividualId">The person, as an opaque id made of nothing about the person.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Organization">Code of the organization that opened or reviewed it.</param>
/// <param name="Role">Role of the caller that opened or reviewed it.</param>
/// <param name="State">Where it stands now, the code of the contract's state enum in lower case.</param>
[EntityName("ips.eligibility.disclosure-moved.v1"), MessageUrn("ips:eligibility:disclosure-moved:v1")]
public sealed record DisclosureMovedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid DisclosureId, Guid IndividualId, string Provider, string Organization, string Role, string State) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new DisclosureId(DisclosureId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
