using Ips.Contracts;
using Ips.Fidelity.Reviews;
using Microsoft.EntityFrameworkCore;

namespace Ips.Fidelity.Db;

/// <summary>Fidelity's one database. It holds teams' scores and no person.</summary>
public sealed class FidelityDb(DbContextOptions<FidelityDb> options, Caller caller) : EventDb(options)
{
    /// <summary>Reviews.</summary>
    public DbSet<Review> Reviews => Set<Review>();

    /// <summary>Decisions as they were taken: facts and receipts.</summary>
    public DbSet<StoredDecision> Decisions => Set<StoredDecision>();

    internal string Provider => caller.Organization;

    internal bool Everybody => caller.Role != Roles.Provider;

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.HasDecisions();
        modelBuilder.Entity<Review>().HasQueryFilter(r => Everybody || r.Provider == Provider);
    }
}
