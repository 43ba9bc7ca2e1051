using System.Data.Common;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ips.Platform.Events;

/// <summary>
/// Wakes the relays and feed readers of every replica with NOTIFY after a commit that wrote events.
/// Not inside that transaction: PostgreSQL commits transactions that notify one at a time, which would end group commit.
/// When a NOTIFY is missed (the process died in between), events wait at most one poll interval.
/// </summary>
public sealed partial class OutboxNotifier(NpgsqlDataSource database, ILogger<OutboxNotifier> log) : BackgroundService
{
    internal const string Channel = "ips_outbox";

    private readonly Channel<bool> rung = System.Threading.Channels.Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private TaskCompletionSource notified = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Signals a new event. Never blocks; many signals become one NOTIFY.</summary>
    public void Ring() => rung.Writer.TryWrite(true);

    /// <summary>Completes at the next NOTIFY of any replica; take it before looking, so that nothing falls in between.</summary>
    public Task NextNotify() => Volatile.Read(ref notified).Task;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Keep("notify", Notify, stoppingToken), Keep("listen", Listen, stoppingToken));

    private async Task Notify(CancellationToken cancellationToken)
    {
        while (await rung.Reader.WaitToReadAsync(cancellationToken))
        {
            rung.Reader.TryRead(out _);
            await using var command = database.CreateCommand($"notify {Channel}");
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private async Task Listen(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, _) => Interlocked.Exchange(ref notified, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        await using (var command = new NpgsqlCommand($"listen {Channel}", connection))
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
