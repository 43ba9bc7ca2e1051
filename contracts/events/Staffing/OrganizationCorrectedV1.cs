using System.Text.Json.Serialization;

namespace Ips.Contracts.Events;

/// <summary>State or NPI of an organization were corrected: what stands now.</summary>
[EventName("ips.staffing.organization-corrected.v1")]
public sealed record OrganizationCorrectedV1 : DomainEvent
{
    /// <summary>Code of the organization.</summary>
    public required string Organization { get; init; }

    /// <summary>provider, payer, vr_agency, state_agency or operations.</summary>
    public required string Kind { get; init; }

    /// <summary>The state it works in, two letters; null when it was not recorded.</summary>
    public required string? UsState { get; init; }

    /// <summary>Its national provider identifier; null when it was not recorded.</summary>
    public required string? Npi { get; init; }

    /// <summary>First day on which this identifier counts; through the day before, the earlier one does. Null when the earlier one was wrong, or did not change.</summary>
    public DateOnly? NpiFrom { get; init; }

    /// <inheritdoc/>
    protected override string Resource => new OrganizationCode(Organization).Name;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? Tenant => Kind == "provider" ? Organization : null;
}
