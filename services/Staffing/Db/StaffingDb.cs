using Ips.Contracts;
using Ips.Staffing.Caseloads;
using Ips.Staffing.Organizations;
using Ips.Staffing.StaffMembers;
using Ips.Staffing.Teams;
using Microsoft.EntityFrameworkCore;

namespace Ips.Staffing.Db;

/// <summary>Staffing's one database. A provider sees its own staff and caseloads, a payer its network's; every caller sees organizations and teams.</summary>
public sealed class StaffingDb(DbContextOptions<StaffingDb> options, Caller caller) : EventDb(options)
{
    /// <summary>Providers, payers and agencies.</summary>
    public DbSet<Organization> Organizations => Set<Organization>();

    /// <summary>IPS teams.</summary>
    public DbSet<Team> Teams => Set<Team>();

    /// <summary>People who work in teams.</summary>
    public DbSet<StaffMember> Staff => Set<StaffMember>();

    /// <summary>Roles of staff members in teams.</summary>
    public DbSet<RoleHeld> Roles => Set<RoleHeld>();

    /// <summary>Assignments of people to staff members.</summary>
    public DbSet<Assignment> Assignments => Set<Assignment>();

    /// <summary>Who may see which rows.</summary>
    public static TenantPolicies Rows => StaffingRows.Rules;

    /// <inheritdoc/>
    public override string AfterMigrations => Rows.AfterMigrations(Model);

    /// <summary>Decisions as they were taken: facts and receipts.</summary>
    public DbSet<StoredDecision> Decisions => Set<StoredDecision>();

    internal string Provider => caller.OrganizationAs(Ips.Platform.Rpc.Roles.Provider);

    internal bool Network => caller.Role is Ips.Platform.Rpc.Roles.Mco or Ips.Platform.Rpc.Roles.Ops or "";

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.HasDecisions();
        modelBuilder.Entity<StaffMember>().HasQueryFilter(s => Network || s.Provider == Provider);
        modelBuilder.Entity<Assignment>().HasQueryFilter(a => Network || a.Provider == Provider);
    }
}
