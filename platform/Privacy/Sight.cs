using Ips.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Ips.Platform.Privacy;

/// <summary>
/// What a caller may see rests on facts: the programs of its jurisdiction (the packs), the contracts of its organization (<see cref="Contract"/>) and the
/// people it covers (<see cref="CoverageSpan"/>). Query filters and row-level security use the same facts, as of the same day.
/// </summary>
public static class Sight
{
    /// <summary>The programs of a state's agency, by the packs; none for any other caller.</summary>
    public static IReadOnlyList<string> ProgramsOf(Caller caller) => caller.Role != Roles.State ? [] : [.. PolicyEngine.Shipped.Programs.Values
        .Where(pack => pack.Jurisdiction.StateAgency == caller.Organization).Select(pack => pack.Id).Order(StringComparer.Ordinal)];

    /// <summary>Maps <see cref="Contract"/>, the contracts that make networks.</summary>
    public static ModelBuilder HasContracts(this ModelBuilder model) => model.Entity<Contract>(contract =>
    {
        contract.ToTable("contracts").HasKey(c => c.Id);
        contract.HasVersion();
        contract.Property(c => c.From).HasColumnName("from_day");
        contract.Property(c => c.Through).HasColumnName("through_day");
        contract.HasIndex(c => new { c.Payer, c.Provider });
        contract.HasIndex(c => c.Provider);
    });

    /// <summary>Maps <see cref="CoverageSpan"/>, the days on which payers cover people.</summary>
    public static ModelBuilder HasCoverage(this ModelBuilder model) => model.Entity<CoverageSpan>(span =>
    {
        span.ToTable("coverage").HasKey(s => new { s.IndividualId, s.Payer, s.From });
        span.Property(s => s.From).HasColumnName("from_day");
        span.Property(s => s.Through).HasColumnName("through_day");
    });
}

/// <summary>
/// A service's database whose query filters limit every query to what the caller may see. A service maps what its filters rest on:
/// <see cref="Sight.HasContracts"/>, <see cref="Sight.HasCoverage"/>.
/// </summary>
public abstract class TenantDb(DbContextOptions options, Caller caller) : EventDb(options)
{
    /// <summary>Whether a provider is in the network of the caller, which is a payer.</summary>
    public Task<bool> IsInNetwork(string provider, CancellationToken cancellationToken) => Set<Contract>().AnyAsync(c => c.Payer == Payer
        && c.Provider == provider && c.Accepted && c.From <= Today && (c.Through == null || c.Through >= Today), cancellationToken);

    /// <summary>The caller's code, whatever its role.</summary>
    protected string Organization => caller.Organization;

    /// <summary>The caller's role; empty for the service itself.</summary>
    protected string Role => caller.Role;

    /// <summary>The caller's code when it is a provider, else empty.</summary>
    protected string Provider => caller.OrganizationAs(Roles.Provider);

    /// <summary>The caller's code when it is a payer, else empty.</summary>
    protected string Payer => caller.OrganizationAs(Roles.Mco);

    /// <summary>Whether the caller is a payer. It comes first in a filter, so that the queries of others do not look at contracts and coverage.</summary>
    protected bool IsPayer => caller.Role == Roles.Mco;

    /// <summary>Whether the caller is a state's agency; it comes first in a filter, as <see cref="IsPayer"/> does.</summary>
    protected bool IsState => caller.Role == Roles.State;

    /// <summary>The caller's code when it is a vocational rehabilitation agency, else empty.</summary>
    protected string VrAgency => caller.OrganizationAs(Roles.Dvrs);

    /// <summary>Whether the caller is a vocational rehabilitation agency; it comes first in a filter, as <see cref="IsPayer"/> does.</summary>
    protected bool IsVrAgency => caller.Role == Roles.Dvrs;

    /// <summary>The programs of the caller when it is a state's agency.</summary>
    protected IReadOnlyList<string> Programs => Sight.ProgramsOf(caller);

    /// <summary>Operations and the services themselves.</summary>
    protected bool Everybody => caller.Role is Roles.Ops or "";

    /// <summary>
    /// The day as of which contracts are in force, that of the clock in UTC. A context without a clock belongs to no request, and no contract is in force for
    /// it.
    /// </summary>
    protected DateOnly Today => clock is null ? default : clock.UtcDay();

    private readonly TimeProvider? clock =
        options.FindExtension<CoreOptionsExtension>()?.ApplicationServiceProvider?.GetService(typeof(TimeProvider)) as TimeProvider;
}
