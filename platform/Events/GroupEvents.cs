using System.Globalization;
using System.Text.Json;
using Ips.Contracts.Events;
using MassTransit;
using Npgsql;

namespace Ips.Platform.Events;

/// <summary>
/// Stores the events of a group of use cases in one statement. It gives each event the next sequence of its subject, whose row stays locked until the commit,
/// and writes the sequence into the event's JSON.
/// </summary>
internal sealed class GroupEvents(OutboxNotifier notifier) : IGroupPart
{
    // Subjects are locked in order, so that two groups about the same two subjects never deadlock.
    private const string Insert =
        """
        with e as materialized (
          select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::text[], $10::text[])
            with ordinality as e(id, type, urn, subject, provider, at, head, tail, trace_parent, trace_state, place)),
        epoch as materialized (select coalesce(max(number), 0) as number from event_epochs),
        numbered as (
          insert into outbox_subjects as s (subject, sequence)
          select subject, (select number from epoch) + count(*) from e group by subject order by subject
          on conflict (subject) do update
          set sequence = greatest(excluded.sequence, s.sequence + excluded.sequence - (select number from epoch))
          returning subject, sequence, nextval('outbox_turns') as turn),
        placed as (
          select e.*, n.turn, n.sequence - count(*) over (partition by e.subject) + row_number() over (partition by e.subject order by e.place) as sequence
          from e join numbered n using (subject))
        insert into outbox_rows (id, type, urn, subject, sequence, turn, provider, occurred_at, body, trace_parent, trace_state)
        select id, type, urn, subject, sequence, turn, provider, at, (head || sequence || tail)::json, trace_parent, trace_state from placed
        """;

    public bool StoresEvents => true;

    public void AddTo(NpgsqlBatch batch, IReadOnlyList<Changes> group)
    {
        List<PendingEvent> events = [.. group.SelectMany(changes => changes.Events)];
        if (events.Count == 0)
            return;
        var bodies = events.ConvertAll(pending => Body(pending.Event));
        NpgsqlBatchCommand command = new(Insert);
        Column(pending => pending.Event.EventId);
        Column(pending => EventCatalog.Of(pending.Event.GetType()).WireName);
        Column(pending => MessageUrn.ForTypeString(pending.Event.GetType()));
        Column(pending => pending.Event.Subject);
        Column(pending => pending.Event.Tenant);
        Column(pending => pending.Event.OccurredAt.ToUniversalTime());
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. bodies.Select(body => body.Head)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. bodies.Select(body => body.Tail)] });
        Column(pending => pending.TraceParent);
        Column(pending => pending.TraceState);
        batch.BatchCommands.Add(command);

        void Column<T>(Func<PendingEvent, T> of) => command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = [.. events.Select(of)] });
    }

    public void Committed(IReadOnlyList<Changes> group)
    {
        if (group.Any(changes => changes.Events.Count > 0))
            notifier.Ring();
    }

    // The event's JSON before and after its sequence, which only the database knows.
    private static (string Head, string Tail) Body(DomainEvent happened)
    {
        const string Name = "\"sequence\":";
        var marked = happened with { Sequence = long.MaxValue };
        var json = JsonSerializer.Serialize(marked, marked.GetType(), EventCatalog.Json);
        var sequence = Name + long.MaxValue.ToString(CultureInfo.InvariantCulture);
        var at = json.IndexOf(sequence, StringComparison.Ordinal);
        return (json[..(at + Name.Length)], json[(at + sequence.Length)..]);
    }
}
