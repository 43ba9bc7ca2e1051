using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace Ips.Platform.Events;

/// <summary>How the relay works; section <c>Outbox</c> of the configuration.</summary>
public sealed class OutboxOptions
{
    /// <summary>Maximum delay when a NOTIFY is missed.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Rows taken at once.</summary>
    public int BatchSize { get; set; } = 1000;

    /// <summary>The least time between two NOTIFYs: what is written in between is notified, and sent, together.</summary>
    public TimeSpan Gather { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long the broker may take to confirm a batch before it is tried again.</summary>
    public TimeSpan ConfirmTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long sent events, inbox rows and original responses are stored. Feeds promise 90 days.</summary>
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(120);
}

/// <summary>
/// Sends committed events and places them in the log. Any number of replicas may run; one at a time does a round, so events leave in the order of the log.
/// A row is marked after the broker confirmed it, so after a crash in between it is sent again and the inbox drops it.
/// </summary>
/// <remarks>
/// Why positions are given here and not when the row is inserted: a transaction may take number 7, stall, and commit after number 8 was read;
/// a reader at 8 would never see 7. Here a position is given to committed rows only, under a lock held until it is visible,
/// so positions become visible in their own order. One update places and marks a row. Placing needs no broker: a round whose sending fails still places its
/// rows, and while the broker is down rows are placed before sending is tried again. So feeds continue.
/// </remarks>
public sealed partial class OutboxRelay(
    NpgsqlDataSource database, OutboxNotifier notifier, IEventSender sender, EventEpochs epochs, SweepClock trusted, IOptions<OutboxOptions> options,
    TimeProvider clock, ILogger<OutboxRelay> log) : BackgroundService
{
    // Always sent together with the statement that needs it: that one sees what was committed when it has the lock.
    private const string Lock = KeyedPlans.Use + ", pg_advisory_xact_lock(hashtext('ips_outbox_place'))";

    // Two selects, each in the order of its own index.
    private const string Take =
        """
        select id, type, urn, subject, sequence, occurred_at, body, trace_parent, trace_state, coalesce(position, 0), provider from (
          (select * from outbox_rows where sent_at is null and position is not null order by position limit @limit)
          union all
          (select * from outbox_rows where position is null order by turn, sequence limit @limit)) as waiting
        limit @limit
        """;

    private const string Mark =
        """
        update outbox_rows o set position = coalesce(o.position, taken.position), sent_at = case when taken.id = any(@confirmed) then @now end
        from (select id, nextval('outbox_positions') as position from unnest(@taken) as given (id)) as taken
        where o.id = taken.id
        """;

    private const string Place =
        """
        update outbox_rows o set position = placed.position
        from (select id, nextval('outbox_positions') as position
              from (select id from outbox_rows where position is null order by turn, sequence limit @limit) as waiting) as placed
        where o.id = placed.id
        """;

    private static readonly string Sweep = $"""
        {SweptRow.Delete("outbox_rows", "sent_at < @before")};
        {SweptRow.Delete("inbox_rows", "received_at < @before")};
        {SweptRow.Delete("answered_requests", "answered_at < @before")}
        """;

    private long? oldestUnsent;
    private long unsent;
    private long? lastSweep;
    private long? lastMeasure;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Telemetry.Meter.CreateObservableGauge("ips.outbox.age", Age, "s", "Age of the oldest event that the broker has not confirmed.");
        Telemetry.Meter.CreateObservableGauge("ips.outbox.unsent", () => Volatile.Read(ref unsent), "{event}", "Events that the broker has not confirmed.");
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            var written = notifier.NextWritten();
            try
            {
                var more = await Round(failures > 0, stoppingToken);
                failures = 0;
                if (!more)
                    await Task.WhenAny(written, Pause.For(options.Value.PollInterval, stoppingToken));
            }
            catch (Exception broken) when (!stoppingToken.IsCancellationRequested)
            {
                // The stack once, then one line each: an outage of an hour must not fill the logs.
                RelayWaits(log, ++failures, broken.GetBaseException().GetType(), failures == 1 ? broken : null);
                await Pause.For(Backoff(failures), stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Sends and places once. True when more events wait already.</summary>
    private async Task<bool> Round(bool brokerFailed, CancellationToken cancellationToken)
    {
        var batch = options.Value.BatchSize;
        await MeasureSometimes(cancellationToken);
        while (brokerFailed && await PlaceCommitted(batch, cancellationToken) == batch)
            cancellationToken.ThrowIfCancellationRequested();
        var taken = await Send(batch, cancellationToken);
        await SweepSometimes(cancellationToken);
        return taken == batch;
    }

    private async Task<int> PlaceCommitted(int limit, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new(Lock));
        NpgsqlBatchCommand place = new(Place);
        place.Parameters.AddWithValue("limit", limit);
        batch.BatchCommands.Add(place);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        notifier.RingPlaced();
        return (int)place.RecordsAffected;
    }

    private async Task<int> Send(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var rows = await Rows(connection, transaction, limit, cancellationToken);
        if (rows.Count == 0)
            return 0;

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.Value.ConfirmTimeout);
        var sent = await sender.Send(rows, timeout.Token);
        await using (NpgsqlCommand mark = new(Mark, connection, transaction))
        {
            mark.Parameters.AddWithValue("now", clock.GetUtcNow());
            mark.Parameters.AddWithValue("taken", rows.Select(row => row.Id).ToArray());
            mark.Parameters.AddWithValue("confirmed", sent.Confirmed.ToArray());
            await mark.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        notifier.RingPlaced();
        Telemetry.EventsSent.Add(sent.Confirmed.Count);
        return sent.Failure is null ? rows.Count : throw new BrokerUnavailableException(sent.Failure);
    }

    private static async Task<List<OutboxEntry>> Rows(
        NpgsqlConnection connection, NpgsqlTransaction transaction, int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection, transaction);
        batch.BatchCommands.Add(new(Lock));
        NpgsqlBatchCommand take = new(Take);
        take.Parameters.AddWithValue("limit", limit);
        batch.BatchCommands.Add(take);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var rows = new List<OutboxEntry>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(OutboxLog.Entry(reader));
        return rows;
    }

    // For the gauges; counting after every round would cost more than sending.
    private async Task MeasureSometimes(CancellationToken cancellationToken)
    {
        if (!IsOver(TimeSpan.FromSeconds(5), ref lastMeasure))
            return;
        await epochs.Begin(cancellationToken);
        await using var command = database.CreateCommand("select count(*), min(occurred_at) from outbox_rows where sent_at is null");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        Volatile.Write(ref unsent, reader.GetInt64(0));
        oldestUnsent = reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1).ToUnixTimeMilliseconds();
    }

    private async Task SweepSometimes(CancellationToken cancellationToken)
    {
        if (IsOver(TimeSpan.FromHours(1), ref lastSweep))
            await SweepRows(cancellationToken);
    }

    /// <summary>Moves what is older than <see cref="OutboxOptions.Keep"/> to <c>swept_rows</c>, if the clock is trusted.</summary>
    public async Task SweepRows(CancellationToken cancellationToken)
    {
        if (await trusted.Now(cancellationToken) is not { } now)
            return;
        await using var command = database.CreateCommand(Sweep);
        command.Parameters.AddWithValue("now", NpgsqlDbType.TimestampTz, now);
        command.Parameters.AddWithValue("before", NpgsqlDbType.TimestampTz, now - options.Value.Keep);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // By a clock that is never set: after one that was ahead is set back, the next turn must not be as far away.
    private static bool IsOver(TimeSpan interval, ref long? last)
    {
        if (last is { } since && Stopwatch.GetElapsedTime(since) < interval)
            return false;
        last = Stopwatch.GetTimestamp();
        return true;
    }

    private double Age() => oldestUnsent is { } since ? Math.Max(0, (clock.GetUtcNow().ToUnixTimeMilliseconds() - since) / 1000.0) : 0;

    // Half a second, doubled up to the poll interval, with jitter so that replicas do not return together.
    private TimeSpan Backoff(int failures) =>
        Math.Min(0.5 * Math.Pow(2, Math.Min(failures, 6)), Math.Max(1, options.Value.PollInterval.TotalSeconds)) * (0.5
            + Random.Shared.NextDouble() / 2) * TimeSpan.FromSeconds(1);

    [LoggerMessage(1102, LogLevel.Warning,
        "The outbox relay waits (attempt {Attempt}, {Fault}): database or broker does not answer; events are kept and sent later")]
    private static partial void RelayWaits(ILogger log, int attempt, Type fault, Exception? broken);
}

/// <summary>The broker did not confirm; the rows stay and are sent again.</summary>
public sealed class BrokerUnavailableException(Exception inner) : Exception("The broker did not confirm every event; they are sent again later.", inner);

/// <summary>Sends stored events to the broker.</summary>
public interface IEventSender
{
    /// <summary>
    /// Sends in order and waits for the broker's confirmations. Does not throw when the broker is down: returns what was confirmed and why the rest was not.
    /// </summary>
    Task<Sent> Send(IReadOnlyList<OutboxEntry> events, CancellationToken cancellationToken);
}

/// <summary>The ids that the broker confirmed, and the error of the others.</summary>
public sealed record Sent(IReadOnlyList<Guid> Confirmed, Exception? Failure);
