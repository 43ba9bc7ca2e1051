using Ips.Billing.Claims;
using Ips.Billing.ServiceNotes;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Ips.Billing.Db;

/// <summary>Billing's one database. A provider sees its own records, a payer those of the people it covers.</summary>
public sealed class BillingDb(DbContextOptions<BillingDb> options, Caller caller) : EventDb(options)
{
    /// <summary>Contacts with their notes.</summary>
    public DbSet<ServiceNote> ServiceNotes => Set<ServiceNote>();

    /// <summary>What an agency bills for a person.</summary>
    public DbSet<Account> Accounts => Set<Account>();

    /// <summary>Milestones and what was decided on them.</summary>
    public DbSet<Milestone> Milestones => Set<Milestone>();

    /// <summary>Lines to claim.</summary>
    public DbSet<ClaimLine> ClaimLines => Set<ClaimLine>();

    /// <summary>Who may see which rows.</summary>
    public static TenantPolicies Rows => BillingRows.Rules;

    /// <inheritdoc/>
    public override string AfterMigrations => Rows.AfterMigrations(Model);

    /// <summary>Decisions as they were taken: facts and receipts.</summary>
    public DbSet<StoredDecision> Decisions => Set<StoredDecision>();

    internal string Provider => caller.OrganizationAs(Roles.Provider);

    internal string Payer => caller.OrganizationAs(Roles.Mco);

    internal bool Everybody => caller.Role is Roles.Ops or "";

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.HasDecisions();
        modelBuilder.Entity<ServiceNote>().HasQueryFilter(n => Everybody || n.Provider == Provider || (Payer != "" && n.Payer == Payer));
        modelBuilder.Entity<Account>().HasQueryFilter(a => Everybody || a.Provider == Provider);
        modelBuilder.Entity<Milestone>().HasQueryFilter(m => Everybody || m.Provider == Provider || (Payer != "" && m.Payer == Payer));
        modelBuilder.Entity<ClaimLine>().HasQueryFilter(l => Everybody || l.Provider == Provider || (Payer != "" && l.Payer == Payer));
    }
}
