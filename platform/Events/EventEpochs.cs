using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ips.Platform.Events;

/// <summary>
/// A stretch of the event log's history. A restored database has lost what came after its backup, so it begins a new epoch: readers of the feeds learn from it
/// that positions of the old one are void, and sequences continue above its number, so that consumers that have seen lost events take what comes now for newer.
/// </summary>
public sealed class EventEpoch
{
    /// <summary>0 for the first; a later one is the number of seconds from 2020 to its begin. Sequences of its events are greater.</summary>
    public required long Number { get; init; }

    /// <summary>The database it began in: server, database and timeline. Another one means that this database was restored or failed over.</summary>
    public required string Incarnation { get; init; }

    /// <summary>The last position of the epoch before, as far as this database has it.</summary>
    public required long AfterPosition { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The number of an epoch that begins at a time: no event of that time has a sequence much above it.</summary>
    public static long NumberAt(DateTimeOffset time) => (time - new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero)).Ticks / TimeSpan.TicksPerSecond;
}

/// <summary>
/// Begins an epoch when the database is not the one it was: before the service serves, and every few seconds, because a server can fail over meanwhile. Events
/// of the last day before it are sent again: a consumer that was restored too may have lost them, and every other drops them as repetitions.
/// </summary>
public sealed partial class EventEpochs(NpgsqlDataSource database, ILogger<EventEpochs> log) : IHostedLifecycleService
{
    // A dump that is restored has another oid, a server that was restored to a point in time or failed over another timeline.
    private const string Insert =
        """
        select pg_advisory_xact_lock(hashtext('ips_outbox_place'));
        with began as (
          insert into event_epochs (number, incarnation, after_position, started_at)
          select case when last.number is null then 0
              else greatest(last.number + 1, extract(epoch from clock_timestamp() - timestamptz '2020-01-01 00:00+00')::bigint) end,
            here.incarnation, (select coalesce(max(position), 0) from outbox_rows), clock_timestamp()
          from (select format('%s/%s/%s', (select system_identifier from pg_control_system()),
              (select oid from pg_database where datname = current_database()), left(pg_walfile_name(pg_current_wal_lsn()), 8)) as incarnation) as here
          left join (select number, incarnation from event_epochs order by number desc limit 1) as last on true
          where last.incarnation is distinct from here.incarnation
          returning number),
        again as (
          update outbox_rows set sent_at = null
          where (select number from began) > 0 and sent_at > (select max(sent_at) from outbox_rows) - interval '1 day')
        select number from began
        """;

    /// <summary>Begins an epoch if the database is another one than that of the last epoch.</summary>
    public async Task Begin(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Insert);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        if (await reader.ReadAsync(cancellationToken) && reader.GetInt64(0) is > 0 and var number)
            Began(log, number);
    }

    /// <summary>Begins an epoch although the database looks the same, after its files were put back from a copy.</summary>
    public async Task Force(CancellationToken cancellationToken)
    {
        await using (var command = database.CreateCommand("update event_epochs set incarnation = ''"))
            await command.ExecuteNonQueryAsync(cancellationToken);
        await Begin(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Begin(cancellationToken);
        }
        catch (NpgsqlException)
        {
            // A database that is away does not keep the service from starting; the relay begins the epoch before it sends or places an event.
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1111, LogLevel.Warning,
        "Epoch {Number} of the event log began: the database was restored or failed over. Readers of feeds have to continue in it; events of the last day "
        + "before it are sent again. Run reconcile to list what other services know and this one lost")]
    private static partial void Began(ILogger log, long number);
}

/// <summary><c>begin-epoch</c>: after the files of a database were put back from a copy, which the service cannot notice by itself.</summary>
public sealed class BeginEpoch(EventEpochs epochs) : IServiceCommand
{
    /// <inheritdoc/>
    public string Name => "begin-epoch";

    /// <inheritdoc/>
    public async Task<int> Run(CancellationToken cancellationToken)
    {
        await epochs.Force(cancellationToken);
        return 0;
    }
}

/// <summary>
/// <c>resend-events --since TIME</c>: sends the events since then again, for a service that was restored and lost what it had consumed. Other consumers drop
/// them as repetitions.
/// </summary>
public sealed partial class ResendEvents(NpgsqlDataSource database, IConfiguration configuration, ILogger<ResendEvents> log) : IServiceCommand
{
    /// <inheritdoc/>
    public string Name => "resend-events";

    /// <inheritdoc/>
    public async Task<int> Run(CancellationToken cancellationToken)
    {
        if (!ServiceCommands.ReadSince(configuration, log, out var since))
            return 2;
        await using var command = database.CreateCommand("update outbox_rows set sent_at = null where sent_at is not null and occurred_at >= $1");
        command.Parameters.Add(new() { Value = since.ToUniversalTime() });
        Resends(log, await command.ExecuteNonQueryAsync(cancellationToken));
        return 0;
    }

    [LoggerMessage(1113, LogLevel.Information, "{Events} events are sent again; consumers that have them drop them")]
    private static partial void Resends(ILogger log, int events);
}
