using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Ips.Platform.Events;

/// <summary>How the consumers are watched; section <c>Consumers</c> of the configuration.</summary>
public sealed class ConsumerWatchOptions
{
    /// <summary>How often the queues are checked.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a queue may have no consumer while the broker answers.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(90);
}

/// <summary>
/// Counts the messages in the error queues. Ends the service when the broker answers and one of its queues has no consumer: the orchestrator restarts it, and the messages wait in the queue.
/// </summary>
/// <remarks>
/// Why: a broker killed under load sometimes leaves MassTransit 8 (its issue 5692) waiting for a closed connection; it never reconnects and logs nothing, while
/// the process looks healthy. The broker's own count of consumers is reliable, and a restart does not depend on the part that hangs. With several replicas,
/// one that no longer consumes is not detected: the others take its messages.
/// </remarks>
internal sealed partial class ConsumerWatch(
    BrokerHealth broker, ConsumerQueues queues, FailedMessages failed, IHostApplicationLifetime life, IOptions<ConsumerWatchOptions> options, ILogger<ConsumerWatch> log)
    : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Stopwatch silent = new();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Pause.For(options.Value.Every, stoppingToken);
            await CountFailed(stoppingToken);
            // While the broker is down the time does not run; it starts again when the broker is back.
            if (await Silent(stoppingToken) is not { } queue)
            {
                silent.Reset();
                continue;
            }

            silent.Start();
            if (silent.Elapsed < options.Value.Patience)
                continue;
            Ends(log, queue);
            Environment.ExitCode = 1;
            life.StopApplication();
            return;
        }
    }

    /// <summary>A queue of this service without a consumer; null when there is none.</summary>
    private async Task<string?> Silent(CancellationToken cancellationToken)
    {
        foreach (var queue in queues.Names)
        {
            try
            {
                if (await broker.Execute((channel, token) => channel.ConsumerCountAsync(queue, token), cancellationToken) == 0)
                    return queue;
            }
            catch (Exception away) when (away is not OutOfMemoryException)
            {
                // A broker outage is already reported by the relay and the health check. A queue that does not exist yet is declared when its consumer
                // connects; the others are still checked.
            }
        }

        return null;
    }

    private async Task CountFailed(CancellationToken cancellationToken)
    {
        try
        {
            await failed.Count(cancellationToken);
        }
        catch (Exception away) when (away is not OutOfMemoryException)
        {
            // As below: others report that the broker is away, and the last count stays.
        }
    }

    [LoggerMessage(1106, LogLevel.Critical, "{Queue} has no consumer although the broker answers; the service ends so that it is restarted, its messages wait")]
    private static partial void Ends(ILogger log, string queue);
}
