using System.Reflection;
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
            services.AddSingleton<IChangesWriter>(sp => new FaultyWriter(name, sp.GetRequiredService<GroupWriter>(), Faults, Journal));
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

    public override string QueueOf(Subscription subscription) => (string)typeof(IEndpointNameFormatter).GetMethod(nameof(IEndpointNameFormatter.Consumer))!
        .MakeGenericMethod(subscription.Consumer).Invoke(this[subscription.Service].GetRequiredService<IEndpointNameFormatter>(), null)!;

    public override Task Sweep() => this["eligibility"].GetRequiredService<DeadlineSweeper<EligibilityDb>>().Sweep(CancellationToken.None);

    /// <summary>Waits until every event is sent and every consumer has stored it.</summary>
    public override async Task Settle()
    {
        Faults.Plan(Fault.None, 0);
        await Poll.Until(async () =>
        {
            Dictionary<string, long> expected = Subscription.All.ToDictionary(QueueOf, _ => 0L);
            foreach (var database in databases.Values)
            {
                var counts = (string)(await database.ScalarAsync(
                    "select coalesce(string_agg(type || ' ' || count || ' ' || unsent, ','), '') from (select type, count(*), count(*) filter (where sent_at is null) as unsent "
                        + "from outbox_rows group by type) as t"))!;
                foreach (var entry in counts.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split(' ')))
                {
                    if (entry[2] != "0")
                        return false;
                    foreach (var to in Subscription.All.Where(to => to.Events.Any(type => Contracts.Events.EventCatalog.Of(type).WireName == entry[0])))
                        expected[QueueOf(to)] += long.Parse(entry[1], System.Globalization.CultureInfo.InvariantCulture);
                }
            }

            foreach (var to in Subscription.All)
            {
                if ((long)(await databases[to.Service].ScalarAsync($"select count(*) from inbox_rows where consumer = '{QueueOf(to)}'"))! != expected[QueueOf(to)])
                    return false;
            }

            return true;
        }, TimeSpan.FromSeconds(60));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var database in databases.Values)
            await database.DisposeAsync();
    }
}
