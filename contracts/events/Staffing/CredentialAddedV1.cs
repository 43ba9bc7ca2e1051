using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>A credential of a staff member was recorded.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="StaffMemberId">The staff member.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="CredentialType">Code of the credential, for example QMHP.</param>
/// <param name="ValidFrom">First valid day; null means no known beginning.</param>
/// <param name="ValidThrough">Last valid day, included; null means no end or not valid.</param>
[EntityName("ips.staffing.credential-added.v1"), MessageUrn("ips:staffing:credential-added:v1")]
public sealed record CredentialAddedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid StaffMemberId, string Provider, string CredentialType, DateOnly? ValidFrom, DateOnly? ValidThrough) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new StaffMemberId(StaffMemberId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
