using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>The change feed of payers and agencies: everything the caller may see, then each change, and nothing of others.</summary>
[Collection("eligibility")]
public sealed class ChangeFeedTests(EligibilityService service)
{
    private Proto.ChangeFeed.ChangeFeedClient Feed => new(service.Channel);

    [Fact]
    public async Task A_payer_and_an_agency_get_a_snapshot_of_all_their_resources_and_then_each_change()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var determination = await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        var order = await one.Draft();
        await one.ServiceOrders.SignServiceOrderAsync(one.Signature(order), one.AsProvider);
        var referral = await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        var authorization = await one.Requested();
        string[] all = [one.Name, determination.Name, order.Name, authorization.Name, referral.Name];
        foreach (var who in new[] { one.AsPayer, one.AsProvider })
        {
            // A limit below the number of rows: a snapshot goes on where the last answer ended.
            var (items, cursor) = await Read(who, "", limit: 2);
            // Events that were not yet in the log when the snapshot began come after it once more.
            var snapshot = items.Where(i => i.Snapshot).ToList();
            Assert.Equal(all.Order(), snapshot.Where(i => i.Deadline is null).Select(i => i.Subject).Order());
            Assert.All(snapshot, i => Assert.Equal(("", "", 0, "R"), (i.EventId, i.EventType, i.Sequence, i.Confidentiality)));
            var shown = Assert.Single(snapshot, i => i.Subject == authorization.Name);
            Assert.Equal(await one.Authorizations.GetAuthorizationAsync(new() { Name = authorization.Name }, who), shown.Authorization);
            Assert.Equal(await one.Individuals.GetIndividualAsync(new() { Name = one.Name }, who), Assert.Single(snapshot, i => i.Subject == one.Name).Individual);
            Assert.Equal(await one.Determinations.GetDeterminationAsync(new() { Name = determination.Name }, who),
                Assert.Single(snapshot, i => i.Subject == determination.Name).Determination);
            Assert.Equal(await one.ServiceOrders.GetServiceOrderAsync(new() { Name = order.Name }, who),
                Assert.Single(snapshot, i => i.Subject == order.Name).ServiceOrder);
            Assert.Equal(await one.Referrals.GetReferralAsync(new() { Name = referral.Name }, who), Assert.Single(snapshot, i => i.Subject == referral.Name).Referral);
            foreach (var item in snapshot.Where(i => i.Subject != one.Name && i.Deadline is null))
                Assert.Equal((await one.Deadlines.ListDeadlinesAsync(new() { Subject = item.Subject }, who)).Deadlines, item.Deadlines);
            var clocks = (await one.Deadlines.ListDeadlinesAsync(new() { Individual = one.Name }, who)).Deadlines;
            Assert.NotEmpty(clocks);
            Assert.Equal(clocks, Assert.Single(snapshot, i => i.Subject == one.Name).Deadlines);
            Assert.Equal(clocks.Select(d => d.Name).Order(), snapshot.Where(i => i.Deadline is not null).Select(i => i.Deadline.Name).Order());
            Assert.Empty((await Read(who, (await Read(who, cursor)).Cursor)).Items);
        }

        var ends = await Task.WhenAll(Read(one.AsPayer, ""), Read(one.AsProvider, ""));
        var approved = await one.Approve(authorization);
        await one.Referrals.AcknowledgeReferralAsync(
            new() { Name = referral.Name, MessageId = EligibilityService.NewId(), AcknowledgedOn = service.Day() }, one.AsDvrs);
        foreach (var (who, cursor) in new[] { (one.AsPayer, ends[0].Cursor), (one.AsProvider, ends[1].Cursor) })
        {
            IReadOnlyList<Proto.Change> items = [];
            await Poll.Until(async () => (items = (await Read(who, cursor)).Items).Any(i => i.EventType == "ips.eligibility.referral-moved.v1" && i.Sequence == 2));
            var decided = Assert.Single(items, i => i.EventType == "ips.eligibility.authorization-decided.v1");
            Assert.Equal((approved.Name, Proto.AuthorizationState.Approved, 2L), (decided.Subject, decided.Authorization.State, decided.Sequence));
            Assert.Equal((false, "R"), (decided.Snapshot, decided.Confidentiality));
            var moved = Assert.Single(items, i => i.EventType == "ips.eligibility.referral-moved.v1" && i.Sequence == 2);
            Assert.Equal((referral.Name, Proto.ReferralState.DvrsDetermining), (moved.Subject, moved.Referral.State));
            // The cursor of an item continues after it.
            Assert.Equal(items.Skip(1).Select(i => i.EventId), (await Read(who, items[0].Cursor)).Items.Select(i => i.EventId));
        }
    }

    [Fact]
    public async Task Appeals_and_authorizations_of_VR_come_in_the_snapshot_and_with_each_change()
    {
        var one = await (await PersonBuilder.Register(service, funding: Funding.Medicaid)).WithFacts();
        var denied = await one.Authorizations.DecideAuthorizationAsync(
            PersonBuilder.Ruling(await one.Requested(), Proto.AuthorizationOutcome.Deny, "NC-AUTH-011"), one.AsPayer);
        var appeal = await one.Appeals.FileAppealAsync(new()
        {
            Authorization = denied.Name,
            Kind = Proto.AppealKind.Appeal,
            Filer = Proto.AppealFiler.Provider,
            RequestedOn = service.Day(),
            Reason = "Quillwhy",
            RequestId = EligibilityService.NewId(),
        }, one.AsProvider);
        var referral = await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        await one.Referrals.RecordDvrsDecisionAsync(
            new() { Name = referral.Name, MessageId = EligibilityService.NewId(), Outcome = Proto.DvrsOutcome.Eligible, DecidedOn = service.Day() }, one.AsDvrs);
        var authorized = await one.Referrals.RecordVrAuthorizationAsync(new()
        {
            Name = referral.Name,
            MessageId = EligibilityService.NewId(),
            Number = EligibilityService.NewId(),
            Milestone = 3,
            AmountUsd = "1500.00",
            ValidFrom = service.Day(),
            ValidThrough = service.Day(59),
        }, one.AsDvrs);
        Dictionary<string, string> cursors = [];
        foreach (var (role, who) in new[] { (Roles.Mco, one.AsPayer), (Roles.Provider, one.AsProvider) })
        {
            var (items, cursor) = await Read(who, "", limit: 2);
            cursors[role] = cursor;
            var shown = Assert.Single(items, i => i is { Snapshot: true, Appeal: not null });
            Assert.Equal((await one.Appeals.GetAppealAsync(new() { Name = appeal.Name }, who), "appeal-decision"), (shown.Appeal, Assert.Single(shown.Deadlines).Kind));
            Assert.Equal(authorized, Assert.Single(items, i => i is { Snapshot: true, VrAuthorization: not null }).VrAuthorization);
        }

        await one.Appeals.WithdrawAppealAsync(new() { Name = appeal.Name, Etag = appeal.Etag, RequestId = EligibilityService.NewId() }, one.AsProvider);
        await one.Referrals.CancelVrAuthorizationAsync(
            new() { Name = authorized.Name, MessageId = EligibilityService.NewId(), CancelledOn = service.Day() }, one.AsDvrs);
        foreach (var (role, who) in new[] { (Roles.Mco, one.AsPayer), (Roles.Provider, one.AsProvider) })
        {
            IReadOnlyList<Proto.Change> items = [];
            await Poll.Until(async () => (items = (await Read(who, cursors[role])).Items).Any(i => i.VrAuthorization?.CancelledOn == service.Day()));
            Assert.Equal((appeal.Name, Proto.AppealState.Withdrawn), items.Where(i => i.Appeal is not null).Select(i => (i.Subject, i.Appeal.State)).Last());
        }
    }

    [Fact]
    public async Task A_caller_gets_nothing_of_others()
    {
        var mine = await (await PersonBuilder.Register(service)).WithFacts();
        var (_, provider) = await Read(mine.AsProvider, "");
        var (_, payer) = await Read(mine.AsPayer, "");
        var other = await (await PersonBuilder.Register(service)).WithFacts();
        await other.Requested();
        var signed = await mine.Draft();
        await mine.ServiceOrders.SignServiceOrderAsync(mine.Signature(signed), mine.AsProvider);
        foreach (var (who, cursor) in new[] { (mine.AsProvider, provider), (mine.AsPayer, payer) })
        {
            IReadOnlyList<Proto.Change> items = [];
            await Poll.Until(async () => (items = (await Read(who, cursor, limit: 1)).Items).Any(i => i.Subject == signed.Name));
            Assert.All(items, i => Assert.Equal(mine.Name, i.Individual?.Name ?? i.ServiceOrder?.Individual ?? i.Deadline?.Individual));
        }

        var stranger = service.As(Roles.Mco, EligibilityService.NewCode("payer"));
        Assert.Empty((await Read(stranger, "")).Items);
        foreach (var role in new[] { Roles.Dvrs, Roles.State, Roles.Ops })
        {
            Assert.Equal(StatusCode.PermissionDenied,
                (await EligibilityService.Refused(async () => await Feed.PullChangesAsync(new(), service.As(role, "nc-dvrs")))).Code);
        }
    }

    [Fact]
    public async Task A_payer_gets_a_whole_person_when_it_begins_to_cover_and_a_farewell_when_that_was_a_mistake()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var order = await one.Draft();
        var second = EligibilityService.NewCode("payer");
        var who = service.As(Roles.Mco, second);
        var (before, cursor) = await Read(who, "");
        Assert.Empty(before);
        var span = await one.Record(new Proto.Fact
        {
            Enrollment = new() { Payer = $"organizations/{second}", From = service.Day(-10), Funding = Funding.Medicaid },
        });
        IReadOnlyList<Proto.Change> items = [];
        await Poll.Until(async () => (items = (await Read(who, cursor)).Items).Any(i => i.EventType == "ips.eligibility.coverage-moved.v1"));
        var person = items.Where(i => i.EventType == "ips.eligibility.coverage-moved.v1").ToList();
        Assert.Equal([one.Name, order.Name], person.Select(i => i.Individual?.Name ?? i.ServiceOrder.Name));
        Assert.All(person, i => Assert.Equal(one.Name, i.Subject));
        // A reader that stops in the middle of a person gets the person again.
        Assert.Contains((await Read(who, person[0].Cursor)).Items, i => i.ServiceOrder?.Name == order.Name);
        Assert.DoesNotContain((await Read(who, person[^1].Cursor)).Items, i => i.EventId == person[^1].EventId);

        cursor = (await Read(who, "")).Cursor;
        await one.Retract(span.Name, span.Etag);
        await Poll.Until(async () => (items = (await Read(who, cursor)).Items).Count > 0);
        var farewell = Assert.Single(items);
        Assert.Equal((one.Name, Proto.Change.ResourceOneofCase.None), (farewell.Subject, farewell.ResourceCase));
        Assert.Empty((await Read(who, "")).Items);
    }

    [Fact]
    public async Task A_merge_brings_everything_under_the_survivors_name_and_the_old_name_shows_the_survivor()
    {
        var survivor = await PersonBuilder.Register(service);
        var merged = await (await PersonBuilder.Register(service, provider: survivor.Provider)).WithFacts();
        var order = await merged.Draft();
        var (_, cursor) = await Read(survivor.AsProvider, "");
        await survivor.Individuals.MergeIndividualsAsync(new()
        {
            Survivor = survivor.Name,
            Etag = (await survivor.Read()).Etag,
            Merged = merged.Name,
            MergedEtag = (await merged.Read()).Etag,
            RequestId = EligibilityService.NewId(),
        }, survivor.AsProvider);
        IReadOnlyList<Proto.Change> items = [];
        await Poll.Until(async () => (items = (await Read(survivor.AsProvider, cursor)).Items).Any(i => i.EventType == "ips.eligibility.individuals-merged.v1"));
        var brought = items.Where(i => i.EventType == "ips.eligibility.individuals-merged.v1").ToList();
        var person = Assert.Single(brought, i => i.Individual is not null).Individual;
        Assert.Equal((survivor.Name, merged.Name), (person.Name, Assert.Single(person.MergedNames)));
        Assert.Equal(survivor.Name, Assert.Single(brought, i => i.ServiceOrder?.Name == order.Name).ServiceOrder.Individual);
        Assert.All(items.Where(i => i.Individual is not null), i => Assert.Equal(survivor.Name, i.Individual.Name));
        Assert.DoesNotContain((await Read(survivor.AsProvider, "")).Items, i => i.Subject == merged.Name);
    }

    [Fact]
    public async Task The_tally_of_a_day_counts_and_hashes_the_events_that_the_reader_got()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var who = one.AsPayer;
        var (_, cursor) = await Read(who, "");
        var authorization = await one.Requested();
        await one.Approve(authorization);
        await Poll.Until(async () => (await Read(who, cursor)).Items.Any(i => i.EventType == "ips.eligibility.authorization-decided.v1"));
        // From the beginning of the log: a cursor at position 0 of the present epoch.
        var all = await FromTheBeginning(who);
        var today = service.Day();
        var ids = all.Where(i => i.RecordTime.ToDateTime().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) == today)
            .Select(i => i.EventId).Distinct().Order(StringComparer.Ordinal).ToList();
        var tally = await Feed.GetChangesTallyAsync(new() { Day = today }, who);
        Assert.Equal((ids.Count, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(ids.Select(id => id + "\n")))))),
            ((int)tally.Count, tally.Hash));
        Assert.True(ids.Count > 3);
        Assert.Equal(0, (await Feed.GetChangesTallyAsync(new() { Day = today }, service.As(Roles.Mco, EligibilityService.NewCode("payer")))).Count);
    }

    [Fact]
    public async Task A_cursor_of_another_feed_or_of_none_and_a_negative_limit_are_refused_by_name()
    {
        var one = await PersonBuilder.Register(service);
        var dvrs = (await one.Referrals.PullFeedAsync(new(), one.AsDvrs)).NextCursor;
        foreach (var cursor in new[] { dvrs, "AAAA", "not a cursor", new string('A', 60) })
        {
            var refused = await EligibilityService.Refused(async () => await Feed.PullChangesAsync(new() { Cursor = cursor }, one.AsProvider));
            Assert.Equal((StatusCode.InvalidArgument, "cursor"), (refused.Code, Assert.Single(refused.Fields)));
        }

        var changes = (await Feed.PullChangesAsync(new(), one.AsProvider)).NextCursor;
        Assert.Equal(StatusCode.InvalidArgument,
            (await EligibilityService.Refused(async () => await one.Referrals.PullFeedAsync(new() { Cursor = changes }, one.AsDvrs))).Code);
        Assert.Equal(StatusCode.InvalidArgument,
            (await EligibilityService.Refused(async () => await Feed.PullChangesAsync(new() { Limit = -1 }, one.AsProvider))).Code);
    }

    [Fact]
    public async Task The_stream_sends_the_snapshot_and_then_what_comes()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        using var stop = new CancellationTokenSource(Poll.Patience);
        using var stream = Feed.WatchChanges(new(), one.AsPayer, cancellationToken: stop.Token);
        Assert.True(await stream.ResponseStream.MoveNext(stop.Token));
        Assert.Equal(one.Name, stream.ResponseStream.Current.Individual.Name);
        var order = await one.Draft();
        await one.ServiceOrders.SignServiceOrderAsync(one.Signature(order), one.AsProvider);
        do
        {
            Assert.True(await stream.ResponseStream.MoveNext(stop.Token));
        }
        while (stream.ResponseStream.Current.EventType != "ips.eligibility.service-order-signed.v1");
        Assert.Equal((order.Name, Proto.ServiceOrderState.InForce),
            (stream.ResponseStream.Current.ServiceOrder.Name, stream.ResponseStream.Current.ServiceOrder.State));
    }

    private async Task<IReadOnlyList<Proto.Change>> FromTheBeginning(Metadata who)
    {
        var present = (await Feed.PullChangesAsync(new() { Limit = 1 }, who)).NextCursor;
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(present);
        // Form and epoch stay; position 0 and no snapshot.
        return (await Read(who, System.Buffers.Text.Base64Url.EncodeToString([.. bytes[..9], .. new byte[8]]), limit: 1000)).Items;
    }

    /// <summary>Everything after the cursor, and the cursor of its end.</summary>
    private async Task<(IReadOnlyList<Proto.Change> Items, string Cursor)> Read(Metadata who, string cursor, int limit = 0)
    {
        List<Proto.Change> items = [];
        while (true)
        {
            var page = await Feed.PullChangesAsync(new() { Cursor = cursor, Limit = limit }, who);
            items.AddRange(page.Items);
            cursor = page.NextCursor;
            if (page.CaughtUp)
                return (items, cursor);
        }
    }
}
