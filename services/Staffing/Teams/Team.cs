using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Staffing.Organizations;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Teams;

/// <summary>An IPS team of a provider under one program.</summary>
public sealed class Team
{
    /// <summary>The id.</summary>
    public required TeamId Id { get; init; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Its public name.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The program it works under.</summary>
    public required string Program { get; init; }

    /// <summary>Start of continuous operation.</summary>
    public required DateOnly OperationStart { get; init; }

    /// <summary>Roles of its staff members.</summary>
    public List<RoleHeld> Roles { get; init; } = [];

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.Team ToProto() => new()
    {
        Name = Id.Name,
        Provider = new OrganizationCode(Provider).Name,
        DisplayName = DisplayName,
        Program = Program,
        OperationStart = OperationStart.Day(),
        Roles = { Roles.OrderBy(r => r.From).Select(r => r.ToProto()) },
        CreateTime = RecordedAt.ToTimestamp(),
    };
}

internal sealed class TeamMap : IEntityTypeConfiguration<Team>
{
    public void Configure(EntityTypeBuilder<Team> team)
    {
        team.ToTable("teams").HasKey(t => t.Id);
        team.HasIndex(t => new { t.Provider, t.Id });
        team.HasOne<Organization>().WithMany().HasForeignKey(t => t.Provider);
    }
}
