using Ips.Reporting.Facts;
using Microsoft.EntityFrameworkCore;

namespace Ips.Reporting.Db;

/// <summary>
/// Reporting's one database. A provider sees its own facts; a state those of its programs, of which it is shown numbers; a payer those of people it covers on
/// the day of the fact and, where a fact is about no person, those of its network. Registrations belong to no program: a state sees those of providers with a
/// contract under one of its programs.
/// </summary>
public sealed class ReportingDb(DbContextOptions<ReportingDb> options, Caller caller) : TenantDb(options, caller)
{
    /// <summary>Facts from events.</summary>
    public DbSet<EventFact> Facts => Set<EventFact>();

    /// <summary>The current facts: on each topic of a subject, the fact of its latest event.</summary>
    public IQueryable<EventFact> Current => Facts.AsNoTracking()
        .Where(f => !Facts.Any(later => later.Subject == f.Subject && later.Topic == f.Topic && later.Sequence > f.Sequence));

    /// <summary>Who may see which rows, as PostgreSQL enforces it behind the filter.</summary>
    public static TenantPolicies Rows { get; } = new TenantPolicies().Table("event_facts",
        """
        provider = ips_provider() or ips_everybody() or program = any(ips_programs())
        or (program is null and exists (select from contracts c where c.provider = event_facts.provider and c.accepted and c.program = any(ips_programs())))
        or (ips_payer() is not null and (payer is null or payer = ips_payer()) and case when individual_id is null
          then provider = any((select ips_network())::text[]) else ips_covers(individual_id, seen_on, seen_on) end)
        """, writes: "false", grants: "select");

    /// <inheritdoc/>
    public override string AfterMigrations => Rows.AfterMigrations(Model);

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.HasContracts();
        modelBuilder.HasCoverage();
        modelBuilder.Entity<EventFact>().HasQueryFilter(f => Everybody || f.Provider == Provider
            || (IsState && f.Program != null && Programs.Contains(f.Program))
            || (IsState && f.Program == null && Set<Contract>().Any(c => c.Provider == f.Provider && c.Accepted && Programs.Contains(c.Program)))
            || (IsPayer && (f.Payer == null || f.Payer == Payer)
                && ((f.IndividualId == null && Set<Contract>().Any(c => c.Payer == Payer && c.Provider == f.Provider && c.Accepted && c.From <= Today
                    && (c.Through == null || c.Through >= Today)))
                || Set<CoverageSpan>().Any(c => c.IndividualId == f.IndividualId && c.Payer == Payer && !c.Retracted && c.From <= f.SeenOn
                    && (c.Through == null || c.Through >= f.SeenOn)))));
    }
}
