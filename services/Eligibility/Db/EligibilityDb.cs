using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Determinations;
using Ips.Eligibility.Individuals;
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

    /// <summary>Days of ACT, kept apart from those of IPS.</summary>
    public DbSet<ActSpan> ActSpans => Set<ActSpan>();

    /// <summary>Referrals to DVRS.</summary>
    public DbSet<Referral> Referrals => Set<Referral>();

    /// <summary>The days by which something has to happen.</summary>
    public DbSet<Deadline> Deadlines => Set<Deadline>();

    /// <summary>A provider sees its own people, a payer those enrolled with it, the platform's own services everybody.</summary>
    internal string Provider => caller.Role == Roles.Provider ? caller.Organization : "";

    /// <inheritdoc cref="Provider"/>
    internal string Payer => caller.Role == Roles.Mco ? caller.Organization : "";

    /// <inheritdoc cref="Provider"/>
    internal bool Everybody => caller.Role is Roles.Ops or "";

    /// <summary>DVRS sees people referred to it, through the referral only.</summary>
    internal bool Dvrs => caller.Role == Roles.Dvrs;

    /// <summary>A person with all recorded facts, if the caller may see the person. One query: a person has few rows of each kind, and a round trip costs more.</summary>
    public Task<Individual?> Load(IndividualId id, CancellationToken stop) => Individuals.AsSingleQuery().SingleOrDefaultAsync(i => i.Id == id, stop);

    /// <summary>
    /// The records of this person at any provider: those that share an identifier. They are looked for to respect another agency's authorization, never to show it.
    /// </summary>
    public async Task<List<IndividualId>> RecordsOf(IndividualId id, CancellationToken stop)
    {
        var others = await Database.SqlQuery<Guid>(
            $"""
            select distinct other.individual_id as "Value" from individual_identifiers mine
            join individual_identifiers other on other.system = mine.system and other.hash = mine.hash where mine.individual_id = {id.Value}
            """).ToListAsync(stop);
        return [id, .. others.Where(o => o != id.Value).Select(o => new IndividualId(o))];
    }

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
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.HasDeadlines();
        modelBuilder.Entity<Individual>().HasQueryFilter(i => Everybody || i.Provider == Provider || i.Payers.Contains(Payer) || (Dvrs && i.ReferredToDvrs));
        modelBuilder.Entity<Determination>().HasQueryFilter(d => Everybody || d.Provider == Provider || d.Individual!.Payers.Contains(Payer));
        modelBuilder.Entity<ServiceOrder>().HasQueryFilter(o => Everybody || o.Provider == Provider || o.Individual!.Payers.Contains(Payer));
        modelBuilder.Entity<Authorization>().HasQueryFilter(a => Everybody || a.Provider == Provider || a.Payer == Payer);
        modelBuilder.Entity<ActSpan>().HasQueryFilter(s => Everybody || s.Provider == Provider);
        modelBuilder.Entity<Referral>().HasQueryFilter(r => Everybody || r.Provider == Provider || r.Individual!.Payers.Contains(Payer) || (Dvrs && r.ReferralDate != null));
        modelBuilder.Entity<Deadline>().HasQueryFilter(d => Everybody || d.Provider == Provider || Individuals.Any(i => i.Id == d.IndividualId && i.Payers.Contains(Payer)));
    }

    private sealed class IndividualIdColumn() : ValueConverter<IndividualId, Guid>(id => id.Value, value => new(value));

    private sealed class DeterminationIdColumn() : ValueConverter<DeterminationId, Guid>(id => id.Value, value => new(value));

    private sealed class ServiceOrderIdColumn() : ValueConverter<ServiceOrderId, Guid>(id => id.Value, value => new(value));

    private sealed class AuthorizationIdColumn() : ValueConverter<AuthorizationId, Guid>(id => id.Value, value => new(value));

    private sealed class ReferralIdColumn() : ValueConverter<ReferralId, Guid>(id => id.Value, value => new(value));
}
