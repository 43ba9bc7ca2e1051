using System.Diagnostics;
using System.Text.Json;
using Ips.Contracts.Events;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Ips.Platform.Events;

/// <summary>An event, stored with the state it describes. It stays after sending, because feeds read this log.</summary>
public sealed class OutboxRow
{
    /// <summary>The event's id, and the message id on the wire.</summary>
    public required Guid Id { get; init; }

    /// <summary>The wire name with its version, such as <c>ips.staffing.caseload-changed.v1</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The name by which MassTransit's consumers know the type.</summary>
    public required string Urn { get; init; }

    /// <summary>The aggregate it is about.</summary>
    public required string Subject { get; init; }

    /// <summary>1, 2, 3 ... without gap per <see cref="Subject"/>; in a later epoch from its number on (<see cref="EventEpoch"/>).</summary>
    public required long Sequence { get; init; }

    /// <summary>Orders rows that were not placed yet so that a subject's events stay in sequence; taken while the subject is locked.</summary>
    public required long Turn { get; init; }

    /// <summary>The provider organization whose data it is; null when it belongs to none. Feeds filter by it.</summary>
    public string? Provider { get; init; }

    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The event as raw JSON, as it goes over the wire.</summary>
    public required string Body { get; init; }

    /// <summary>The W3C trace context of the request that made it.</summary>
    public string? TraceParent { get; init; }

    /// <inheritdoc cref="TraceParent"/>
    public string? TraceState { get; init; }

    /// <summary>The place in the log, given after the commit; null until then. Never given out of commit order, so a reader misses nothing.</summary>
    public long? Position { get; init; }

    /// <summary>When the broker confirmed it; null until then.</summary>
    public DateTimeOffset? SentAt { get; init; }
}

/// <summary>The last sequence of an aggregate; its row is locked by the transaction that adds the next.</summary>
public sealed class OutboxSubject
{
    public required string Subject { get; init; }
    public required long Sequence { get; init; }
}

/// <summary>Turns events into rows.</summary>
internal static class OutboxRows
{
    // Subjects are locked in order, so that two transactions about the same two subjects never deadlock.
    private const string NextSequences =
        """
        with epoch as materialized (select coalesce(max(number), 0) as number from event_epochs)
        insert into outbox_subjects as s (subject, sequence)
        select subject, epoch.number + events from epoch, unnest(@subjects, @events) as t (subject, events) order by subject
        on conflict (subject) do update
        set sequence = greatest(excluded.sequence, s.sequence + excluded.sequence - (select number from epoch))
        returning subject, sequence, nextval('outbox_turns')
        """;

    public static async Task<IReadOnlyList<OutboxRow>> Write(DbContext db, IReadOnlyList<DomainEvent> events, CancellationToken cancellationToken)
    {
        var perSubject = events.GroupBy(e => e.Subject).ToDictionary(g => g.Key, g => g.LongCount());
        var next = await Next(db, perSubject, cancellationToken);
        var trace = Activity.Current;
        var rows = new List<OutboxRow>(events.Count);
        foreach (var published in events)
        {
            var (sequence, turn) = next[published.Subject];
            next[published.Subject] = (sequence + 1, turn);
            var happened = published with { Sequence = sequence };
            rows.Add(new OutboxRow
            {
                Id = happened.EventId,
                Type = EventCatalog.Of(happened.GetType()).WireName,
                Urn = MessageUrn.ForTypeString(happened.GetType()),
                Subject = happened.Subject,
                Sequence = sequence,
                Turn = turn,
                Provider = happened.Tenant,
                OccurredAt = happened.OccurredAt.ToUniversalTime(),
                Body = JsonSerializer.Serialize(happened, happened.GetType(), EventCatalog.Json),
                TraceParent = trace?.Id,
                TraceState = trace?.TraceStateString,
            });
        }

        return rows;
    }

    private static async Task<Dictionary<string, (long Sequence, long Turn)>> Next(
        DbContext db, Dictionary<string, long> perSubject, CancellationToken cancellationToken)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await using var command = new NpgsqlCommand(NextSequences, connection, (NpgsqlTransaction)db.Database.CurrentTransaction!.GetDbTransaction());
        command.Parameters.AddWithValue("subjects", perSubject.Keys.ToArray());
        command.Parameters.AddWithValue("events", perSubject.Values.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var next = new Dictionary<string, (long, long)>(perSubject.Count);
        while (await reader.ReadAsync(cancellationToken))
        {
            var subject = reader.GetString(0);
            next[subject] = (reader.GetInt64(1) - perSubject[subject] + 1, reader.GetInt64(2));
        }

        return next;
    }
}
