using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Determinations;
using Ips.Eligibility.Disclosures;
using Ips.Eligibility.Individuals;
using Ips.Eligibility.LegalHolds;
using Ips.Eligibility.Referrals;
using Ips.Eligibility.ServiceOrders;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Ips.Eligibility.Db;

/// <summary>Eligibility's one database. Every query of a person's data is limited to what the caller may see, here and nowhere else.</summary>
public sealed class EligibilityDb(DbContextOptions<EligibilityDb> options, Caller caller) : ServiceDb(options)
{
    /// <summary>People.</summary>
    public DbSet<Individual> Individuals => Set<Individual>();

    /// <summary>Decisions on admission.</summary>
    public DbSet<Determination> Determinations => Set<Determination>();

    /// <summary>Orders for the service.</summary>
    public DbSet<ServiceOrder> ServiceOrders => Set<ServiceOrder>();

    /// <summary>Requests to the payer and what came of them.</summary>
    public DbSet<Authorization> Authorizations => Set<Authorization>();

    /// <summary>Referrals to DVRS.</summary>
    public DbSet<Referral> Referrals => Set<Referral>();

    /// <summary>Records opened by break-glass.</summary>
    public DbSet<Disclosure> Disclosures => Set<Disclosure>();

    /// <summary>Records that retention leaves alone.</summary>
    public DbSet<LegalHold> LegalHolds => Set<LegalHold>();

    /// <inheritdoc/>
    public override RowRules Rows => EligibilityRows.Rules;

    /// <summary>A provider sees its own people, a payer those enrolled with it, the platform's own services everybody.</summary>
    internal string Provider => caller.Role == Roles.Provider ? caller.Organization : "";

    /// <inheritdoc cref="Provider"/>
    internal string Payer => caller.Role == Roles.Mco ? caller.Organization : "";

    /// <inheritdoc cref="Provider"/>
    internal bool Everybody => caller.Role is Roles.Ops or "";

    internal string Organization => caller.Organization;

    /// <summary>DVRS sees people referred to it, through the referral only.</summary>
    internal bool Dvrs => caller.Role == Roles.Dvrs;

    /// <summary>A person with all recorded facts, if the caller may see the person. One query: a person has few rows of each kind, and a round trip costs more.</summary>
    public Task<Individual?> Load(IndividualId id, CancellationToken stop) => Individuals.AsSingleQuery().SingleOrDefaultAsync(i => i.Id == id, stop);

    /// <summary>
    /// The records of this person at any provider: those that share an identifier. They are looked for to respect another agency's authorization, never to show it.
    /// </summary>
    public async Task<List<IndividualId>> RecordsOf(IndividualId id, CancellationToken stop) =>
        [.. (await Database.SqlQuery<Guid>($"""select ips_records_of({id.Value}) as "Value" """).ToListAsync(stop)).Select(o => new IndividualId(o))];

    /// <summary>Spans approved for this person at any provider, to respect them.</summary>
    public Task<List<Approval>> ApprovalsOf(IndividualId id, CancellationToken stop) => Database.SqlQuery<Approval>(
        $"""select id as "Id", provider as "Provider", approved_from as "From", approved_through as "Through" from ips_approvals_of({id.Value})""").ToListAsync(stop);

    /// <summary>The agency that serves a person, whoever asks; null when there is no such person. For break-glass.</summary>
    public async Task<string?> ProviderOf(IndividualId id, CancellationToken stop) =>
        (await Database.SqlQuery<string?>($"""select ips_provider_of({id.Value}) as "Value" """).ToListAsync(stop))[0];

    /// <summary>Whether the agency has somebody with this identifier, seen by the caller or not.</summary>
    public async Task<bool> IsOnFile(string provider, string system, IReadOnlyList<byte[]> hashes, CancellationToken stop) =>
        (await Database.SqlQuery<bool>($"""select ips_is_on_file({provider}, {system}, {hashes.ToArray()}) as "Value" """).ToListAsync(stop))[0];

    /// <summary>Makes transactions about one person wait for each other, at whichever provider the person is on file. Locks in one order, so none waits for itself.</summary>
    public Task LockPerson(IndividualId id, CancellationToken stop) => Database.ExecuteSqlAsync(
        $"""
        select pg_advisory_xact_lock(key) from
        (select hashtextextended(system || encode(hash, 'hex'), 0) as key from individual_identifiers where individual_id = {id.Value} order by key) as keys
        """, stop);

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<IndividualId>().HaveConversion<IndividualIdColumn>();
        configurationBuilder.Properties<DeterminationId>().HaveConversion<DeterminationIdColumn>();
        configurationBuilder.Properties<ServiceOrderId>().HaveConversion<ServiceOrderIdColumn>();
        configurationBuilder.Properties<AuthorizationId>().HaveConversion<AuthorizationIdColumn>();
        configurationBuilder.Properties<ReferralId>().HaveConversion<ReferralIdColumn>();
        configurationBuilder.Properties<DisclosureId>().HaveConversion<DisclosureIdColumn>();
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Individual>().HasQueryFilter(i => Everybody || i.Provider == Provider || i.Payers.Contains(Payer) || (Dvrs && i.ReferredToDvrs));
        modelBuilder.Entity<Disclosure>().HasQueryFilter(d => Everybody || d.Provider == Provider || d.Organization == Organization);
        modelBuilder.Entity<Determination>().HasQueryFilter(d => Everybody || d.Provider == Provider || d.Individual!.Payers.Contains(Payer));
        modelBuilder.Entity<ServiceOrder>().HasQueryFilter(o => Everybody || o.Provider == Provider || o.Individual!.Payers.Contains(Payer));
        modelBuilder.Entity<Authorization>().HasQueryFilter(a => Everybody || a.Provider == Provider || a.Payer == Payer);
        modelBuilder.Entity<Referral>().HasQueryFilter(r => Everybody || r.Provider == Provider || r.Individual!.Payers.Contains(Payer) || (Dvrs && r.ReferralDate != null));
    }

    /// <summary>A span approved for somebody's IPS.</summary>
    public sealed record Approval(Guid Id, string Provider, DateOnly From, DateOnly? Through);

    private sealed class IndividualIdColumn() : ValueConverter<IndividualId, Guid>(id => id.Value, value => new(value));

    private sealed class DeterminationIdColumn() : ValueConverter<DeterminationId, Guid>(id => id.Value, value => new(value));

    private sealed class ServiceOrderIdColumn() : ValueConverter<ServiceOrderId, Guid>(id => id.Value, value => new(value));

    private sealed class AuthorizationIdColumn() : ValueConverter<AuthorizationId, Guid>(id => id.Value, value => new(value));

    private sealed class DisclosureIdColumn() : ValueConverter<DisclosureId, Guid>(id => id.Value, value => new(value));

    private sealed class ReferralIdColumn() : ValueConverter<ReferralId, Guid>(id => id.Value, value => new(value));
}
