using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Ips.Platform.Events;

/// <summary>
/// Wakes with NOTIFY the relays of every replica after a commit that wrote events, and the feed readers after events were placed in the log. The first event
/// is notified at once, what follows within <see cref="OutboxOptions.Gather"/> together: sending many costs little more than sending one.
/// Not inside the transaction that wrote: PostgreSQL commits transactions that notify one at a time, which would end group commit.
/// When a NOTIFY is missed (the process died in between), events wait at most one poll interval.
/// </summary>
public sealed partial class OutboxNotifier(NpgsqlDataSource database, IOptions<OutboxOptions> options, ILogger<OutboxNotifier> log) : BackgroundService
{
    private readonly Signal written = new("ips_outbox_written");
    private readonly Signal placed = new("ips_outbox_placed");
    private readonly SemaphoreSlim rung = new(0);

    /// <summary>Signals a new event. Never blocks; many signals become one NOTIFY.</summary>
    public void Ring() => Ring(written);

    /// <summary>Signals that events were placed in the log. Never blocks; many signals become one NOTIFY.</summary>
    public void RingPlaced() => Ring(placed);

    /// <summary>Completes when any replica wrote events; take it before looking, so that nothing falls in between.</summary>
    internal Task NextWritten() => written.Next;

    /// <summary>Completes when any replica placed events in the log; take it before looking, so that nothing falls in between.</summary>
    internal Task NextPlaced() => placed.Next;

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Keep("notify", Notify, stoppingToken), Keep("listen", Listen, stoppingToken));

    private void Ring(Signal signal)
    {
        if (signal.Ring())
            rung.Release();
    }

    private async Task Notify(CancellationToken cancellationToken)
    {
        while (true)
        {
            await rung.WaitAsync(cancellationToken);
            var notify = string.Join("; ", new[] { written, placed }.Where(signal => signal.TakeRung()).Select(signal => $"notify {signal.Channel}"));
            if (notify.Length == 0)
                continue;
            await using (var command = database.CreateCommand(notify))
                await command.ExecuteNonQueryAsync(cancellationToken);
            await Task.Delay(options.Value.Gather, cancellationToken);
        }
    }

    private async Task Listen(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, notification) => (notification.Channel == written.Channel ? written : placed).Complete();
        await using (var command = new NpgsqlCommand($"listen {written.Channel}; listen {placed.Channel}", connection))
            await command.ExecuteNonQueryAsync(cancellationToken);
        while (true)
            await connection.WaitAsync(cancellationToken);
    }

    private async Task Keep(string what, Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await run(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception broken)
            {
                ConnectionLost(log, what, broken);
                await Pause.For(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }
    }

    [LoggerMessage(1101, LogLevel.Warning,
        "The outbox notifier ({Operation}) lost its database connection and reconnects; events wait at most one poll interval")]
    private static partial void ConnectionLost(ILogger log, string operation, Exception broken);

    /// <summary>One channel of NOTIFY: rung here, completed in every replica.</summary>
    private sealed class Signal(string channel)
    {
        private int rung;
        private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Channel => channel;

        public Task Next => Volatile.Read(ref next).Task;

        /// <summary>True for the first ring since the last NOTIFY.</summary>
        public bool Ring() => Interlocked.Exchange(ref rung, 1) == 0;

        public bool TakeRung() => Interlocked.Exchange(ref rung, 0) == 1;

        public void Complete() => Interlocked.Exchange(ref next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }
}

/// <summary>Notifies once the transaction that wrote events is committed.</summary>
internal sealed class NotifyAfterCommit(OutboxNotifier notifier) : DbTransactionInterceptor
{
    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is EventDb { WroteEvents: true } db)
        {
            db.WroteEvents = false;
            notifier.Ring();
        }

        return Task.CompletedTask;
    }
}
