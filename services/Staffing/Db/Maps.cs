using Ips.Staffing.Caseloads;
using Ips.Staffing.Organizations;
using Ips.Staffing.StaffMembers;
using Ips.Staffing.Teams;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ips.Staffing.Db;

internal sealed class OrganizationMap : IEntityTypeConfiguration<Organization>
{
    public void Configure(EntityTypeBuilder<Organization> organization) => organization.ToTable("organizations").HasKey(o => o.Code);
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

internal sealed class StaffMemberMap : IEntityTypeConfiguration<StaffMember>
{
    public void Configure(EntityTypeBuilder<StaffMember> staff)
    {
        staff.ToTable("staff").HasKey(s => s.Id);
        staff.HasRowVersion();
        staff.HasIndex(s => new { s.Provider, s.Id });
        staff.HasOne<Organization>().WithMany().HasForeignKey(s => s.Provider);
        staff.OwnsMany(s => s.Credentials, credential =>
        {
            credential.ToTable("credentials").HasKey(c => c.Id);
            credential.WithOwner().HasForeignKey("StaffMemberId");
            credential.Property(c => c.Id).ValueGeneratedNever();
        });
    }
}

internal sealed class RoleHeldMap : IEntityTypeConfiguration<RoleHeld>
{
    public void Configure(EntityTypeBuilder<RoleHeld> role)
    {
        role.ToTable("roles_held").HasKey(r => r.Id);
        role.HasOne<StaffMember>().WithMany(s => s.Roles).HasForeignKey(r => r.StaffMemberId);
        role.HasOne(r => r.Team).WithMany(t => t.Roles).HasForeignKey(r => r.TeamId);
    }
}

internal sealed class AssignmentMap : IEntityTypeConfiguration<Assignment>
{
    public void Configure(EntityTypeBuilder<Assignment> assignment)
    {
        assignment.ToTable("assignments").HasKey(a => a.Id);
        assignment.HasRowVersion();
        assignment.HasOne<StaffMember>().WithMany().HasForeignKey(a => a.StaffMemberId);
        assignment.HasIndex(a => new { a.StaffMemberId, a.From });
        assignment.HasIndex(a => a.IndividualId);
    }
}
