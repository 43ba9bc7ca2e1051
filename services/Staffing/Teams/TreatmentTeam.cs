using Ips.Contracts;
using Ips.Staffing.Db;
using Ips.Staffing.Organizations;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Teams;

/// <summary>A mental health treatment team that a provider works with.</summary>
public sealed class TreatmentTeam : IOfProvider
{
    /// <summary>The id.</summary>
    public required TreatmentTeamId Id { get; init; }

    /// <inheritdoc/>
    public required string Provider { get; init; }

    /// <summary>Its public name.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The agency that runs it; empty when the provider does.</summary>
    public required string RunBy { get; init; }

    /// <summary>The specialists sit in the same place.</summary>
    public required bool Colocated { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.TreatmentTeam ToProto() => new()
    {
        Name = Id.Name,
        Provider = new OrganizationCode(Provider).Name,
        DisplayName = DisplayName,
        RunBy = RunBy,
        Colocated = Colocated,
    };
}

/// <summary>A specialist belongs to a treatment team; both ends included.</summary>
public sealed class TreatmentTeamMember : IOfProvider
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <inheritdoc/>
    public required string Provider { get; init; }

    /// <summary>Who.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>Where.</summary>
    public required TreatmentTeamId TreatmentTeamId { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, or null. One that was replaced before it began has its last day before its first.</summary>
    public DateOnly? Through { get; set; }

    /// <summary>Whether it counts on the day.</summary>
    public bool HeldOn(DateOnly day) => From <= day && !(Through < day);
}

internal sealed class TreatmentTeamMap : IEntityTypeConfiguration<TreatmentTeam>
{
    public void Configure(EntityTypeBuilder<TreatmentTeam> team)
    {
        team.ToTable("treatment_teams").HasKey(t => t.Id);
        team.HasIndex(t => new { t.Provider, t.Id });
        team.HasOne<Organization>().WithMany().HasForeignKey(t => t.Provider);
    }
}

internal sealed class TreatmentTeamMemberMap : IEntityTypeConfiguration<TreatmentTeamMember>
{
    public void Configure(EntityTypeBuilder<TreatmentTeamMember> member)
    {
        member.ToTable("treatment_team_members").HasKey(m => m.Id);
        member.Property(m => m.Id).ValueGeneratedNever();
        member.Property(m => m.From).HasColumnName("from_day");
        member.Property(m => m.Through).HasColumnName("through_day");
        member.HasIndex(m => m.StaffMemberId);
        member.HasOne<StaffMember>().WithMany().HasForeignKey(m => m.StaffMemberId);
        member.HasOne<TreatmentTeam>().WithMany().HasForeignKey(m => m.TreatmentTeamId);
    }
}
