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

    /// <summary>Referrals to DVRS.</summary>
    public DbSet<Referral> Referrals => Set<Referral>();

    /// <summary>A provider sees its own people, a payer those enrolled with it, the platform's own services everybody.</summary>
    internal string Provider => caller.Role == Roles.Provider ? caller.Organization : "";

    /// <inheritdoc cref="Provider"/>
    internal string Payer => caller.Role == Roles.Mco ? caller.Organization : "";

    /// <inheritdoc cref="Provider"/>
    internal bool Everybody => caller.Role is Roles.Ops or "";

    /// <summary>DVRS sees people referred to it, through the referral only.</summary>
    internal bool Dvrs => caller.Role == Roles.Dvrs;

    /// <summary>A person with all recorded facts, if the caller may see the person.</summary>
    public Task<Individual?> Load(IndividualId id, CancellationToken stop) => Individuals.AsSplitQuery().WithFacts().SingleOrDefaultAsync(i => i.Id == id, stop);

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
        modelBuilder.Entity<Individual>().HasQueryFilter(i => Everybody || i.Provider == Provider || i.Payers.Contains(Payer) || (Dvrs && i.ReferredToDvrs));
        modelBuilder.Entity<Determination>().HasQueryFilter(d => Everybody || d.Provider == Provider || d.Individual!.Payers.Contains(Payer));
        modelBuilder.Entity<ServiceOrder>().HasQueryFilter(o => Everybody || o.Provider == Provider || o.Individual!.Payers.Contains(Payer));
        modelBuilder.Entity<Authorization>().HasQueryFilter(a => Everybody || a.Provider == Provider || a.Payer == Payer);
        modelBuilder.Entity<Referral>().HasQueryFilter(r => Everybody || r.Provider == Provider || r.Individual!.Payers.Contains(Payer) || (Dvrs && r.ReferralDate != null));
    }

    private sealed class IndividualIdColumn() : ValueConverter<IndividualId, Guid>(id => id.Value, value => new(value));

    private sealed class DeterminationIdColumn() : ValueConverter<DeterminationId, Guid>(id => id.Value, value => new(value));

    private sealed class ServiceOrderIdColumn() : ValueConverter<ServiceOrderId, Guid>(id => id.Value, value => new(value));

    private sealed class AuthorizationIdColumn() : ValueConverter<AuthorizationId, Guid>(id => id.Value, value => new(value));

    private sealed class ReferralIdColumn() : ValueConverter<ReferralId, Guid>(id => id.Value, value => new(value));
}
