using System.Data;
using System.Text.Json;
using Ips.Contracts.Events;
using Ips.Reporting.Db;
using Ips.Reporting.Facts;
using Ips.Reporting.Feeds;
using Npgsql;
using NpgsqlTypes;

namespace Ips.Reporting.Rebuilding;

/// <summary>What a rebuild found.</summary>
/// <param name="Position">The last event that it read: what is served is verified to it when both agree.</param>
/// <param name="Events">How many events it read.</param>
/// <param name="Served">Number and checksum of the facts that are served.</param>
/// <param name="Rebuilt">Number and checksum of the facts made again from the events.</param>
/// <param name="Elapsed">How long reading and storing took, without the comparison.</param>
public sealed record Rebuild(long Position, long Events, FactsTally Served, FactsTally Rebuilt, TimeSpan Elapsed)
{
    /// <summary>Whether the facts that are served are those that the events make.</summary>
    public bool Agrees => Served == Rebuilt;
}

/// <summary>How many facts there are, and a sum over all of them that no order changes.</summary>
public readonly record struct FactsTally(long Count, string Checksum);

/// <summary>
/// Makes the facts again from the log of events, in a schema of its own while the present ones serve; compares both by checksum; and puts the new ones in
/// their place on request. It reads the log as it grows and takes the lock of the log only for the last events and the switch. A rebuild that was killed leaves
/// its schema, which the next one replaces. Facts of events from before the log began are taken over as they are.
/// </summary>
public sealed class FactRebuilder(NpgsqlDataSource database, ProgramDays days)
{
    private const string Schema = "facts_rebuilt";
    private const int Page = 10_000;

    // What stays behind is small enough to read under the lock.
    private const int Behind = 2_000;

    private static readonly string Columns = string.Join(", ", EventFactColumns.All.Select(column => column.Name));

    // When a fact arrived is not what an event states.
    private static readonly string Compared = string.Join(", ", EventFactColumns.All.Select(column => column.Name).Where(name => name != "received_at"));

    // As the consumer does it for a group: a fact of a merged record is one of its last survivor.
    private const string Merge =
        $"""
        with recursive merges as (select thread::uuid as merged, individual_id as survivor from {Schema}.event_facts where topic = '{Topics.Merged}'),
        step as (select merged, survivor from merges union select step.merged, merges.survivor from step join merges on merges.merged = step.survivor),
        survivors as (select merged, survivor from step where survivor not in (select merged from merges))
        update {Schema}.event_facts set individual_id = survivor,
          thread = case when topic in ('{Topics.Merged}', '{Topics.Separated}') then thread else replace(thread, individual_id::text, survivor::text) end,
          about = replace(about, individual_id::text, survivor::text)
        from survivors where individual_id = merged
        """;

    /// <summary>Rebuilds and compares.</summary>
    /// <param name="replace">Whether the new facts take the place of the present ones; else they are dropped.</param>
    /// <param name="afterSwitch">Runs on the connection in the transaction of the switch: rights and policies of the new table.</param>
    /// <param name="cancellationToken">Ends it; nothing is changed then.</param>
    public async Task<Rebuild> Run(bool replace, string afterSwitch, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var writer = await database.OpenConnectionAsync(cancellationToken);
        var started = TimeProvider.System.GetTimestamp();
        var present = (string)(await Scalar(connection, "select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = 'event_facts'::regclass", cancellationToken))!;
        await Execute(connection, $"drop schema if exists {Schema} cascade; create schema {Schema}; create table {Schema}.event_facts (like {present}.event_facts including defaults)", cancellationToken);
        var (position, events) = (0L, 0L);
        // An event that is placed again behind a late one has its facts already.
        HashSet<Guid> seen = [];
        while (true)
        {
            var (next, read) = await Copy(connection, writer, position, seen, cancellationToken);
            (position, events) = (next, events + read);
            if (read < Behind)
                break;
        }

        await Execute(connection,
            $"alter table {Schema}.event_facts add constraint pk_event_facts primary key (event_id, topic); "
            + string.Concat((await Indexes(connection, present, cancellationToken)).Select(index => index.Replace($" ON {present}.", $" ON {Schema}.", StringComparison.Ordinal) + ";")),
            cancellationToken);
        // Events and facts are committed together, so one snapshot compares them; only a switch has to keep others from writing.
        await using var transaction = await connection.BeginTransactionAsync(
            replace ? IsolationLevel.ReadCommitted : IsolationLevel.RepeatableRead, cancellationToken);
        if (replace)
            await Execute(connection, SharedEventLog.Lock, cancellationToken);
        var (last, rest) = await Insert(connection, position, seen, cancellationToken);
        await Execute(connection,
            $"insert into {Schema}.event_facts ({Columns}) select {Columns} from {present}.event_facts fact "
            + "where not exists (select from shared_events event where event.id = fact.event_id)", cancellationToken);
        await Execute(connection, Merge, cancellationToken);
        await Execute(connection, Separations.OfFacts($"{Schema}.event_facts"), cancellationToken);
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        Rebuild done = new(
            Math.Max(position, last), events + rest, await Tally(connection, $"{present}.event_facts", cancellationToken),
            await Tally(connection, $"{Schema}.event_facts", cancellationToken), elapsed);
        if (replace)
        {
            await Execute(connection,
                $"create schema {Schema}_old; alter table {present}.event_facts set schema {Schema}_old; alter table {Schema}.event_facts set schema {present}; "
                + $"drop schema {Schema}_old cascade; {afterSwitch}", cancellationToken);
        }

        await Execute(connection, $"drop schema {Schema} cascade", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return done;
    }

    /// <summary>Copies the facts of a page of events.</summary>
    /// <returns>The last position, and how many events the page has.</returns>
    private async Task<(long Position, int Read)> Copy(
        NpgsqlConnection connection, NpgsqlConnection writer, long after, HashSet<Guid> seen, CancellationToken cancellationToken)
    {
        List<Logged> page = [];
        await foreach (var logged in Events(connection, after, cancellationToken))
            page.Add(logged);
        List<EventFact> facts = [.. page.AsParallel().AsOrdered().Select(Read).AsSequential().Where(one => seen.Add(one.Event)).SelectMany(one => one.Facts)];
        var (position, read) = (page.Count == 0 ? after : page[^1].Position, page.Count);
        if (facts.Count == 0)
            return (position, read);
        EventFact[] rows = [.. facts];
        var values = EventFactColumns.All.Select(column => column.Values(rows)).ToArray();
        await using var import = await writer.BeginBinaryImportAsync($"copy {Schema}.event_facts ({Columns}) from stdin (format binary)", cancellationToken);
        for (var row = 0; row < rows.Length; row++)
        {
            await import.StartRowAsync(cancellationToken);
            foreach (var column in values)
            {
                if (column.GetValue(row) is { } value)
                    await import.WriteAsync(value, TypeOf(value), cancellationToken);
                else
                    await import.WriteNullAsync(cancellationToken);
            }
        }

        await import.CompleteAsync(cancellationToken);
        return (position, read);
    }

    /// <summary>The facts of the last events, under the lock.</summary>
    private async Task<(long Position, int Read)> Insert(
        NpgsqlConnection connection, long after, HashSet<Guid> seen, CancellationToken cancellationToken)
    {
        var (position, read) = (after, 0);
        List<EventFact> facts = [];
        while (true)
        {
            var before = read;
            await foreach (var logged in Events(connection, position, cancellationToken))
            {
                (position, read) = (logged.Position, read + 1);
                var one = Read(logged);
                if (seen.Add(one.Event))
                    facts.AddRange(one.Facts);
            }

            if (read - before < Page)
                break;
        }

        EventFact[] rows = [.. facts];
        await using NpgsqlCommand command = new(
            $"insert into {Schema}.event_facts ({Columns}) select * from unnest({string.Join(", ", EventFactColumns.All.Select(c => "@" + c.Name))}) on conflict do nothing",
            connection);
        foreach (var (name, values) in EventFactColumns.All)
            command.Parameters.AddWithValue(name, values(rows));
        await command.ExecuteNonQueryAsync(cancellationToken);
        return (position, read);
    }

    private (Guid Event, IReadOnlyList<EventFact> Facts) Read(Logged logged)
    {
        var happened = (DomainEvent)JsonSerializer.Deserialize(logged.Body, EventCatalog.Find(logged.Type)!.Type, EventCatalog.Json)!;
        return (happened.EventId, new FactReader(days.DayOf, logged.ReceivedAt).Read(happened));
    }

    private static async IAsyncEnumerable<Logged> Events(
        NpgsqlConnection connection, long after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("select position, received_at, type, body from shared_events where position > $1 order by position limit $2", connection);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(Page);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            yield return new(reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetString(3));
    }

    private static async Task<FactsTally> Tally(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(
            $"select count(*), coalesce(sum(hashtextextended(row({Compared})::text, 0)::numeric), 0)::text from {table}", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetInt64(0), reader.GetString(1));
    }

    private static async Task<IReadOnlyList<string>> Indexes(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(
            "select indexdef from pg_indexes where schemaname = $1 and tablename = 'event_facts' and indexname <> 'pk_event_facts' order by indexname", connection);
        command.Parameters.AddWithValue(schema);
        List<string> indexes = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            indexes.Add(reader.GetString(0));
        return indexes;
    }

    private readonly record struct Logged(long Position, DateTimeOffset ReceivedAt, string Type, string Body);

    private static NpgsqlDbType TypeOf(object value) => value switch
    {
        Guid => NpgsqlDbType.Uuid,
        string => NpgsqlDbType.Text,
        long => NpgsqlDbType.Bigint,
        int => NpgsqlDbType.Integer,
        bool => NpgsqlDbType.Boolean,
        decimal => NpgsqlDbType.Numeric,
        DateOnly => NpgsqlDbType.Date,
        DateTimeOffset => NpgsqlDbType.TimestampTz,
        _ => throw new InvalidOperationException($"{value.GetType()} is no type of a column of facts."),
    };

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<object?> Scalar(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}

/// <summary>
/// <c>rebuild-facts [--switch]</c>: makes the facts again from the log of events and compares them with those that serve; with <c>--switch</c> the new ones take
/// their place. Ends with 1 when both differ and nothing was switched.
/// </summary>
public sealed partial class RebuildFacts(ReportingDb db, FactRebuilder rebuilder, IConfiguration configuration, ILogger<RebuildFacts> log) : IServiceCommand
{
    /// <inheritdoc/>
    public string Name => "rebuild-facts";

    /// <inheritdoc/>
    public async Task<int> Run(CancellationToken cancellationToken)
    {
        var replace = configuration.GetValue<bool>("switch");
        var rebuild = await rebuilder.Run(replace, db.AfterMigrations, cancellationToken);
        Log(log, rebuild, replace);
        return rebuild.Agrees || replace ? 0 : 1;
    }

    /// <summary>Logs what a rebuild found.</summary>
    internal static void Log(ILogger log, Rebuild rebuild, bool replaced)
    {
        var perSecond = rebuild.Events / Math.Max(0.001, rebuild.Elapsed.TotalSeconds);
        if (rebuild.Agrees)
            Verified(log, rebuild.Position, rebuild.Rebuilt.Count, rebuild.Events, perSecond);
        else
            Differs(log, rebuild.Position, rebuild.Served.Count, rebuild.Rebuilt.Count, replaced);
    }

    [LoggerMessage(1621, LogLevel.Information, "The facts are verified to event {Position}: {Facts} facts of {Events} events, {PerSecond:0} events a second")]
    private static partial void Verified(ILogger log, long position, long facts, long events, double perSecond);

    [LoggerMessage(1622, LogLevel.Error, "At event {Position} the {Served} facts that serve are not the {Rebuilt} that the events make; replaced: {Replaced}. "
        + "Run rebuild-facts with --switch true")]
    private static partial void Differs(ILogger log, long position, long served, long rebuilt, bool replaced);
}

/// <summary>When the facts are verified; section <c>Rebuild</c> of the configuration.</summary>
public sealed class RebuildOptions
{
    /// <summary>The UTC time of day of the nightly check.</summary>
    public TimeOnly VerifyAt { get; set; } = new(3, 40);
}

/// <summary>The facts of Reporting as the last nightly check found them, for operations.</summary>
public sealed class LastVerification
{
    /// <summary>What it found; null before the first check of this process.</summary>
    public Rebuild? Found { get; internal set; }

    /// <summary>When, UTC.</summary>
    public DateTimeOffset? At { get; internal set; }
}

/// <summary>Verifies the facts every night, without replacing them.</summary>
internal sealed partial class NightlyVerification(
    FactRebuilder rebuilder, LastVerification last, Microsoft.Extensions.Options.IOptions<RebuildOptions> options, TimeProvider clock,
    ILogger<NightlyVerification> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = options.Value.VerifyAt - TimeOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
            await Pause.For(wait > TimeSpan.Zero ? wait : TimeSpan.FromDays(1), stoppingToken);
            if (stoppingToken.IsCancellationRequested)
                return;
            try
            {
                var rebuild = await rebuilder.Run(replace: false, "", stoppingToken);
                (last.Found, last.At) = (rebuild, clock.GetUtcNow());
                RebuildFacts.Log(log, rebuild, replaced: false);
            }
            catch (Exception broken) when (!stoppingToken.IsCancellationRequested)
            {
                Waits(log, broken.GetBaseException().GetType());
            }
        }
    }

    [LoggerMessage(1623, LogLevel.Warning, "The nightly check of the facts failed ({Fault}) and runs again the next night")]
    private static partial void Waits(ILogger log, Type fault);
}
