using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Eligibility.Feeds;
using Ips.Eligibility.Individuals;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Referrals;

/// <summary>
/// The feed to a VR agency: a snapshot of the open referrals addressed to it, then every later step, read from the outbox log. Delivery is at least once and in
/// order per referral (<see cref="FeedCursors"/>).
/// </summary>
public sealed class ReferralFeed(EligibilityDb db, OutboxLog log, AuditTrail audit, PersonalDataProtector protector, TimeProvider clock)
{
    private static readonly string[] Steps = [EventCatalog.Of(typeof(ReferralMovedV1)).WireName];

    /// <summary>States that DVRS never sees: the referral was not sent.</summary>
    private static readonly string[] Unsent = ["offered", "declined_by_individual"];

    private readonly FeedCursors cursors = new(log, FeedCursors.Form.Referrals);

    /// <summary>Up to <c>limit</c> items after the cursor.</summary>
    public async Task<Result<Proto.PullFeedResponse>> Handle(Proto.PullFeedRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Require(request.Limit >= 0, "limit", "is negative; send 0 for the usual 100 or up to 1000");
        if (fields.Problem is { } bad)
            return bad;
        if (!(await cursors.Open(request.Cursor, cancellationToken)).Is(out var place, out var problem))
            return problem;
        var limit = request.Limit == 0 ? 100 : Math.Min(request.Limit, 1000);
        Proto.PullFeedResponse reply = new() { Epoch = place.Epoch };
        var next = place;
        if (next.Snapshot is { After: var after })
        {
            var people = await SnapshotPage(after, limit, cancellationToken);
            foreach (var (referral, item) in people)
            {
                next = next with { Snapshot = new(referral.Id.Value) };
                item.Cursor = cursors.Write(next);
                reply.Items.Add(item);
            }

            if (people.Count < limit)
                next = next with { Snapshot = null };
        }

        if (next.Snapshot is null && reply.Items.Count < limit)
        {
            var (items, end, more) = await Tail(next, limit - reply.Items.Count, cancellationToken);
            reply.Items.AddRange(items);
            next = next with { Position = end };
            reply.CaughtUp = !more;
        }

        foreach (var item in reply.Items)
            item.Epoch = reply.Epoch;
        reply.NextCursor = cursors.Write(next);
        return reply;
    }

    /// <summary>The feed as a stream, with a heartbeat when there is no new item.</summary>
    public Task Watch(string cursor, Func<Proto.FeedItem, Task> send, TimeSpan heartbeat, CancellationToken cancellationToken)
    {
        var epoch = 0L;
        return FeedStream.Run(log, cursor, async from =>
        {
            var page = (await Handle(new Proto.PullFeedRequest { Cursor = from, Limit = 500 }, cancellationToken)).OrThrow();
            foreach (var item in page.Items)
                await send(item);
            epoch = page.Epoch;
            return (page.NextCursor, page.CaughtUp);
        }, at => send(new() { Cursor = at, Epoch = epoch, Heartbeat = true, RecordTime = clock.GetUtcNow().ToTimestamp() }), heartbeat, clock, cancellationToken);
    }

    /// <summary>Count and hash of a UTC day.</summary>
    public async Task<Result<Proto.FeedTally>> Handle(Proto.GetFeedTallyRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var day = fields.Day("day", request.Day);
        if (fields.Problem is { } bad)
            return bad;
        DateTimeOffset from = new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var type = Steps[0];
        var rows = await db.Outbox.AsNoTracking().Where(r => r.Type == type && r.OccurredAt >= from && r.OccurredAt < from.AddDays(1))
            .Select(r => new { r.Id, r.Body }).ToListAsync(cancellationToken);
        var steps = rows.Select(r => (r.Id, Moved: Read(r.Body))).Where(step => !Unsent.Contains(step.Moved.ToState)).ToList();
        var about = steps.Select(step => step.Moved.ReferralId).Distinct().ToList();
        var addressed = await db.Referrals.Where(r => about.Contains(r.Id)).Select(r => r.Id).ToHashSetAsync(cancellationToken);
        var ids = steps.Where(step => addressed.Contains(step.Moved.ReferralId)).Select(step => step.Id);
        return FeedTallies.Of(day, ids, clock).ToProto();
    }

    private async Task<List<(Referral Referral, Proto.FeedItem Item)>> SnapshotPage(Guid after, int limit, CancellationToken cancellationToken)
    {
        var found = await (
            from referral in db.Referrals
            where referral.ReferralDate != null && referral.State != Proto.ReferralState.Ineligible && referral.State != Proto.ReferralState.Closed
                && ((Guid)(object)referral.Id).CompareTo(after) > 0
            orderby referral.Id
            from individual in db.Individuals.Where(person => person.Id == referral.IndividualId).DefaultIfEmpty()
            from step in db.Outbox.Where(row => row.Subject == "referrals/" + ((Guid)(object)referral.Id).ToString())
                .OrderByDescending(row => row.Sequence).Take(1)
            select new { Referral = referral, individual!.PersonalData, step.Id, step.Sequence, step.OccurredAt })
            .AsNoTracking().Take(limit).ToListAsync(cancellationToken);
        await audit.Read(found.Select(item => item.Referral.IndividualId), cancellationToken);
        return [.. found.Select(item => (item.Referral, Item(item.Referral, item.PersonalData, item.Id, item.Sequence, item.OccurredAt, item.Referral.State)))];
    }

    private async Task<(List<Proto.FeedItem> Items, long End, bool More)> Tail(FeedPlace place, int limit, CancellationToken cancellationToken)
    {
        var entries = await log.Read(place.Position, Steps, limit, cancellationToken: cancellationToken);
        var steps = entries.Select(entry => (Entry: entry, Moved: Read(entry.Body))).Where(step => !Unsent.Contains(step.Moved.ToState)).ToList();
        var ids = steps.Select(step => step.Moved.ReferralId).Distinct().ToList();
        var found = ids.Count == 0 ? [] : await (
            from referral in db.Referrals
            where ids.Contains(referral.Id)
            from individual in db.Individuals.Where(person => person.Id == referral.IndividualId).DefaultIfEmpty()
            select new { Referral = referral, individual!.PersonalData }).AsNoTracking().ToDictionaryAsync(item => item.Referral.Id, cancellationToken);
        await audit.Read(found.Values.Select(item => item.Referral.IndividualId), cancellationToken);
        List<Proto.FeedItem> items = [];
        foreach (var (entry, moved) in steps)
        {
            if (!found.TryGetValue(moved.ReferralId, out var shown))
                continue;
            var state = WireCode.TryRead<Proto.ReferralState>(moved.ToState, out var to) ? to : shown.Referral.State;
            var item = Item(shown.Referral, shown.PersonalData, entry.Id, entry.Sequence, entry.OccurredAt, state);
            item.Cursor = cursors.Write(place with { Position = entry.Position });
            items.Add(item);
        }

        return (items, entries.Count == 0 ? place.Position : entries[^1].Position, entries.Count == limit);
    }

    // A referral whose person the caller may not see fails here: skipping it would be a gap in the feed.
    private Proto.FeedItem Item(Referral referral, byte[] person, Guid step, long sequence, DateTimeOffset at, Proto.ReferralState state) => new()
    {
        EventId = step.ToString(),
        Sequence = sequence - referral.StepsBeforeSent,
        RecordTime = at.ToTimestamp(),
        Confidentiality = Confidentiality.Restricted,
        Referral = referral.ForDvrs(state, Person.Decrypt(protector, person)),
    };

    private static ReferralMovedV1 Read(string body) => JsonSerializer.Deserialize<ReferralMovedV1>(body, EventCatalog.Json)!;
}
