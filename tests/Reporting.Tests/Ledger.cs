using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Contracts.Reporting.V1;
using Ips.Policies;
using Ips.Reporting.Dashboards;
using Ips.Reporting.Db;
using Ips.Reporting.Deadlines;
using Ips.Reporting.Incoming;
using Ips.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ips.Reporting.Tests;

/// <summary>Reporting's use cases on a migrated PostgreSQL database of its own, at a fixed time.</summary>
public sealed class Ledger : IAsyncDisposable
{
    private readonly TestDb database;
    private readonly NpgsqlDataSource source;
    private readonly ProgramDays days;
    private readonly IServiceProvider services;

    private Ledger(TestDb database, TimeProvider clock)
    {
        (this.database, Clock) = (database, clock);
        source = NpgsqlDataSource.Create(database.ConnectionString);
        days = new(PolicyEngine.Shipped, clock);
        services = new ServiceCollection().AddSingleton(clock).BuildServiceProvider();
    }

    public static Caller State { get; } = new(Roles.State, "nc-dhhs", "client-one");

    /// <summary>A payer: it sees the people it covers, so that small numbers are shown.</summary>
    public static Caller Payer { get; } = new(Roles.Mco, "alliance", "client-one");

    public TimeProvider Clock { get; }

    public NpgsqlDataSource Source => source;

    public static async Task<Ledger> Open(TimeProvider clock)
    {
        Ledger ledger = new(await TestDb.CreateAsync(), clock);
        await using var db = ledger.Db(Caller.None);
        await db.Migrate();
        return ledger;
    }

    public ReportingDb Db(Caller caller) =>
        new((DbContextOptions<ReportingDb>)Database.Configure(new DbContextOptionsBuilder<ReportingDb>(), source)
            .UseApplicationServiceProvider(services).Options, caller);

    /// <summary>
    /// The payer that has a contract with an agency and covers its people, as operations and Eligibility publish it before the first event that is heard of
    /// either: alliance unless set, and none for an empty text.
    /// </summary>
    public Dictionary<string, string> Payers { get; } = [];

    public async Task Hear(params IEnumerable<DomainEvent> events)
    {
        foreach (var happened in events)
        {
            await Join((ProviderEvent)happened);
            await HearTogether(happened);
        }
    }

    public Task<int> Hear(ContractMovedV1 moved) => new ContractsConsumer(source, Clock).Store("reporting.contracts", [moved], default);

    public Task<int> Hear(CoverageMovedV1 moved) => new CoverageConsumer(source, Clock).Store("reporting.coverage", [moved], default);

    private readonly HashSet<object> joined = [];

    private async Task Join(ProviderEvent happened)
    {
        if (Payers.GetValueOrDefault(happened.Provider, "alliance") is not { Length: > 0 } payer)
            return;
        if (joined.Add(happened.Provider))
            await Hear(Story.Contract(happened.Provider, payer));
        if (happened.GetType().GetProperty("IndividualId")?.GetValue(happened) is IndividualId person && joined.Add(person))
            await Hear(Story.Coverage(person, payer));
    }

    /// <summary>The events arrive in one group; the answer is how many were new.</summary>
    public Task<int> HearTogether(params IReadOnlyCollection<DomainEvent> events) =>
        new EventFactsConsumer(source, days, Clock).Store("reporting.event-facts", events, default);

    /// <summary>Deletes the inbox rows, as the sweep does after <c>Outbox:Keep</c>.</summary>
    public async Task ForgetMessages()
    {
        await using var db = Db(Caller.None);
        await db.Inbox.ExecuteDeleteAsync();
    }

    public async Task<Dashboard> Show(string from = "", string through = "", string provider = "", Caller? caller = null, string program = "nc-core")
    {
        await using var db = Db(caller ??= Payer);
        return (await new GetDashboard(db, days, new(db, days, caller), caller)
            .Handle(new() { Program = program, From = from, Through = through, Provider = provider }, default)).OrThrow();
    }

    public async Task<Result<ListFigureEventsResponse>> Events(ListFigureEventsRequest request, Caller? caller = null)
    {
        await using var db = Db(caller ??= Payer);
        return await new ListFigureEvents(db, days, new(db, days, caller), caller).Handle(request, default);
    }

    public async Task<Result<ListDeadlinesResponse>> Deadlines(ListDeadlinesRequest request, Caller? caller = null)
    {
        await using var db = Db(caller ??= Payer);
        return await new ListDeadlines(db, days, caller).Handle(request, default);
    }

    public async Task<Result<Google.Api.HttpBody>> Calendar(GetDeadlineCalendarRequest request, Caller? caller = null)
    {
        await using var db = Db(caller ??= Payer);
        return await new GetDeadlineCalendar(new(db, days, caller), days, Clock).Handle(request, default);
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await database.DisposeAsync();
    }
}
