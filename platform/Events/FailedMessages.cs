using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ips.Platform.Events;

/// <summary>The queues of this service's consumers. They are known when the bus is built.</summary>
internal sealed class ConsumerQueues
{
    private readonly Lock turn = new();
    private string[] names = [];

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names => Volatile.Read(ref names);

    /// <summary>Adds one.</summary>
    public void Add(string name)
    {
        lock (turn)
            names = [.. names, name];
    }
}

/// <summary>
/// How many messages wait in the error queues of this service: the gauge <c>ips.messages.waiting</c>, and a reason for <c>/health</c> to report Degraded.
/// <see cref="ConsumerWatch"/> counts them.
/// </summary>
internal sealed class FailedMessages : IHealthCheck
{
    private readonly BrokerHealth broker;
    private readonly ConsumerQueues queues;
    private IReadOnlyDictionary<string, uint> waiting = new Dictionary<string, uint>();

    public FailedMessages(BrokerHealth broker, ConsumerQueues queues)
    {
        (this.broker, this.queues) = (broker, queues);
        Telemetry.Meter.CreateObservableGauge("ips.messages.waiting", Measure, "{message}", "Messages in error queues that wait for replay-errors.");
    }

    /// <summary>Counts them.</summary>
    public async Task Count(CancellationToken cancellationToken)
    {
        Dictionary<string, uint> found = [];
        foreach (var queue in queues.Names.SelectMany(ErrorQueues.Of))
            found[queue] = await broker.Execute((channel, token) => ErrorQueues.Count(channel, queue, token), cancellationToken);
        Volatile.Write(ref waiting, found);
    }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var failed = Volatile.Read(ref waiting).Where(queue => queue.Value > 0).Select(queue => $"{queue.Value} in {queue.Key}").ToList();
        return Task.FromResult(failed.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded($"messages failed: {string.Join(", ", failed)}; list-errors shows them, replay-errors sends them again"));
    }

    private IEnumerable<Measurement<long>> Measure() => Volatile.Read(ref waiting)
        .Select(queue => new Measurement<long>(queue.Value, new KeyValuePair<string, object?>("messaging.destination.name", queue.Key)));
}
