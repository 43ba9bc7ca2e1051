using System.Linq.Expressions;
using System.Reflection;
using Ips.Contracts;
using Ips.Policies;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;

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

    /// <summary>Maps <see cref="Member"/> and <see cref="Delegation"/>: what people of an organization may do, and whose people they see.</summary>
    public static ModelBuilder HasMembers(this ModelBuilder model) => model.Entity<Member>(member =>
    {
        member.ToTable("members").HasKey(m => m.Id);
        member.HasVersion();
        member.Property(m => m.From).HasColumnName("from_day");
        member.Property(m => m.Through).HasColumnName("through_day");
        member.HasIndex(m => new { m.Organization, m.AccountId }).IsUnique();
    }).Entity<Delegation>(delegation =>
    {
        delegation.ToTable("delegations").HasKey(d => d.Id);
        delegation.HasVersion();
        delegation.Property(d => d.From).HasColumnName("from_day");
        delegation.Property(d => d.Through).HasColumnName("through_day");
        delegation.HasIndex(d => d.MemberId);
    });

    /// <summary>Maps <see cref="CaseloadSpan"/>, the people on caseloads.</summary>
    public static ModelBuilder HasCaseloads(this ModelBuilder model) => model.Entity<CaseloadSpan>(span =>
    {
        span.ToTable("caseloads").HasKey(s => s.Id);
        span.Property(s => s.From).HasColumnName("from_day");
        span.Property(s => s.Through).HasColumnName("through_day");
        span.HasIndex(s => new { s.IndividualId, s.StaffMemberId });
    });

    /// <summary>Consumes what <see cref="HasMembers"/> and <see cref="HasCaseloads"/> map.</summary>
    public static void AddMembers(this IBusRegistrationConfigurator bus)
    {
        bus.AddGroupConsumer<MembersConsumer>();
        bus.AddGroupConsumer<CaseloadsConsumer>();
    }
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

    /// <summary>Whether the caller is a member who sees a caseload; it comes first in a filter, as <see cref="IsPayer"/> does.</summary>
    protected bool IsLimited => caller.Member?.Caseloads is not null;

    /// <summary>The staff members whose people such a member sees.</summary>
    protected IReadOnlyList<StaffMemberId> Caseloads => [.. (caller.Member?.Caseloads ?? []).Select(id => new StaffMemberId(id))];

    /// <summary>
    /// Limits every row that has a filter as the policies do for a member who sees a caseload. What only SQL says there is said here by
    /// <see cref="Limit{T}"/>. Call it after the filters are set.
    /// </summary>
    protected void LimitToCaseloads(ModelBuilder model, TenantPolicies policies)
    {
        foreach (var type in model.Model.GetEntityTypes().Where(type => type.BaseType is null && type.GetDeclaredQueryFilters().Count > 0).ToList())
        {
            var limit = policies.LimitOf(type.GetTableName()!, type.FindProperty("IndividualId")?.IsNullable).Sees switch
            {
                "false" => nameof(Nothing),
                TenantPolicies.OnCaseload => nameof(OnCaseload),
                TenantPolicies.OnCaseloadOrNone => nameof(OnCaseloadOrNone),
                _ => null,
            };
            if (limit is not null)
                Limit(type, (LambdaExpression)typeof(TenantDb).GetMethod(limit, BindingFlags.NonPublic | BindingFlags.Instance)!
                    .MakeGenericMethod(type.ClrType).Invoke(this, null)!);
        }
    }

    /// <summary>Limits rows further than their filter does.</summary>
    protected static void Limit<T>(ModelBuilder model, Expression<Func<T, bool>> limit) where T : class => Limit(model.Entity<T>().Metadata, limit);

    private static void Limit(IMutableEntityType type, LambdaExpression limit)
    {
        var filter = type.GetDeclaredQueryFilters().Single().Expression!;
        var both = Expression.AndAlso(filter.Body, ReplacingExpressionVisitor.Replace(limit.Parameters[0], filter.Parameters[0], limit.Body));
        type.SetQueryFilter(Expression.Lambda(both, filter.Parameters));
    }

    private Expression<Func<T, bool>> Nothing<T>() where T : class => row => !IsLimited;

    private Expression<Func<T, bool>> OnCaseload<T>() where T : class => row => !IsLimited || Set<CaseloadSpan>().Any(c =>
        c.IndividualId == EF.Property<IndividualId>(row, "IndividualId") && Caseloads.Contains(c.StaffMemberId)
        && c.From <= Today && (c.Through == null || c.Through >= Today));

    private Expression<Func<T, bool>> OnCaseloadOrNone<T>() where T : class => row => !IsLimited
        || EF.Property<IndividualId?>(row, "IndividualId") == null || Set<CaseloadSpan>().Any(c =>
            c.IndividualId == EF.Property<IndividualId?>(row, "IndividualId") && Caseloads.Contains(c.StaffMemberId)
            && c.From <= Today && (c.Through == null || c.Through >= Today));

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
