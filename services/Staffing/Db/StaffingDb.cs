using Ips.Contracts;
using Ips.ServiceDefaults;
using Ips.Staffing.Caseloads;
using Ips.Staffing.Organizations;
using Ips.Staffing.StaffMembers;
using Ips.Staffing.Teams;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Ips.Staffing.Db;

/// <summary>Staffing's one database. A provider sees its own staff and caseloads, a payer its network's; organizations and teams are no secret.</summary>
public sealed class StaffingDb(DbContextOptions<StaffingDb> options, Caller caller) : ServiceDb(options)
{
    /// <summary>Providers, payers and agencies.</summary>
    public DbSet<Organization> Organizations => Set<Organization>();

    /// <summary>IPS teams.</summary>
    public DbSet<Team> Teams => Set<Team>();

    /// <summary>People who work in teams.</summary>
    public DbSet<StaffMember> Staff => Set<StaffMember>();

    /// <summary>Who does what in which team.</summary>
    public DbSet<RoleHeld> Roles => Set<RoleHeld>();

    /// <summary>Who serves whom.</summary>
    public DbSet<Assignment> Assignments => Set<Assignment>();

    /// <inheritdoc/>
    public override TenantPolicies Rows => StaffingRows.Rules;

    internal string Provider => caller.OrganizationAs(ServiceDefaults.Roles.Provider);

    internal bool Network => caller.Role is ServiceDefaults.Roles.Mco or ServiceDefaults.Roles.Ops or "";

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<TeamId>().HaveConversion<TeamIdColumn>();
        configurationBuilder.Properties<StaffMemberId>().HaveConversion<StaffMemberIdColumn>();
        configurationBuilder.Properties<AssignmentId>().HaveConversion<AssignmentIdColumn>();
        configurationBuilder.Properties<IndividualId>().HaveConversion<IndividualIdColumn>();
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<StaffMember>().HasQueryFilter(s => Network || s.Provider == Provider);
        modelBuilder.Entity<Assignment>().HasQueryFilter(a => Network || a.Provider == Provider);
    }

    private sealed class TeamIdColumn() : ValueConverter<TeamId, Guid>(id => id.Value, value => new(value));

    private sealed class StaffMemberIdColumn() : ValueConverter<StaffMemberId, Guid>(id => id.Value, value => new(value));

    private sealed class AssignmentIdColumn() : ValueConverter<AssignmentId, Guid>(id => id.Value, value => new(value));

    private sealed class IndividualIdColumn() : ValueConverter<IndividualId, Guid>(id => id.Value, value => new(value));
}
