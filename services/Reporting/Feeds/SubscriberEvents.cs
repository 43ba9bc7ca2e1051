using System.Text.Json;
using System.Text.Json.Nodes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Reporting.Dashboards;
using Ips.Reporting.Db;
using Microsoft.EntityFrameworkCore;

namespace Ips.Reporting.Feeds;

/// <summary>An event as a subscriber gets it.</summary>
/// <param name="Position">Its place in the log.</param>
/// <param name="Id">The event's id.</param>
/// <param name="Type">Its catalog entry.</param>
/// <param name="Subject">What it happened to; where that is a person, the id is that of <paramref name="Data"/>.</param>
/// <param name="Sequence">The event's number within its subject.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="Provider">The agency whose data it is.</param>
/// <param name="Data">The event.</param>
public sealed record SubscriberEvent(
    long Position, Guid Id, EventType Type, string Subject, long Sequence, DateTimeOffset OccurredAt, string Provider, JsonObject Data)
{
    /// <summary>CloudEvents <c>source</c>: the service that published it.</summary>
    public string Source => $"/ips/{Type.Service}";

    /// <summary>The people whom the subscriber is shown; none for one that gets no ids of people.</summary>
    public IReadOnlyList<IndividualId> People { get; init; } = [];
}

/// <summary>
/// The log as a subscriber sees it. Who gets numbers only in dashboards (a state) gets events without the ids of people that other systems know: each is
/// replaced by a keyed hash that is the same in all of its events and in no one else's.
/// </summary>
public sealed class SubscriberEvents(PersonalDataProtector protector)
{
    /// <summary>The name by which a cursor and a hash belong to a subscriber.</summary>
    public static string NameOf(Caller subscriber) => $"{subscriber.Role}/{subscriber.Organization}";

    /// <summary>The next events after a position, up to the last position of the log at the time.</summary>
    /// <param name="db">A context of the subscriber.</param>
    /// <param name="subscriber">Who reads.</param>
    /// <param name="after">The last position that it has.</param>
    /// <param name="last">The last position to read.</param>
    /// <param name="limit">The most events.</param>
    /// <param name="types">The wire names of the types that it wants; empty for all.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <returns>The events, and the position after which the next page begins.</returns>
    public async Task<(IReadOnlyList<SubscriberEvent> Events, long Next)> Read(
        ReportingDb db, Caller subscriber, long after, long last, int limit, IReadOnlyList<string> types, CancellationToken cancellationToken)
    {
        var query = db.SharedEvents.AsNoTracking().Where(e => e.Position > after && e.Position <= last);
        if (types.Count > 0)
            query = query.Where(e => types.Contains(e.Type));
        var rows = await query.OrderBy(e => e.Position).Take(limit).ToListAsync(cancellationToken);
        return ([.. rows.Select(row => Show(row, subscriber))], rows.Count == limit ? rows[^1].Position : Math.Max(after, last));
    }

    /// <summary>The latest event of each type about each subject, in the order of the log, up to a position.</summary>
    /// <param name="db">A context of the subscriber.</param>
    /// <param name="subscriber">Who reads.</param>
    /// <param name="after">The last position of the snapshot that it has; 0 to begin.</param>
    /// <param name="until">The last position of the snapshot: what comes later is of the tail.</param>
    /// <param name="limit">The most events.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task<IReadOnlyList<SubscriberEvent>> Snapshot(
        ReportingDb db, Caller subscriber, long after, long until, int limit, CancellationToken cancellationToken)
    {
        var rows = await db.SharedEvents.AsNoTracking().Where(e => e.Position > after && e.Position <= until
                && !db.SharedEvents.Any(later => later.Subject == e.Subject && later.Type == e.Type && later.Sequence > e.Sequence))
            .OrderBy(e => e.Position).Take(limit).ToListAsync(cancellationToken);
        return [.. rows.Select(row => Show(row, subscriber))];
    }

    private SubscriberEvent Show(SharedEvent row, Caller subscriber)
    {
        var type = EventCatalog.Find(row.Type) ?? throw new InvalidOperationException($"{row.Type} is no event of the catalog.");
        var data = JsonNode.Parse(row.Body)!.AsObject();
        var subject = row.Subject;
        var people = EventKeys.Of(type.Type).People;
        if (!ShownFigures.NumbersOnly(subscriber))
        {
            return new(row.Position, row.Id, type, subject, row.Sequence, row.OccurredAt, row.Provider, data)
            {
                People = [.. people.Select(name => (string?)data[name]).OfType<string>().Select(id => new IndividualId(Guid.Parse(id)))],
            };
        }

        foreach (var (name, value) in data.ToList())
        {
            if (value is not JsonValue || value.GetValueKind() != JsonValueKind.String)
                continue;
            // A property holds an id, or the resource name of a person: the subject, or what a deadline is about.
            if (people.Contains(name))
                data[name] = Pseudonym((string)value!, subscriber);
            else if (IndividualId.TryParse((string)value!, out var person))
                data[name] = ResourceName.Of("individuals", Guid.Parse(Pseudonym(person.Value.ToString(), subscriber)));
        }

        return new(row.Position, row.Id, type, (string)data["subject"]!, row.Sequence, row.OccurredAt, row.Provider, data);
    }

    // Of the form of a UUID of version 8, whose bits are those of the hash.
    private string Pseudonym(string person, Caller subscriber)
    {
        var bytes = protector.Hash($"events of {NameOf(subscriber)}", person)[..16];
        (bytes[6], bytes[8]) = ((byte)((bytes[6] & 0x0f) | 0x80), (byte)((bytes[8] & 0x3f) | 0x80));
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
