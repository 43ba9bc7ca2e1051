using System.Reflection;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ips.Simulation.Hosting;

/// <summary>The same services on PostgreSQL and RabbitMQ, with their writers, relays and consumers.</summary>
internal sealed class RealWorld : World
{
    private readonly Dictionary<string, TestDb> databases;
    private readonly Dictionary<Subscription, string> queues = [];

    private RealWorld(Dictionary<string, TestDb> databases, string bus)
    {
        this.databases = databases;
        var run = Path.GetRandomFileName()[..8];
        StartServices(name =>
        [
            new($"ConnectionStrings:{name}-db", databases[name].ConnectionString), new("ConnectionStrings:bus", bus),
            // Queues of its own: other tests share the broker.
            new("OTEL_SERVICE_NAME", $"{name}-{run}"),
            // The steps sweep; a sweep of the service itself would come at another time in every run.
            new("Deadlines:Interval", "1.00:00:00"),
            .. Names.Select(service => new KeyValuePair<string, string>($"services:{service}:grpc:0", "http://localhost")),
        ], (name, services) =>
        {
            services.AddSingleton<IChangesWriter>(sp => new FaultyWriter(name, sp.GetRequiredService<GroupWriter>(), this));
            if (name == "eligibility")
                services.AddSingleton<DeadlineSweeper<EligibilityDb>>();
        });
    }

    public static async Task<RealWorld> Open()
    {
        Dictionary<string, TestDb> databases = [];
        foreach (var (name, context) in Contexts)
        {
            databases[name] = await TestDb.CreateAsync();
            await (Task)typeof(RealWorld).GetMethod(nameof(Migrate), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(context)
                .Invoke(null, [databases[name].ConnectionString])!;
        }

        return new(databases, await TestServers.RabbitMqAsync());
    }

    private static async Task Migrate<TDb>(string connection) where TDb : ServiceDb
    {
        await using var source = NpgsqlDataSource.Create(connection);
        var options = (DbContextOptions<TDb>)Database.Configure(new DbContextOptionsBuilder<TDb>(), source).Options;
        await using var db = (TDb)Activator.CreateInstance(typeof(TDb), options, Caller.None)!;
        await db.Migrate();
    }

    public override string QueueOf(Subscription subscription)
    {
        if (!queues.TryGetValue(subscription, out var queue))
        {
            queues[subscription] = queue = (string)typeof(IEndpointNameFormatter).GetMethod(nameof(IEndpointNameFormatter.Consumer))!
                .MakeGenericMethod(subscription.Consumer).Invoke(this[subscription.Service].GetRequiredService<IEndpointNameFormatter>(), null)!;
        }

        return queue;
    }

    public override Task Sweep() => this["eligibility"].GetRequiredService<DeadlineSweeper<EligibilityDb>>().Sweep(CancellationToken.None);

    /// <summary>Waits until every event is sent and every consumer has stored it.</summary>
    public override async Task Settle()
    {
        Faults.Plan(Fault.None, 0);
        await Poll.Until(HasSettled);
    }

    private async Task<bool> HasSettled()
    {
        List<DomainEvent> events = [];
        foreach (var database in databases.Values)
        {
            if (await database.ScalarAsync("select string_agg(type || ' ' || body::text, e'\\n') from outbox_rows having bool_and(sent_at is not null)") is string sent)
                events.AddRange(sent.Split('\n').Select(one => one.Split(' ', 2)).Select(one => Delivery.Read(one[0], one[1])));
            else if (await database.ScalarAsync("select 1 from outbox_rows limit 1") is not null)
                return false;
        }

        foreach (var to in Subscription.All)
        {
            var seen = await databases[to.Service].ScalarAsync($"select count(*) from inbox_rows where consumer = '{QueueOf(to)}'");
            if ((long)seen! != events.Count(to.Takes))
                return false;
        }

        return true;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var database in databases.Values)
            await database.DisposeAsync();
    }
}
