using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Organizations;

/// <summary>A provider agency, a payer, an agency of a state or operations.</summary>
public sealed class Organization : IVersioned
{
    /// <summary>Its code: the tenant of tokens and rows.</summary>
    public required string Code { get; init; }

    /// <summary>Its public name.</summary>
    public required string DisplayName { get; set; }

    /// <summary>What it is.</summary>
    public required Proto.OrganizationKind Kind { get; init; }

    /// <summary>Whether it takes part.</summary>
    public required Proto.OrganizationState State { get; set; }

    /// <summary>Code of the payer that proposed it; null when operations registered it.</summary>
    public string? ProposedBy { get; init; }

    /// <summary>The state it works in, two letters; empty when it was not recorded.</summary>
    public string UsState { get; set; } = "";

    /// <summary>Its national provider identifier; empty when it was not recorded.</summary>
    public string Npi { get; set; } = "";

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>Programs that it takes part in.</summary>
    public List<string> Programs { get; init; } = [];

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.Organization ToProto() => new()
    {
        Name = new OrganizationCode(Code).Name,
        DisplayName = DisplayName,
        Kind = Kind,
        Programs = { Programs },
        CreateTime = RecordedAt.ToTimestamp(),
        State = State,
        UsState = UsState,
        Npi = Npi,
        Etag = this.Etag(),
    };

    /// <summary>The event that publishes that it takes part.</summary>
    public OrganizationRegisteredV1 Registered() => new()
    {
        Organization = Code,
        Kind = WireCode.Lower(Kind)!,
        Programs = Programs,
        UsState = UsState.Length == 0 ? null : UsState,
        Npi = Npi.Length == 0 ? null : Npi,
    };

    /// <summary>The event that publishes what stands after a correction.</summary>
    /// <param name="from">First day on which the NPI counts; null when the earlier one was wrong, or did not change.</param>
    public OrganizationCorrectedV1 Corrected(DateOnly? from) => new()
    {
        Organization = Code,
        Kind = WireCode.Lower(Kind)!,
        UsState = UsState.Length == 0 ? null : UsState,
        Npi = Npi.Length == 0 ? null : Npi,
        NpiFrom = from,
    };
}

internal sealed class OrganizationMap : IEntityTypeConfiguration<Organization>
{
    public void Configure(EntityTypeBuilder<Organization> organization)
    {
        organization.ToTable("organizations").HasKey(o => o.Code);
        organization.HasVersion();
    }
}
