using Ips.Contracts;
using Ips.Fidelity.Measures;
using Ips.Fidelity.Reviews;
using Ips.Fidelity.Visits;
using Microsoft.EntityFrameworkCore;

namespace Ips.Fidelity.Db;

/// <summary>
/// Fidelity's one database. It holds teams' scores and, of operations, ids, codes and days; no name. A provider sees its own teams, a payer those of its
/// network, a state those of its programs.
/// </summary>
public sealed class FidelityDb(DbContextOptions<FidelityDb> options, Caller caller) : TenantDb(options, caller)
{
    /// <summary>Reviews.</summary>
    public DbSet<Review> Reviews => Set<Review>();

    /// <summary>Visits of reviews, with sheets and evidence.</summary>
    public DbSet<Visit> Visits => Set<Visit>();

    /// <summary>What events say about the work of teams.</summary>
    public DbSet<OperationFact> OperationFacts => Set<OperationFact>();

    /// <summary>Decisions as they were taken: facts and receipts.</summary>
    public DbSet<StoredDecision> Decisions => Set<StoredDecision>();

    /// <summary>Who may see which rows.</summary>
    public static TenantPolicies Rows { get; } = new TenantPolicies()
        .Table("reviews", TenantPolicies.NetworkOrState)
        .Table("decisions", TenantPolicies.NetworkOrState)
        .Table("visits", TenantPolicies.NetworkOrState + " or ips_organization() = any(evaluator_organizations)")
        .Table("score_sheets", "exists (select from visits v where v.id = score_sheets.visit_id and (v.planned_by = ips_organization()"
            + " or ips_organization() = any(v.evaluator_organizations) or v.program = any(ips_programs()) or ips_everybody()))")
        .Follows("item_evidence", "visit_id", "visits")
        .Table("operation_facts", TenantPolicies.NetworkOrState
            // Roles and merges name no program; they are ids.
            + " or (program is null and cardinality(ips_programs()) > 0) or exists (select from visits v where v.provider = operation_facts.provider"
            + " and ips_organization() = any(v.evaluator_organizations))", grants: "select")
        .Opens("reviews", "decisions");

    /// <inheritdoc/>
    public override string AfterMigrations => Rows.AfterMigrations(Model);

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.HasMembers();
        modelBuilder.HasCaseloads();
        modelBuilder.HasDecisions();
        modelBuilder.HasPolicies();
        modelBuilder.HasContracts();
        modelBuilder.Entity<Review>().HasQueryFilter(r => Everybody || r.Provider == Provider || (IsState && Programs.Contains(r.Program))
            || (IsPayer && Set<Contract>().Any(c =>
                c.Payer == Payer && c.Provider == r.Provider && c.Accepted && c.From <= Today && (c.Through == null || c.Through >= Today))));
        modelBuilder.Entity<OperationFact>()
            .HasQueryFilter(f => Everybody || f.Provider == Provider || (IsState && (f.Program == null || Programs.Contains(f.Program)))
            || Set<Visit>().Any(v => v.Provider == f.Provider && v.EvaluatorOrganizations.Contains(Organization)) || (IsPayer && Set<Contract>().Any(c =>
                c.Payer == Payer && c.Provider == f.Provider && c.Accepted && c.From <= Today && (c.Through == null || c.Through >= Today))));
        modelBuilder.Entity<Visit>().HasQueryFilter(v => Everybody || v.Provider == Provider || (IsState && Programs.Contains(v.Program))
            || v.EvaluatorOrganizations.Contains(Organization) || (IsPayer && Set<Contract>().Any(c =>
                c.Payer == Payer && c.Provider == v.Provider && c.Accepted && c.From <= Today && (c.Through == null || c.Through >= Today))));
        LimitToCaseloads(modelBuilder, Rows);
    }
}
