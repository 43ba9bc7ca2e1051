using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Organizations;

/// <summary>A provider agency, a payer or the vocational rehabilitation agency.</summary>
public sealed class Organization
{
    /// <summary>Its code: the tenant of tokens and rows.</summary>
    public required string Code { get; init; }

    /// <summary>Its public name.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What it is.</summary>
    public required Proto.OrganizationKind Kind { get; init; }

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
    };
}

internal sealed class OrganizationMap : IEntityTypeConfiguration<Organization>
{
    public void Configure(EntityTypeBuilder<Organization> organization) => organization.ToTable("organizations").HasKey(o => o.Code);
}
