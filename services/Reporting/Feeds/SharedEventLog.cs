using Npgsql;

namespace Ips.Reporting.Feeds;

/// <summary>
/// The log of consumed events, for the feed. Positions are given by the consumer's statement under a lock that is held until its commit, so they become visible
/// in their own order, as in <see cref="OutboxLog"/>. Epochs are those of this database.
/// </summary>
public sealed class SharedEventLog(NpgsqlDataSource database, OutboxLog outbox) : IFeedLog
{
    /// <summary>Taken by the consumer, as a statement of its own before the one that gives them: that one then sees all that was committed.</summary>
    public const string Lock = "select pg_advisory_xact_lock(hashtext('ips_shared_place'));";

    private const string Present =
        """
        select coalesce(min(position), 0), coalesce(max(position), 0), (select last_value from shared_event_positions),
          (select coalesce(max(number), 0) from event_epochs)
        from shared_events
        """;

    private const string OfDay = "select coalesce(min(position), 0) from shared_events where occurred_at >= $1";

    /// <inheritdoc/>
    public async Task<LogRange> Range(CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand(Present);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
    }

    /// <summary>The position after which every event of a UTC day and of later days comes; null when there is none.</summary>
    public async Task<long?> Before(DateOnly day, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(OfDay);
        command.Parameters.Add(new() { Value = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))! is > 0 and var first ? first - 1 : null;
    }

    /// <summary>After a restore a reader begins again: this log does not know which positions both epochs have.</summary>
    public Task<long> Resume(long epoch, long position, CancellationToken cancellationToken = default) => Task.FromResult(0L);

    /// <inheritdoc/>
    public Task More() => outbox.More();
}
