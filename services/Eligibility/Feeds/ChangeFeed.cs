using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Feeds;

/// <summary>
/// What changed about the people whom the caller may see: a snapshot of everything, then each event of the outbox log with its resource as it is now. Delivery is
/// at least once and in order per resource. Some events bring whole people: the one by which a payer begins to see the person; a merge, after which everything
/// of both records has the survivor's name; and its undo, which brings both people with what is theirs.
/// </summary>
public sealed class ChangeFeed(OutboxLog log, ChangedResources resources, Caller caller, TimeProvider clock)
{
    /// <summary>How many pages of other tenants' events one answer reads past, so that it comes in time.</summary>
    private const int PagesWithoutItem = 20;
    private static readonly string Covered = EventCatalog.Of(typeof(CoverageMovedV1)).WireName;

    // A deadline comes with the resource that it is about, and alone when it reaches a stage.
    private static readonly string DeadlineMoved = EventCatalog.Of(typeof(DeadlineMovedV1)).WireName;
    private static readonly string Merged = EventCatalog.Of(typeof(IndividualsMergedV1)).WireName;
    private static readonly string Separated = EventCatalog.Of(typeof(IndividualsSeparatedV1)).WireName;
    private readonly FeedCursors cursors = new(log, FeedCursors.Form.Changes);

    /// <summary>An agency reads its own events only; those of a payer's people are of many agencies.</summary>
    private string? OfProvider => caller.Is(Roles.Provider) ? caller.Organization : null;

    /// <summary>The items after the cursor, about <c>limit</c> of them.</summary>
    public async Task<Result<Proto.PullChangesResponse>> Handle(Proto.PullChangesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Require(request.Limit >= 0, "limit", "is negative; send 0 for the usual 100 or up to 1000");
        if (fields.Problem is { } bad)
            return bad;
        if (!(await cursors.Open(request.Cursor, cancellationToken)).Is(out var place, out var problem))
            return problem;
        var limit = request.Limit == 0 ? 100 : Math.Min(request.Limit, 1000);
        Proto.PullChangesResponse reply = new() { Epoch = place.Epoch };
        place = await Snapshot(place, limit, reply, cancellationToken);
        if (place.Snapshot is null && reply.Items.Count < limit)
            place = await Tail(place, limit, reply, cancellationToken);
        foreach (var item in reply.Items)
            item.Epoch = reply.Epoch;
        reply.NextCursor = cursors.Write(place);
        return reply;
    }

    /// <summary>The feed as a stream, with a heartbeat when there is no new item.</summary>
    public Task Watch(string cursor, Func<Proto.Change, Task> send, TimeSpan heartbeat, CancellationToken cancellationToken)
    {
        var epoch = 0L;
        return FeedStream.Run(log, cursor, async from =>
        {
            var page = (await Handle(new Proto.PullChangesRequest { Cursor = from, Limit = 500 }, cancellationToken)).OrThrow();
            foreach (var item in page.Items)
                await send(item);
            epoch = page.Epoch;
            return (page.NextCursor, page.CaughtUp);
        }, at => send(new() { Cursor = at, Epoch = epoch, Heartbeat = true, RecordTime = clock.GetUtcNow().ToTimestamp() }), heartbeat, clock, cancellationToken);
    }

    /// <summary>Count and hash of the events of a UTC day whose subjects the caller may see now.</summary>
    public async Task<Result<Proto.FeedTally>> Handle(Proto.GetChangesTallyRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var day = fields.Day("day", request.Day);
        if (fields.Problem is { } bad)
            return bad;
        var events = (await log.Read(day, OfProvider, cancellationToken)).Where(e => e.Type != DeadlineMoved).ToList();
        var subjects = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (part, ids) in ByPart(events.SelectMany(Subjects)))
            subjects.UnionWith((await part.Seen(ids, cancellationToken)).Select(id => ResourceName.Of(part.Collection, id)));
        var seen = events.Where(e => Subjects(e).Any(subjects.Contains) || IsMyCoverage(e))
            .Select(e => e.Id);
        return FeedTallies.Of(day, seen, clock).ToProto();
    }

    private async Task<FeedPlace> Snapshot(FeedPlace place, int limit, Proto.PullChangesResponse reply, CancellationToken cancellationToken)
    {
        while (place.Snapshot is { } last && reply.Items.Count < limit)
        {
            var wanted = limit - reply.Items.Count;
            var found = await resources.Parts[last.Part].Read(new Rows.After(last.After, wanted), cancellationToken);
            foreach (var (name, item) in found)
            {
                place = place with { Snapshot = last with { After = Guid.Parse(name.AsSpan(name.IndexOf('/') + 1)) } };
                (item.Cursor, item.Subject, item.Snapshot, item.RecordTime, item.Confidentiality) =
                    (cursors.Write(place), name, true, clock.GetUtcNow().ToTimestamp(), Confidentiality.Restricted);
                reply.Items.Add(item);
            }

            if (found.Count < wanted)
                place = place with { Snapshot = last.Part + 1 < resources.Parts.Count ? new(Guid.Empty, (byte)(last.Part + 1)) : null };
        }

        return place;
    }

    private async Task<FeedPlace> Tail(FeedPlace place, int limit, Proto.PullChangesResponse reply, CancellationToken cancellationToken)
    {
        for (var pages = 0; pages < PagesWithoutItem; pages++)
        {
            var entries = await log.Read(place.Position, [], limit, OfProvider, cancellationToken);
            Dictionary<string, Proto.Change> found = new(StringComparer.Ordinal);
            foreach (var (part, ids) in ByPart(entries.Select(entry => entry.Subject)))
            {
                foreach (var (name, item) in await part.Read(new Rows.Named(ids), cancellationToken))
                    found[name] = item;
            }

            foreach (var entry in entries)
            {
                if (entry.Type == DeadlineMoved)
                {
                    place = place with { Position = entry.Position };
                    continue;
                }

                var items = await Items(entry, found.GetValueOrDefault(entry.Subject), cancellationToken);
                // Only the last item of an event is behind it: a reader that stops between them gets all of them again.
                for (var i = 0; i < items.Count; i++)
                {
                    var at = i + 1 < items.Count ? place : place with { Position = entry.Position };
                    var item = items[i];
                    (item.Cursor, item.EventId, item.EventType, item.Subject, item.Sequence, item.RecordTime, item.Confidentiality) = (cursors.Write(at),
                        entry.Id.ToString(), entry.Type, entry.Subject, entry.Sequence, entry.OccurredAt.ToTimestamp(), Confidentiality.Restricted);
                    reply.Items.Add(item);
                }

                place = place with { Position = entry.Position };
                if (reply.Items.Count >= limit)
                    return place;
            }

            reply.CaughtUp = entries.Count < limit;
            if (reply.CaughtUp || reply.Items.Count > 0)
                break;
        }

        return place;
    }

    private async Task<IReadOnlyList<Proto.Change>> Items(OutboxEntry entry, Proto.Change? found, CancellationToken cancellationToken)
    {
        var mine = IsMyCoverage(entry);
        if (entry.Type == Separated)
        {
            List<Proto.Change> both = [];
            foreach (var name in Subjects(entry))
                both.AddRange(await resources.Everything(new(Guid.Parse(name.AsSpan(name.IndexOf('/') + 1))), cancellationToken));
            return both;
        }

        if (found is null)
            return mine ? [new()] : [];
        // Each item of its own: several events of a page may be about one resource.
        if (!mine && entry.Type != Merged)
            return [found.Clone()];
        return IndividualId.TryParse(found.Individual.Name, out var person)
            ? await resources.Everything(person, cancellationToken)
            : throw new InvalidOperationException("A person without a name.");
    }

    private IEnumerable<(FeedPart Part, IReadOnlyCollection<Guid> Ids)> ByPart(IEnumerable<string> subjects) =>
        from subject in subjects.Distinct()
        let slash = subject.IndexOf('/')
        join part in resources.Parts on subject[..slash] equals part.Collection
        group Guid.Parse(subject.AsSpan(slash + 1)) by part into of
        select (of.Key, (IReadOnlyCollection<Guid>)[.. of]);

    /// <summary>What an event is about: the undo of a merge is about two people, and a payer may see one of them.</summary>
    private static IEnumerable<string> Subjects(OutboxEntry entry) => entry.Type == Separated
        ? [entry.Subject, JsonSerializer.Deserialize<IndividualsSeparatedV1>(entry.Body, EventCatalog.Json)!.SeparatedId.Name] : [entry.Subject];

    /// <summary>Whether the event shows which days the caller covers a person.</summary>
    private bool IsMyCoverage(OutboxEntry entry) => entry.Type == Covered
        && JsonSerializer.Deserialize<CoverageMovedV1>(entry.Body, EventCatalog.Json)!.Payer == caller.OrganizationAs(Roles.Mco);
}
