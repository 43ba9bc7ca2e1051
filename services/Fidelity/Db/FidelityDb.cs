using Ips.Contracts;
using Ips.Fidelity.Reviews;
using Microsoft.EntityFrameworkCore;

namespace Ips.Fidelity.Db;

/// <summary>
/// Fidelity's one database. It holds teams' scores and no person. A provider sees its own teams, a payer those of its network, a state those of its programs.
/// </summary>
public sealed class FidelityDb(DbContextOptions<FidelityDb> options, Caller caller) : TenantDb(options, caller)
{
    /// <summary>Reviews.</summary>
    public DbSet<Review> Reviews => Set<Review>();

    /// <summary>Decisions as they were taken: facts and receipts.</summary>
    public DbSet<StoredDecision> Decisions => Set<StoredDecision>();

    /// <summary>Who may see which rows.</summary>
    public static TenantPolicies Rows { get; } = new TenantPolicies()
        .Table("reviews", TenantPolicies.NetworkOrState)
        .Table("decisions", TenantPolicies.NetworkOrState);

    /// <inheritdoc/>
    public override string AfterMigrations => Rows.AfterMigrations(Model);

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.HasDecisions();
        modelBuilder.HasContracts();
        modelBuilder.Entity<Review>().HasQueryFilter(r => Everybody || r.Provider == Provider || (IsState && Programs.Contains(r.Program))
            || (IsPayer && Set<Contract>().Any(c =>
                c.Payer == Payer && c.Provider == r.Provider && c.Accepted && c.From <= Today && (c.Through == null || c.Through >= Today))));
    }
}
