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
using Npgsql;

namespace Ips.Reporting.Tests;

/// <summary>Reporting's use cases on a migrated PostgreSQL database of its own, at a fixed time.</summary>
public sealed class Ledger : IAsyncDisposable
{
    private readonly TestDb database;
    private readonly NpgsqlDataSource source;
    private readonly ProgramDays days;

    private Ledger(TestDb database, TimeProvider clock)
    {
        (this.database, Clock) = (database, clock);
        source = NpgsqlDataSource.Create(database.ConnectionString);
        days = new(PolicyEngine.Shipped, clock);
    }

    public static Caller State { get; } = new(Roles.State, "nc-dhhs", "client-one");

    public TimeProvider Clock { get; }

    public static async Task<Ledger> Open(TimeProvider clock)
    {
        Ledger ledger = new(await TestDb.CreateAsync(), clock);
        await using var db = ledger.Db(Caller.None);
        await db.Migrate();
        return ledger;
    }

    public ReportingDb Db(Caller caller) =>
        new((DbContextOptions<ReportingDb>)Database.Configure(new DbContextOptionsBuilder<ReportingDb>(), source).Options, caller);

    public async Task Hear(params IEnumerable<DomainEvent> events)
    {
        foreach (var happened in events)
            await HearTogether(happened);
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
        await using var db = Db(caller ?? State);
        return (await new GetDashboard(db, days, caller ?? State)
            .Handle(new() { Program = program, From = from, Through = through, Provider = provider }, default)).OrThrow();
    }

    public async Task<Result<ListFigureEventsResponse>> Events(ListFigureEventsRequest request, Caller? caller = null)
    {
        await using var db = Db(caller ?? State);
        return await new ListFigureEvents(db, days, caller ?? State).Handle(request, default);
    }

    public async Task<Result<ListDeadlinesResponse>> Deadlines(ListDeadlinesRequest request, Caller? caller = null)
    {
        await using var db = Db(caller ?? State);
        return await new ListDeadlines(db, days, caller ?? State).Handle(request, default);
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await database.DisposeAsync();
    }
}
