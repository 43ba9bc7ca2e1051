using Ips.Eligibility.Db;
using Ips.Eligibility.Determinations;
using Ips.Simulation.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Ips.Simulation.Hosting;

/// <summary>The services on model stores: single-threaded, in memory, the same from the same seed.</summary>
internal sealed class ModelWorld : World
{
    private readonly Dictionary<string, ModelStore> stores = Names.ToDictionary(name => name, _ => new ModelStore());
    private readonly Snapshot empty;

    // One for all services of all worlds: EF keeps its model and its compiled queries by it.
    private static readonly ModelTexts Texts = new(new(null, new PersonalDataProtector(new ConfigurationBuilder().AddInMemoryCollection(Keys!).Build())));

    private sealed class ModelTexts(CompactTexts texts) : IMaterializationInterceptor
    {
        public object InitializedInstance(MaterializationInterceptionData materializationData, object entity)
        {
            if (entity is StoredDecision decision)
                decision.Texts = texts;
            return entity;
        }
    }

    public ModelWorld()
    {
        StartServices(Settings, (name, services) =>
        {
            services.RemoveAll<IHostedService>();
            services.Replace(ServiceDescriptor.Singleton<ICallerConnections>(stores[name]));
            foreach (var texts in services.Where(service => service.ImplementationType?.IsAssignableTo(typeof(ISingletonInterceptor)) == true).ToList())
                services.Remove(texts);
            services.AddSingleton<IInterceptor>(Texts);
            services.AddSingleton(sp => new ModelWriter(stores[name], sp.GetRequiredService<IServiceScopeFactory>()));
            services.AddSingleton<IChangesWriter>(sp => new FaultyWriter(name, sp.GetRequiredService<ModelWriter>(), this));
            if (name == "eligibility")
            {
                services.AddSingleton<EligibilityRecords, ModelRecords>();
                services.AddSingleton<IRowReader, ModelRowReader<EligibilityDb>>();
                services.AddSingleton<DeadlineSweeper<EligibilityDb>>();
            }
        });
        Broker = new(this);
        foreach (var (name, store) in stores)
        {
            using var scope = this[name].CreateScope();
            store.Create(scope.ServiceProvider.GetRequiredService<ServiceDb>());
        }

        empty = Take();
    }

    public ModelBroker Broker { get; }

    public ModelStore Store(string service) => stores[service];

    public Rows Rows(string service) => this[service].GetRequiredService<ModelWriter>().Rows;

    /// <summary>Forgets everything, for the next seed.</summary>
    public void Reset()
    {
        Restore(empty);
        Clock.Set(Start);
        TakeJournal();
        Faults.Plan(Fault.None, 0);
    }

    /// <summary>All databases and what is on its way, at one moment.</summary>
    public sealed record Snapshot(IReadOnlyDictionary<string, SqliteConnection> Stores, IReadOnlyList<Delivery> Queue);

    public Snapshot Take() => new(stores.ToDictionary(store => store.Key, store => store.Value.Copy()), [.. Broker.Queue]);

    public void Restore(Snapshot snapshot)
    {
        foreach (var (name, copy) in snapshot.Stores)
            stores[name].Restore(copy);
        Broker.Restore(snapshot.Queue);
    }

    public override string QueueOf(Subscription subscription) => subscription.Queue;

    public override Task Sweep() => this["eligibility"].GetRequiredService<DeadlineSweeper<EligibilityDb>>().Sweep(CancellationToken.None);

    public override async Task Settle()
    {
        Faults.Plan(Fault.None, 0);
        do
        {
            foreach (var name in Names)
                await Broker.Relay(name);
            while (Broker.Queue.Count > 0)
                await Broker.Deliver(0);
        }
        while (Names.Any(HasUnsent));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var store in stores.Values)
            store.Dispose();
    }

    private bool HasUnsent(string name)
    {
        using var command = stores[name].Connection.CreateCommand();
        command.CommandText = "select exists (select 1 from outbox_rows where sent_at is null)";
        return (long)command.ExecuteScalar()! == 1;
    }

    private static IEnumerable<KeyValuePair<string, string>> Settings(string name) =>
    [
        new($"ConnectionStrings:{name}-db", "Host=none;Database=none;Username=none"), new("ConnectionStrings:bus", "amqp://none"),
        .. Names.Select(service => new KeyValuePair<string, string>($"services:{service}:grpc:0", "http://localhost")),
    ];
}
