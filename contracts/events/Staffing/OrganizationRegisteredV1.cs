namespace Ips.Contracts.Events;

/// <summary>An organization was registered.</summary>
[EventName("ips.staffing.organization-registered.v1")]
public sealed record OrganizationRegisteredV1 : DomainEvent
{
    /// <summary>Code of the organization.</summary>
    public required string Organization { get; init; }

    /// <summary>provider, payer or vr_agency.</summary>
    public required string Kind { get; init; }

    /// <summary>The programs for which it has a contract.</summary>
    public required IReadOnlyList<string> Programs { get; init; }

    /// <inheritdoc/>
    public override string Subject => new OrganizationCode(Organization).Name;

    /// <inheritdoc/>
    public override string? Tenant => Kind == "provider" ? Organization : null;
}
