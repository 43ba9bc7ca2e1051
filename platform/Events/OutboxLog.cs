using System.Data.Common;
using Npgsql;

namespace Ips.Platform.Events;

/// <summary>An event in the log of a service.</summary>
/// <param name="Position">Its place in the log; grows, with holes. A cursor.</param>
/// <param name="Id">The event's id.</param>
/// <param name="Type">The wire name with its version.</param>
/// <param name="Urn">The name by which MassTransit's consumers know the type.</param>
/// <param name="Subject">The aggregate it is about.</param>
/// <param name="Sequence">1, 2, 3 ... without gap per subject.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="Body">Raw JSON, as on the wire.</param>
/// <param name="TraceParent">The W3C trace context of the request that made it.</param>
/// <param name="TraceState">Vendor part of the trace context.</param>
/// <param name="Provider">The provider organization whose data it is; null when it belongs to none.</param>
public sealed record OutboxEntry(
    long Position, Guid Id, string Type, string Urn, string Subject, long Sequence, DateTimeOffset OccurredAt, string Body, string? TraceParent,
        string? TraceState, string? Provider);

/// <summary>
/// The events of this service in the order of their positions, for feeds. Positions are given in commit order (<see cref="OutboxRelay"/>), so
/// a reader that continues after the last position it saw misses nothing. Events stay at least 90 days.
/// </summary>
public sealed class OutboxLog(NpgsqlDataSource database, OutboxNotifier notifier)
{
    private const string Page =
        """
        select id, type, urn, subject, sequence, occurred_at, body, trace_parent, trace_state, position, provider
        from outbox_rows where position > @after and (cardinality(@types) = 0 or type = any(@types))
        order by position limit @limit
        """;

    /// <summary>Up to <paramref name="limit"/> events after the position, of these types (empty: all).</summary>
    public async Task<IReadOnlyList<OutboxEntry>> Read(
        long afterPosition, IReadOnlyCollection<string> types, int limit, CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand(Page);
        command.Parameters.AddWithValue("after", afterPosition);
        command.Parameters.AddWithValue("types", types.ToArray());
        command.Parameters.AddWithValue("limit", limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<OutboxEntry>();
        while (await reader.ReadAsync(cancellationToken))
            entries.Add(Entry(reader));
        return entries;
    }

    /// <summary>The first and last position now in the log, both 0 when it is empty. A cursor before First - 1 may have missed swept events.</summary>
    public async Task<(long First, long Last)> Range(CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand("select coalesce(min(position), 0), coalesce(max(position), 0) from outbox_rows");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>
    /// Completes when there may be more. Take it before reading, await it when the page was empty, and give it a timeout: a NOTIFY can be missed.
    /// </summary>
    public Task More() => notifier.NextPlaced();

    internal static OutboxEntry Entry(DbDataReader row) => new(
        row.GetInt64(9), row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetFieldValue<DateTimeOffset>(5),
            row.GetString(6),
        row.IsDBNull(7) ? null : row.GetString(7), row.IsDBNull(8) ? null : row.GetString(8),
        row.IsDBNull(10) ? null : row.GetString(10));
}
