using System.Buffers.Binary;
using Google.Protobuf.WellKnownTypes;
using Ips.Reporting.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Feeds;

/// <summary>
/// The events of the platform as the caller may see them: a snapshot, then each event as it happens, or a replay from a day. Delivery is at least once and in
/// order per subject. A cursor belongs to its subscriber.
/// </summary>
public sealed class EventFeed(ReportingDb db, SharedEventLog log, SubscriberEvents events, AuditTrail audit, Caller caller, TimeProvider clock)
{
    private readonly FeedCursors cursors = new(log, FeedCursors.Form.Events, SubscriberEvents.NameOf(caller));

    /// <summary>The items after the cursor.</summary>
    public async Task<Result<Proto.PullEventsResponse>> Handle(Proto.PullEventsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Require(request.Limit >= 0, "limit", "is negative; send 0 for the usual 100 or up to 1000");
        var fromDay = fields.OptionalDay("from_day", request.FromDay);
        fields.Require(fromDay is null || request.Cursor.Length == 0, "from_day", "comes with a cursor, which names a place already; send one of the two");
        if (fields.Problem is { } bad)
            return bad;
        if (!(await cursors.Open(request.Cursor, cancellationToken)).Is(out var place, out var problem))
            return problem;
        if (fromDay is { } day)
            place = new(place.Epoch, await log.Before(day, cancellationToken) ?? place.Position, null);
        var limit = request.Limit == 0 ? 100 : Math.Min(request.Limit, 1000);
        Proto.PullEventsResponse reply = new() { Epoch = place.Epoch };
        place = await Snapshot(place, limit, reply, cancellationToken);
        if (place.Snapshot is null && reply.Items.Count < limit)
            place = await Tail(place, limit, reply, cancellationToken);
        reply.NextCursor = cursors.Write(place);
        return reply;
    }

    /// <summary>The feed as a stream, with a heartbeat when there is no new item.</summary>
    public Task Watch(string cursor, Func<Proto.FeedEvent, Task> send, TimeSpan heartbeat, CancellationToken cancellationToken)
    {
        var epoch = 0L;
        return FeedStream.Run(log, cursor, async from =>
        {
            var page = (await Handle(new Proto.PullEventsRequest { Cursor = from, Limit = 500 }, cancellationToken)).OrThrow();
            foreach (var item in page.Items)
                await send(item);
            epoch = page.Epoch;
            return (page.NextCursor, page.CaughtUp);
        }, at => send(new() { Cursor = at, Epoch = epoch, Heartbeat = true, OccurTime = clock.GetUtcNow().ToTimestamp() }), heartbeat, clock, cancellationToken);
    }

    /// <summary>Count and hash of the events of a UTC day that the caller may see now.</summary>
    public async Task<Result<Proto.EventsTally>> Handle(Proto.GetEventsTallyRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var day = fields.Day("day", request.Day);
        if (fields.Problem is { } bad)
            return bad;
        DateTimeOffset from = new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var ids = await db.SharedEvents.AsNoTracking().Where(e => e.OccurredAt >= from && e.OccurredAt < from.AddDays(1)).Select(e => e.Id)
            .ToListAsync(cancellationToken);
        var tally = FeedTallies.Of(day, ids, clock);
        return new Proto.EventsTally { Day = tally.Day.Day(), Count = tally.Count, Hash = tally.Hash, Final = tally.Final };
    }

    private async Task<FeedPlace> Snapshot(FeedPlace place, int limit, Proto.PullEventsResponse reply, CancellationToken cancellationToken)
    {
        if (place.Snapshot is not { } last)
            return place;
        var found = await events.Snapshot(db, caller, PositionOf(last), place.Position, limit, cancellationToken);
        foreach (var one in found)
        {
            place = place with { Snapshot = At(one.Position) };
            reply.Items.Add(Item(one, place, snapshot: true));
        }

        await audit.Read(found.SelectMany(one => one.People), cancellationToken);
        return found.Count < limit ? place with { Snapshot = null } : place;
    }

    private async Task<FeedPlace> Tail(FeedPlace place, int limit, Proto.PullEventsResponse reply, CancellationToken cancellationToken)
    {
        var wanted = limit - reply.Items.Count;
        var range = await log.Range(cancellationToken);
        var (found, next) = await events.Read(db, caller, place.Position, range.Last, wanted, [], cancellationToken);
        foreach (var one in found)
            reply.Items.Add(Item(one, place with { Position = one.Position }, snapshot: false));
        await audit.Read(found.SelectMany(one => one.People), cancellationToken);
        reply.CaughtUp = found.Count < wanted;
        return place with { Position = next };
    }

    private Proto.FeedEvent Item(SubscriberEvent one, FeedPlace place, bool snapshot) => new()
    {
        Cursor = cursors.Write(place),
        EventId = one.Id.ToString(),
        Type = one.Type.CloudEventType,
        Source = one.Source,
        Subject = one.Subject,
        Sequence = one.Sequence,
        OccurTime = one.OccurredAt.ToTimestamp(),
        Confidentiality = one.Type.Label,
        Data = Struct.Parser.ParseJson(one.Data.ToJsonString()),
        Epoch = place.Epoch,
        Snapshot = snapshot,
    };

    // The place in the snapshot is a position in the log, in the first bytes of the cursor's id.
    private static SnapshotPlace At(long position)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteInt64BigEndian(bytes, position);
        return new(new Guid(bytes, bigEndian: true));
    }

    private static long PositionOf(SnapshotPlace place)
    {
        Span<byte> bytes = stackalloc byte[16];
        place.After.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt64BigEndian(bytes);
    }
}
