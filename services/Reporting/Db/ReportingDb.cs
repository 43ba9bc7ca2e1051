using Ips.Platform.Decisions;
using System.Linq.Expressions;
using Ips.Reporting.Facts;
using Ips.Reporting.Feeds;
using Ips.Reporting.PartnerQueues;
using Ips.Reporting.PersonReports;
using Ips.Reporting.Reports;
using Ips.Reporting.Webhooks;
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

    /// <summary>The merges that were not undone.</summary>
    public IQueryable<EventFact> StandingMerges => Facts.AsNoTracking().Where(f => f.Topic == Topics.Merged
        && !Facts.Any(later => later.Topic == Topics.Separated && later.Subject == f.Subject && later.Thread == f.Thread && later.Sequence > f.Sequence));

    /// <summary>Events as they were published, for the feed.</summary>
    public DbSet<SharedEvent> SharedEvents => Set<SharedEvent>();

    /// <summary>Addresses to which events are sent; a subscriber sees its own.</summary>
    public DbSet<Webhook> Webhooks => Set<Webhook>();

    /// <summary>What was sent to them.</summary>
    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    /// <summary>Queues of partners at the broker; no request reads them.</summary>
    public DbSet<PartnerQueue> PartnerQueues => Set<PartnerQueue>();

    /// <summary>Reports of agencies; a payer sees those of its network.</summary>
    public DbSet<ProviderReport> Reports => Set<ProviderReport>();

    /// <summary>Checklists and assessments about people; an agency sees its own.</summary>
    public DbSet<PersonReport> PersonReports => Set<PersonReport>();

    /// <summary>Who may see which rows, as PostgreSQL enforces it behind the filter.</summary>
    public static TenantPolicies Rows { get; } = new TenantPolicies()
        .Table("event_facts", Shared("event_facts"), writes: "false", grants: "select")
        .Table("shared_events", Shared("shared_events"), writes: "false", grants: "select")
        .Table("webhooks", "(organization = ips_organization() and role = current_setting('ips.role', true)) or ips_everybody()",
            writes: "organization = ips_organization() and role = current_setting('ips.role', true)", grants: "select, insert, update")
        .Table("webhook_deliveries", "exists (select from webhooks p where p.id = webhook_deliveries.webhook_id)", writes: "false", grants: "select")
        .Table("partner_queues", "false", "false", "")
        .Table("reports", TenantPolicies.NetworkOrState, writes: TenantPolicies.Network, grants: "select, insert, update");

    private static string Shared(string table) =>
        $"""
        provider = ips_provider() or ips_everybody() or (not provider_only and (program = any(ips_programs())
        or (program is null and exists (select from contracts c where c.provider = {table}.provider and c.accepted and c.program = any(ips_programs())))
        or (ips_payer() is not null and (payer is null or payer = ips_payer()) and case when individual_id is null
          then provider = any((select ips_network())::text[]) else ips_covers(individual_id, seen_on, seen_on) end)))
        """;

    /// <inheritdoc/>
    public override string AfterMigrations => Rows.AfterMigrations(Model);

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.HasMembers();
        modelBuilder.HasCaseloads();
        modelBuilder.HasContracts();
        modelBuilder.HasPolicies();
        modelBuilder.HasCoverage();
        modelBuilder.HasSequence<long>("shared_event_positions");
        modelBuilder.Entity<EventFact>().HasQueryFilter(Sees<EventFact>());
        modelBuilder.Entity<SharedEvent>().HasQueryFilter(Sees<SharedEvent>());
        modelBuilder.Entity<ProviderReport>().HasQueryFilter(r => Everybody || r.Provider == Provider || (IsState && Programs.Contains(r.Program))
            || (IsPayer && Set<Contract>().Any(c => c.Payer == Payer && c.Provider == r.Provider && c.Accepted && c.From <= Today
                && (c.Through == null || c.Through >= Today))));
        modelBuilder.Entity<PersonReport>().HasQueryFilter(r => Everybody || r.Provider == Provider);
        modelBuilder.Entity<Webhook>().HasQueryFilter(w => Everybody || (w.Organization == Organization && w.Role == Role));
        modelBuilder.Entity<WebhookDelivery>().HasQueryFilter(d => Set<Webhook>().Any(w => w.Id == d.WebhookId));
        LimitToCaseloads(modelBuilder, Rows);
    }

    private Expression<Func<T, bool>> Sees<T>() where T : class, ISharedRow => f => Everybody || f.Provider == Provider
            || (!f.ProviderOnly && ((IsState && f.Program != null && Programs.Contains(f.Program))
            || (IsState && f.Program == null && Set<Contract>().Any(c => c.Provider == f.Provider && c.Accepted && Programs.Contains(c.Program)))
            || (IsPayer && (f.Payer == null || f.Payer == Payer)
                && ((f.IndividualId == null && Set<Contract>().Any(c => c.Payer == Payer && c.Provider == f.Provider && c.Accepted && c.From <= Today
                    && (c.Through == null || c.Through >= Today)))
                || Set<CoverageSpan>().Any(c => c.IndividualId == f.IndividualId && c.Payer == Payer && !c.Retracted && c.From <= f.SeenOn
                    && (c.Through == null || c.Through >= f.SeenOn))))));
}
