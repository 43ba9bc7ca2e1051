using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Ips.Testing;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Referrals to DVRS: what the agency records, what DVRS answers, and what the feed shows of both.</summary>
[Collection("eligibility")]
public sealed class FeedTests(EligibilityService service)
{
    [Fact]
    public async Task The_feed_starts_with_the_open_referrals_and_continues_with_each_step_once_numbered_without_gap()
    {
        var one = await PersonBuilder.Register(service);
        var referral = await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        Assert.Equal(Verdict.Met, Assert.Single(referral.Decision.Findings, f => f.RuleId == "NC-DVRS-001").Verdict);

        var (snapshot, cursor) = await Pull(one, "", limit: 2);
        var first = Assert.Single(snapshot, i => i.Referral.Name == referral.Name);
        Assert.Equal((1L, Proto.ReferralState.Referred, "Quillgiven", "1991-07-23"),
            (first.Sequence, first.Referral.State, first.Referral.GivenName, first.Referral.BirthDate));
        Assert.Equal(snapshot.Count, snapshot.Select(i => i.Referral.Name).Distinct().Count());

        await Acknowledge(one, referral);
        await Decide(one, referral, Proto.DvrsOutcome.Eligible);
        var closed = await one.Referrals.RecordDvrsClosureAsync(
            new() { Name = referral.Name, MessageId = EligibilityService.NewId(), ClosedOn = service.Day() }, one.AsDvrs);
        Assert.Equal((Proto.ReferralState.Closed, service.Day()), (closed.State, closed.DvrsClosedDate));
        var (tail, end) = await Pull(one, cursor, limit: 2);
        Assert.Equal([(2L, Proto.ReferralState.DvrsDetermining), (3, Proto.ReferralState.EligibleOpen), (4, Proto.ReferralState.Closed)],
            tail.Where(i => i.Referral.Name == referral.Name).Select(i => (i.Sequence, i.Referral.State)));

        // The cursor of an item continues after that item; the last cursor returns nothing more.
        var resumed = (await Pull(one, tail[0].Cursor)).Items;
        Assert.Equal(tail.Skip(1).Select(i => i.EventId), resumed.Select(i => i.EventId));
        Assert.Empty((await Pull(one, end)).Items);
        Assert.DoesNotContain((await Pull(one, "")).Items, i => i.Referral.Name == referral.Name);
    }

    [Fact]
    public async Task Corrected_personal_data_of_a_referred_person_come_as_a_new_item_with_the_same_state()
    {
        var one = await PersonBuilder.Register(service);
        var referral = await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        var (_, cursor) = await Pull(one, "");
        var person = await one.Read();
        Proto.CorrectIndividualRequest request = new()
        {
            Name = one.Name,
            Etag = person.Etag,
            Particulars = new() { GivenName = "Quillright", FamilyName = person.FamilyName, BirthDate = "1999-12-31", Identifiers = { person.Identifiers } },
            Reason = Proto.CorrectionReason.WrongValue,
            RequestId = EligibilityService.NewId(),
        };
        await one.Individuals.CorrectIndividualAsync(request, one.AsProvider);
        IReadOnlyList<Proto.FeedItem> items = [];
        await Ips.Testing.Poll.Until(async () => (items = [.. (await Pull(one, cursor)).Items.Where(i => i.Referral.Name == referral.Name && i.Sequence > 1)]).Count > 0);
        var item = Assert.Single(items);
        Assert.Equal((2L, Proto.ReferralState.Referred, "Quillright", "1999-12-31"),
            (item.Sequence, item.Referral.State, item.Referral.GivenName, item.Referral.BirthDate));
    }

    [Fact]
    public async Task An_offered_or_declined_referral_is_not_in_the_feed_and_a_sent_offer_counts_from_one()
    {
        var one = await PersonBuilder.Register(service);
        var (_, cursor) = await Pull(one, "");
        var offered = await one.Referrals.CreateReferralAsync(one.Referral(sent: false), one.AsProvider);
        Assert.Equal(Proto.ReferralState.Offered, offered.State);
        Assert.Empty((await Pull(one, cursor)).Items);
        Assert.Equal(StatusCode.NotFound,
            (await EligibilityService.Refused(async () => await one.Referrals.GetReferralAsync(new() { Name = offered.Name }, one.AsDvrs))).Code);

        var second = await service.RefusedWithoutTrace(async () => await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider));
        Assert.Equal(StatusCode.AlreadyExists, second.Code);
        Proto.SendReferralRequest send = new() { Name = offered.Name, Etag = offered.Etag, ReferralDate = service.Day(), ValidateOnly = true };
        var before = await service.Everything();
        Assert.Equal(Proto.ReferralState.Referred, (await one.Referrals.SendReferralAsync(send, one.AsProvider)).State);
        Assert.Equal(before, await service.Everything());
        Assert.Empty((await Pull(one, cursor)).Items);
        (send.ValidateOnly, send.RequestId) = (false, EligibilityService.NewId());
        await one.Referrals.SendReferralAsync(send, one.AsProvider);
        // A committed step gets its position in the log a moment later.
        IReadOnlyList<Proto.FeedItem> items = [];
        await Ips.Testing.Poll.Until(async () => (items = (await Pull(one, cursor)).Items).Count > 0);
        var item = Assert.Single(items);
        Assert.Equal((1L, Proto.ReferralState.Referred, offered.Name), (item.Sequence, item.Referral.State, item.Referral.Name));

        var two = await PersonBuilder.Register(service);
        var (_, later) = await Pull(two, "");
        var refused = await two.Referrals.CreateReferralAsync(two.Referral(sent: false), two.AsProvider);
        var declined = await two.Referrals.DeclineReferralAsync(
            new() { Name = refused.Name, Etag = refused.Etag, OfferDocumentedDate = service.Day(), RequestId = EligibilityService.NewId() }, two.AsProvider);
        Assert.Equal(Proto.ReferralState.DeclinedByIndividual, declined.State);
        Assert.Empty((await Pull(two, later)).Items);
        Assert.Equal(StatusCode.NotFound,
            (await EligibilityService.Refused(async () => await two.Referrals.GetReferralAsync(new() { Name = refused.Name }, two.AsDvrs))).Code);
    }

    [Fact]
    public async Task A_page_takes_the_same_number_of_statements_for_one_item_and_for_many()
    {
        var one = await PersonBuilder.Register(service);
        var (_, cursor) = await Pull(one, "");
        for (var i = 0; i < 6; i++)
        {
            var person = await PersonBuilder.Register(service);
            await person.Referrals.CreateReferralAsync(person.Referral(), person.AsProvider);
        }

        Assert.Equal(6, (await Pull(one, cursor)).Items.Count);
        // The first call of a kind may set up its connection.
        await Cost(cursor, 1);
        Assert.Equal(await Cost("", 1), await Cost("", 6));
        Assert.Equal(await Cost(cursor, 1), await Cost(cursor, 6));

        async Task<(int Statements, object? AuditWrites)> Cost(string from, int limit)
        {
            using var trace = new Activity("pull") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
            var statements = 0;
            using ActivityListener listener = new()
            {
                ShouldListenTo = source => source.Name == "Npgsql",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                // Without a table: it gives a connection its caller, which depends on who used the connection last.
                ActivityStopped = span => statements += span.TraceId == trace.TraceId && span.DisplayName != "SELECT" ? 1 : 0,
            };
            ActivitySource.AddActivityListener(listener);
            Assert.Equal(limit, (await one.Referrals.PullFeedAsync(new() { Cursor = from, Limit = limit }, one.AsDvrs)).Items.Count);
            Assert.NotEqual(0, statements);
            return (statements, await service.Scalar($"select count(distinct xmin::text) from audit_log where trace = '{trace.TraceId}'"));
        }
    }

    [Fact]
    public async Task A_DVRS_message_counts_once_and_its_id_cannot_be_reused()
    {
        var one = await PersonBuilder.Register(service);
        var referral = await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        Proto.RecordDvrsDecisionRequest message =
            new() { Name = referral.Name, MessageId = EligibilityService.NewId(), Outcome = Proto.DvrsOutcome.Eligible, DecidedOn = service.Day() };
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => await one.Referrals.RecordDvrsDecisionAsync(message, one.AsDvrs)));
        Assert.All(answers, a => Assert.Equal(Proto.ReferralState.EligibleOpen, a.State));
        Assert.Equal(2, await service.Count($"outbox_rows where subject = '{referral.Name}'"));

        var other = message.Clone();
        other.Outcome = Proto.DvrsOutcome.Ineligible;
        var refused = await service.RefusedWithoutTrace(async () => await one.Referrals.RecordDvrsDecisionAsync(other, one.AsDvrs));
        Assert.Equal((StatusCode.InvalidArgument, "message_id"), (refused.Code, Assert.Single(refused.Fields)));

        // An acknowledgement after the decision changes nothing; the lifecycle refuses a second decision.
        Assert.Equal(Proto.ReferralState.EligibleOpen, (await Acknowledge(one, referral)).State);
        var twice = await service.RefusedWithoutTrace(async () => await Decide(one, referral, Proto.DvrsOutcome.Ineligible));
        Assert.Equal(StatusCode.FailedPrecondition, twice.Code);
    }

    [Fact]
    public async Task The_tally_of_a_day_matches_the_count_of_the_reader()
    {
        // A day on which no other test writes.
        service.Clock.Advance(TimeSpan.FromDays(1));
        var day = service.Day();
        var one = await PersonBuilder.Register(service);
        var (_, cursor) = await Pull(one, "");
        for (var i = 0; i < 3; i++)
        {
            var person = await PersonBuilder.Register(service);
            await Acknowledge(person, await person.Referrals.CreateReferralAsync(person.Referral(), person.AsProvider));
        }

        await one.Referrals.CreateReferralAsync(one.Referral(sent: false), one.AsProvider);
        var ids = (await Pull(one, cursor)).Items.Select(i => i.EventId).ToList();
        Assert.Equal(6, ids.Count);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(ids.Order(StringComparer.Ordinal).Select(id => id + "\n")))));
        var tally = await one.Referrals.GetFeedTallyAsync(new() { Day = day }, one.AsDvrs);
        Assert.Equal((6L, hash, false), (tally.Count, tally.Hash, tally.Final));
        service.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal((6L, hash, true), await Final());

        async Task<(long, string, bool)> Final()
        {
            var final = await one.Referrals.GetFeedTallyAsync(new() { Day = day }, one.AsDvrs);
            return (final.Count, final.Hash, final.Final);
        }
    }

    [Fact]
    public async Task The_stream_sends_each_new_step_and_heartbeats_in_between()
    {
        var one = await PersonBuilder.Register(service);
        var (_, cursor) = await Pull(one, "");
        using CancellationTokenSource patience = new(Poll.Patience);
        using var stream = one.Referrals.Watch(new() { Cursor = cursor }, one.AsDvrs, cancellationToken: patience.Token);
        var beat = await Next(i => true);
        Assert.Equal((true, "", 0L), (beat.Heartbeat, beat.EventId, beat.Sequence));
        Assert.NotEmpty(beat.Cursor);
        var referral = await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        var step = await Next(i => !i.Heartbeat);
        Assert.Equal((referral.Name, 1L), (step.Referral.Name, step.Sequence));
        Assert.True((await Next(i => true)).Heartbeat);
        Assert.Empty((await Pull(one, step.Cursor)).Items);

        async Task<Proto.FeedItem> Next(Func<Proto.FeedItem, bool> wanted)
        {
            do
                Assert.True(await stream.ResponseStream.MoveNext(patience.Token));
            while (!wanted(stream.ResponseStream.Current));
            return stream.ResponseStream.Current;
        }
    }

    [Theory]
    [InlineData("nonsense", 0, "cursor")]
    [InlineData("AAAAAAAAAAAA", 0, "cursor")]
    [InlineData("", -1, "limit")]
    public async Task An_invalid_cursor_or_a_negative_limit_is_refused(string cursor, int limit, string field)
    {
        var refused = await EligibilityService.Refused(async () =>
            await new Proto.Referrals.ReferralsClient(service.Channel).PullFeedAsync(new() { Cursor = cursor, Limit = limit }, service.As("dvrs", "nc-dvrs")));
        Assert.Equal((StatusCode.InvalidArgument, field), (refused.Code, Assert.Single(refused.Fields)));
    }

    // At least once: a step recorded during the snapshot arrives in it and again after it, with the same event id. The feed shows a commit when the relay has
    // placed it, a moment later: the tests read what was placed.
    private async Task<(List<Proto.FeedItem> Items, string Cursor)> Pull(PersonBuilder one, string cursor, int limit = 0)
    {
        await Poll.Until(async () => await service.Count("outbox_rows where position is null") == 0);
        List<Proto.FeedItem> items = [];
        while (true)
        {
            var page = await one.Referrals.PullFeedAsync(new() { Cursor = cursor, Limit = limit }, one.AsDvrs);
            items.AddRange(page.Items);
            cursor = page.NextCursor;
            if (page.CaughtUp)
                return ([.. items.DistinctBy(i => i.EventId)], cursor);
        }
    }

    private async Task<Proto.Referral> Acknowledge(PersonBuilder one, Proto.Referral referral) => await one.Referrals.AcknowledgeReferralAsync(
        new() { Name = referral.Name, MessageId = EligibilityService.NewId(), AcknowledgedOn = service.Day() }, one.AsDvrs);

    private async Task<Proto.Referral> Decide(PersonBuilder one, Proto.Referral referral, Proto.DvrsOutcome outcome) =>
        await one.Referrals.RecordDvrsDecisionAsync(
        new() { Name = referral.Name, MessageId = EligibilityService.NewId(), Outcome = outcome, DecidedOn = service.Day() }, one.AsDvrs);
}
