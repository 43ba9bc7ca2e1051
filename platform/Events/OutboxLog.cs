using System.Data.Common;
using Npgsql;

namespace Ips.Platform.Events;

/// <summary>An event in the log of a service.</summary>
/// <param name="Position">Its place in the log; grows, with holes. A cursor.</param>
/// <param name="Id">The event's id.</param>
/// <param name="Type">The wire name with its version.</param>
/// <param name="Urn">The name by which MassTransit's consumers know the type.</param>
/// <param name="Subject">The aggregate it is about.</param>
/// <param name="Sequence">1, 2, 3 ... without gap per subject; in a later epoch from its number on.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="Body">Raw JSON, as on the wire.</param>
/// <param name="TraceParent">The W3C trace context of the request that made it.</param>
/// <param name="TraceState">Vendor part of the trace context.</param>
/// <param name="Provider">The provider organization whose data it is; null when it belongs to none.</param>
public sealed record OutboxEntry(
    long Position, Guid Id, string Type, string Urn, string Subject, long Sequence, DateTimeOffset OccurredAt, string Body, string? TraceParent,
        string? TraceState, string? Provider);

/// <summary>What the log holds.</summary>
/// <param name="First">The first position, 0 when it is empty. A cursor before First - 1 may have missed swept events.</param>
/// <param name="Last">The last position, 0 when it is empty.</param>
/// <param name="Highest">The highest position ever given: a cursor behind it comes from a time before this database was restored.</param>
/// <param name="Epoch">The present epoch (<see cref="EventEpoch"/>).</param>
public readonly record struct LogRange(long First, long Last, long Highest, long Epoch);

/// <summary>
/// The events of this service in the order of their positions, for feeds. Positions are given in commit order (<see cref="OutboxRelay"/>), so
/// a reader that continues after the last position it saw misses nothing. Events stay at least 90 days.
/// </summary>
public sealed class OutboxLog(NpgsqlDataSource database, OutboxNotifier notifier) : IFeedLog
{
    private const string Page =
        """
        select id, type, urn, subject, sequence, occurred_at, body, trace_parent, trace_state, position, provider
        from outbox_rows where position > @after and (cardinality(@types) = 0 or type = any(@types)) and (@provider is null or provider = @provider)
        order by position limit @limit
        """;

    private const string OfDay =
        """
        select id, type, urn, subject, sequence, occurred_at, body, trace_parent, trace_state, position, provider
        from outbox_rows where position is not null and occurred_at >= @from and occurred_at < @to and (@provider is null or provider = @provider)
        """;

    // A position that was given once stays below the sequence's value, also when all events are swept.
    private const string Present =
        """
        select coalesce(min(position), 0), coalesce(max(position), 0), (select last_value from outbox_positions),
          (select coalesce(max(number), 0) from event_epochs)
        from outbox_rows
        """;

    private const string Common =
        """
        select coalesce(min(after_position), 0) from event_epochs
        where number > @epoch and exists (select from event_epochs where number = @epoch)
        """;

    /// <summary>Up to <paramref name="limit"/> events after the position, of these types (empty: all) and of a provider's data (null: of everybody's).</summary>
    public async Task<IReadOnlyList<OutboxEntry>> Read(
        long afterPosition, IReadOnlyCollection<string> types, int limit, string? provider = null,
        CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand(Page);
        command.Parameters.AddWithValue("after", afterPosition);
        command.Parameters.AddWithValue("types", types.ToArray());
        command.Parameters.AddWithValue("limit", limit);
        return await Read(command, provider, cancellationToken);
    }

    /// <summary>The events of a UTC day, in no order, of a provider's data (null: of everybody's).</summary>
    public async Task<IReadOnlyList<OutboxEntry>> Read(DateOnly day, string? provider, CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand(OfDay);
        DateTimeOffset from = new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        command.Parameters.AddWithValue("from", from);
        command.Parameters.AddWithValue("to", from.AddDays(1));
        return await Read(command, provider, cancellationToken);
    }

    private static async Task<IReadOnlyList<OutboxEntry>> Read(NpgsqlCommand command, string? provider, CancellationToken cancellationToken)
    {
        command.Parameters.Add(new("provider", NpgsqlTypes.NpgsqlDbType.Text) { Value = (object?)provider ?? DBNull.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<OutboxEntry>();
        while (await reader.ReadAsync(cancellationToken))
            entries.Add(Entry(reader));
        return entries;
    }

    /// <inheritdoc/>
    public async Task<LogRange> Range(CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand(Present);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
    }

    /// <inheritdoc/>
    public async Task<long> Resume(long epoch, long position, CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand(Common);
        command.Parameters.AddWithValue("epoch", epoch);
        return Math.Min(position, (long)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    /// <inheritdoc/>
    public Task More() => notifier.NextPlaced();

    internal static OutboxEntry Entry(DbDataReader row) => new(
        row.GetInt64(9), row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetFieldValue<DateTimeOffset>(5),
            row.GetString(6),
        row.IsDBNull(7) ? null : row.GetString(7), row.IsDBNull(8) ? null : row.GetString(8),
        row.IsDBNull(10) ? null : row.GetString(10));
}
