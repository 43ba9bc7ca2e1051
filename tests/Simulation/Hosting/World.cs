using System.Reflection;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Ips.Contracts.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Ips.Simulation.Hosting;

/// <summary>What a caller received.</summary>
/// <param name="Code">OK, the status of a refusal, or UNAVAILABLE when the answer was lost.</param>
/// <param name="Reply">The reply of a call that succeeded.</param>
/// <param name="Detail">The text of a refusal.</param>
internal sealed record Answer(StatusCode Code, IMessage? Reply, string Detail);

/// <summary>
/// All services in one process on one clock. A call runs from its start to its end before the next one begins, unless a fault puts one in between.
/// </summary>
internal abstract class World : IAsyncDisposable
{
    /// <summary>The services, by the name that their events and clients use.</summary>
    public static readonly IReadOnlyList<string> Names = ["eligibility", "staffing", "billing", "fidelity", "reporting"];

    protected static readonly IReadOnlyDictionary<string, Type> Contexts = new Dictionary<string, Type>
    {
        ["eligibility"] = typeof(Eligibility.Db.EligibilityDb),
        ["staffing"] = typeof(Staffing.Db.StaffingDb),
        ["billing"] = typeof(Billing.Db.BillingDb),
        ["fidelity"] = typeof(Fidelity.Db.FidelityDb),
        ["reporting"] = typeof(Reporting.Db.ReportingDb),
    };

    /// <summary>The key ring of all services.</summary>
    protected static readonly IReadOnlyDictionary<string, string> Keys = new Dictionary<string, string>
    {
        ["PersonalData:Current"] = "k1",
        ["PersonalData:Keys:k1"] = Convert.ToBase64String(SHA256.HashData("simulation"u8)),
        ["PersonalData:HashKey"] = Convert.ToBase64String(SHA256.HashData("simulation hash"u8)),
    };

    private readonly Dictionary<string, IAsyncDisposable> hosts = [];
    private readonly Dictionary<string, IServiceProvider> services = [];

    static World()
    {
        foreach (var (name, context) in Contexts)
            Rpc.Read(name, context.Assembly);
    }

    public static DateTimeOffset Start { get; } = new(2026, 1, 5, 14, 0, 0, TimeSpan.Zero);

    public VirtualClock Clock { get; } = new(Start);

    public FaultPlan Faults { get; } = new();

    // On real servers consumers write while a step runs, so it is locked.
    private readonly List<Stored> journal = [];

    /// <summary>Notes what a use case stored.</summary>
    public void Note(Stored stored)
    {
        lock (journal)
            journal.Add(stored);
    }

    /// <summary>How often callers, and not consumers, stored something since the last check.</summary>
    public int StoredByCallers()
    {
        lock (journal)
            return journal.Count(stored => stored.Caller.Role.Length > 0);
    }

    /// <summary>What use cases stored since the last check.</summary>
    public IReadOnlyList<Stored> TakeJournal()
    {
        lock (journal)
        {
            List<Stored> taken = [.. journal];
            journal.Clear();
            return taken;
        }
    }

    /// <summary>Called when changes were committed, before anything else happens.</summary>
    public Func<Stored, Task>? WhenStored { get; set; }

    public IServiceProvider this[string service] => services[service];

    /// <summary>Builds the services.</summary>
    protected void StartServices(Func<string, IEnumerable<KeyValuePair<string, string>>> settings, Action<string, IServiceCollection> configure)
    {
        foreach (var name in Names)
            typeof(World).GetMethod(nameof(StartService), BindingFlags.NonPublic | BindingFlags.Instance)!.MakeGenericMethod(Contexts[name])
                .Invoke(this, [name, settings(name), configure]);
    }

    private void StartService<TMarker>(
        string name, IEnumerable<KeyValuePair<string, string>> more, Action<string, IServiceCollection> configure) where TMarker : class
    {
        Dictionary<string, string> settings = new(Keys) { ["Authentication:Authority"] = "http://localhost", ["WarmUp"] = "false" };
        foreach (var (key, value) in more)
            settings[key] = value;
        ServiceHost<TMarker> host = new(this, name, settings, added =>
        {
            // The world's clock is the only one.
            added.AddSingleton<SweepClock, WorldClock>();
            configure(name, added);
        });
        hosts[name] = host;
        services[name] = host.Services;
    }

    private sealed class WorldClock(
        NpgsqlDataSource database, IOptions<SweepOptions> options, TimeProvider clock, ILogger<SweepClock> log) : SweepClock(database, options, clock, log)
    {
        private readonly TimeProvider clock = clock;

        public override Task<DateTimeOffset?> Now(CancellationToken cancellationToken) => Task.FromResult<DateTimeOffset?>(clock.GetUtcNow());
    }

    /// <summary>A caller's request, with the fault that is planned for it.</summary>
    public async Task<Answer> Call(Caller caller, IMessage request)
    {
        try
        {
            return new(StatusCode.OK, await Answer(caller, Rpc.Of(request), request), "");
        }
        catch (RpcException refused)
        {
            return new(refused.StatusCode, null, refused.Status.Detail);
        }
        catch (ServiceCrashed crashed)
        {
            return new(StatusCode.Unavailable, null, crashed.Message);
        }
    }

    /// <summary>A service answers a request as it does on the wire: access, checks, use case, status.</summary>
    /// <exception cref="RpcException">It refuses.</exception>
    /// <exception cref="ServiceCrashed">It died.</exception>
    public async Task<IMessage> Answer(Caller caller, Rpc rpc, IMessage request)
    {
        if (rpc.Services.Count > 0 ? !rpc.Services.Contains(caller.Subject) : !rpc.Roles.Contains(caller.Role))
            throw new RpcException(new(StatusCode.PermissionDenied, $"role {caller.Role} may not call {rpc.Method.Name}"));
        try
        {
            RequestChecks.Demand(request, Clock.UtcDay());
            return await InScope(rpc.Service, caller, async scope =>
            {
                var service = ActivatorUtilities.CreateInstance(scope, rpc.Class);
                var sent = rpc.Method.IsClientStreaming ? Activator.CreateInstance(typeof(OneMessage<>).MakeGenericType(request.GetType()), request) : request;
                var reply = (Task)rpc.Answer.Invoke(service, BindingFlags.DoNotWrapExceptions, null, [sent, new CallContext(rpc.Method.FullName)], null)!;
                await reply;
                return (IMessage)((dynamic)reply).Result;
            });
        }
        catch (Exception fault) when (fault is not (ServiceCrashed or BrokenInvariant))
        {
            if (Platform.Rpc.Faults.StatusOf(fault, DateTime.MaxValue, Clock.GetUtcNow(), CancellationToken.None) is not { } status)
                throw;
            if (status.Code == (int)StatusCode.Internal)
                throw new BrokenInvariant($"{rpc.Method.FullName} failed with a bug", fault);
            throw new RpcException(new((StatusCode)status.Code, status.Message));
        }
    }

    /// <summary>Runs in a scope of a service in the name of a caller.</summary>
    public async Task<T> InScope<T>(string service, Caller caller, Func<IServiceProvider, Task<T>> run)
    {
        await using var scope = services[service].CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ScopeCaller>().Caller = caller;
        return await run(scope.ServiceProvider);
    }

    /// <summary>The name by which a consumer's inbox rows know it.</summary>
    public abstract string QueueOf(Subscription subscription);

    /// <summary>Publishes the stages of deadlines that are reached.</summary>
    public abstract Task Sweep();

    /// <summary>Sends and delivers every event until nothing is left to do, without faults.</summary>
    public abstract Task Settle();

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var host in hosts.Values)
            await host.DisposeAsync();
    }
}

/// <summary>The platform did what it promises never to do.</summary>
internal sealed class BrokenInvariant(string what, Exception? cause = null) : Exception(what, cause);
