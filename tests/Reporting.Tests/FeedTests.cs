using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Contracts.Reporting.V1;
using Ips.Reporting.Feeds;
using Ips.Reporting.Incoming;
using Ips.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;
using EventFeed = Ips.Contracts.Reporting.V1.EventFeed;

namespace Ips.Reporting.Tests;

/// <summary>The feed of events: who gets what, in which order, from where on.</summary>
public sealed class FeedTests(ReportingService service) : IClassFixture<ReportingService>
{
    private static readonly DateTimeOffset Start = TimeProvider.System.GetUtcNow().AddDays(-1);
    private readonly string provider = ReportingService.NewCode("agency");

    private EventFeed.EventFeedClient Client => new(service.Channel);

    [Fact]
    public async Task An_agency_gets_its_events_first_the_latest_of_each_kind_then_every_new_one()
    {
        var story = await Publish(new Story(Start, provider).Journey(new(Guid.CreateVersion7(Start))));
        var mine = service.As(Roles.Provider, provider);
        var (snapshot, cursor) = await ReadAll(mine);
        Assert.All(snapshot, item => Assert.True(item.Snapshot));
        Assert.Equal(story.Events.GroupBy(e => (e.Subject, e.GetType())).Select(g => g.MaxBy(e => e.Sequence)!.EventId.ToString()).Order(),
            snapshot.Select(item => item.EventId).Order());
        AssertOrdered(snapshot);

        var discharged = await Publish(story, s => s.Moved("acknowledged", "referred", after: 1));
        var page = await Client.PullEventsAsync(new() { Cursor = cursor }, mine);
        var item = Assert.Single(page.Items);
        Assert.True(page.CaughtUp);
        Assert.Equal((discharged.EventId.ToString(), "us.ips.eligibility.referral.moved.v1", "/ips/eligibility", "R", false),
            (item.EventId, item.Type, item.Source, item.Confidentiality, item.Snapshot));
        Assert.Equal(story.Individual.Value.ToString(), item.Data.Fields["individualId"].StringValue);
        Assert.Equal("acknowledged", item.Data.Fields["toState"].StringValue);
        Assert.Empty((await Client.PullEventsAsync(new() { Cursor = page.NextCursor }, mine)).Items);
    }

    [Fact]
    public async Task Small_pages_lose_and_repeat_nothing()
    {
        await Publish(new Story(Start, provider).Journey(new(Guid.CreateVersion7(Start))));
        var mine = service.As(Roles.Provider, provider);
        var (whole, _) = await ReadAll(mine);
        var (pieces, cursor) = await ReadAll(mine, limit: 2);
        Assert.Equal(whole.Select(item => item.EventId), pieces.Select(item => item.EventId));
        Assert.Empty((await Client.PullEventsAsync(new() { Cursor = cursor, Limit = 2 }, mine)).Items);

        // A reader that stops in the middle continues behind the item whose cursor it has.
        var rest = await ReadAll(mine, whole[2].Cursor);
        Assert.Equal(whole.Skip(3).Select(item => item.EventId), rest.Items.Select(item => item.EventId));
    }

    [Fact]
    public async Task A_replay_begins_with_the_first_event_of_its_day_and_has_every_event()
    {
        var story = await Publish(new Story(Start, provider).Journey(new(Guid.CreateVersion7(Start))));
        var mine = service.As(Roles.Provider, provider);
        var day = DateOnly.FromDateTime(story.Events.Min(e => e.OccurredAt).UtcDateTime);
        var replayed = await Client.PullEventsAsync(new() { FromDay = day.ToString("O", CultureInfo.InvariantCulture), Limit = 1000 }, mine);
        Assert.Equal(story.Events.Select(e => e.EventId.ToString()).Order(), replayed.Items.Select(item => item.EventId).Order());
        Assert.DoesNotContain(replayed.Items, item => item.Snapshot);
        AssertOrdered(replayed.Items);
    }

    [Fact]
    public async Task The_tally_of_a_day_is_the_count_and_the_hash_of_its_events()
    {
        var story = await Publish(new Story(Start, provider).Journey(new(Guid.CreateVersion7(Start))));
        foreach (var day in story.Events.GroupBy(e => DateOnly.FromDateTime(e.OccurredAt.UtcDateTime)))
        {
            var tally = await Client.GetEventsTallyAsync(
                new() { Day = day.Key.ToString("O", CultureInfo.InvariantCulture) }, service.As(Roles.Provider, provider));
            var ids = string.Concat(day.Select(e => e.EventId.ToString()).Order(StringComparer.Ordinal).Select(id => id + "\n"));
            Assert.Equal((day.Count(), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ids)))), ((int)tally.Count, tally.Hash));
        }
    }

    [Fact]
    public async Task A_payer_gets_events_of_people_it_covers_and_another_payer_none_of_them()
    {
        var story = await Publish(new Story(Start, provider).Journey(new(Guid.CreateVersion7(Start))));
        Assert.Equal(story.Events.Count, (await Replay(Roles.Mco, "alliance")).Count);
        Assert.Empty(await Replay(Roles.Mco, "payer-foreign"));
        Assert.Empty(await Replay(Roles.Provider, "agency-foreign"));
    }

    [Fact]
    public async Task A_state_gets_its_programs_without_an_id_of_a_person_that_others_know()
    {
        var story = await Publish(new Story(Start, provider).Journey(new(Guid.CreateVersion7(Start))));
        Assert.Empty(await Replay(Roles.State, "la-ldh"));
        var shown = await Replay(Roles.State, "nc-dhhs");
        Assert.Equal(story.Events.Count, shown.Count);
        Assert.All(shown, item => Assert.DoesNotContain(story.Individual.Value.ToString(), item.ToString(), StringComparison.Ordinal));
        var person = Assert.Single(shown.Where(item => item.Data.Fields.ContainsKey("individualId")).Select(item => item.Data.Fields["individualId"].StringValue)
            .Distinct());
        Assert.True(Guid.TryParse(person, out _));
        var registered = shown.Single(item => item.Type == "us.ips.eligibility.individual.registered.v1");
        Assert.Equal(($"individuals/{person}", $"individuals/{person}"), (registered.Subject, registered.Data.Fields["subject"].StringValue));
        Assert.Equal(0L, await service.Scalar($"select count(*) from ips_who_saw('{story.Individual.Value}')"));

        await Replay(Roles.Mco, "alliance");
        Assert.Equal(1L, await service.Scalar($"select count(*) from ips_who_saw('{story.Individual.Value}')"));
    }

    [Fact]
    public async Task An_event_that_arrives_late_comes_and_the_later_ones_of_its_subject_come_again_behind_it()
    {
        var story = new Story(Start, provider);
        var (first, second, third) = (story.Moved("offered"), story.Moved("referred", "offered", 1), story.Moved("acknowledged", "referred", 2));
        await service.Join("alliance", provider, story);
        await Store(first, third);
        var mine = service.As(Roles.Provider, provider);
        var (before, cursor) = await Tail(mine);
        Assert.Equal([first.EventId, third.EventId], before);
        await Store(second);
        var (after, _) = await Tail(mine, cursor);
        Assert.Equal([second.EventId, third.EventId], after);
        var (all, _) = await Tail(mine);
        Assert.Equal([first.EventId, second.EventId, third.EventId], all);

        Task Store(params DomainEvent[] events) => service.Services.GetRequiredService<EventFactsConsumer>().Store("reporting.event-facts", events, default);

        async Task<(List<Guid> Events, string Cursor)> Tail(Metadata headers, string from = "")
        {
            var page = await Client.PullEventsAsync(
                from.Length > 0 ? new() { Cursor = from } : new() { FromDay = DateOnly.FromDateTime(Start.UtcDateTime).ToString("O", CultureInfo.InvariantCulture) },
                headers);
            return ([.. page.Items.Select(item => Guid.Parse(item.EventId))], page.NextCursor);
        }
    }

    [Fact]
    public async Task A_stream_sends_what_comes_and_a_heartbeat_while_nothing_does()
    {
        var story = await Publish(new Story(Start, provider).Journey(new(Guid.CreateVersion7(Start))));
        var mine = service.As(Roles.Provider, provider);
        var (_, cursor) = await ReadAll(mine);
        using var call = Client.WatchEvents(new() { Cursor = cursor }, mine);
        using CancellationTokenSource patience = new(Poll.Patience);
        Assert.True(await call.ResponseStream.MoveNext(patience.Token));
        Assert.True(call.ResponseStream.Current.Heartbeat);
        Assert.NotEmpty(call.ResponseStream.Current.Cursor);
        var moved = await Publish(story, s => s.Moved("acknowledged", "referred", after: 1));
        FeedEvent item;
        do
        {
            Assert.True(await call.ResponseStream.MoveNext(patience.Token));
            item = call.ResponseStream.Current;
        }
        while (item.Heartbeat);
        Assert.Equal(moved.EventId.ToString(), item.EventId);
    }

    [Fact]
    public async Task A_cursor_of_another_subscriber_or_feed_is_refused_by_name()
    {
        await Publish(new Story(Start, provider).Journey(new(Guid.CreateVersion7(Start))));
        var (items, cursor) = await ReadAll(service.As(Roles.Provider, provider));
        foreach (var foreign in new[] { cursor, items[0].Cursor })
        {
            await Wrong("is a cursor of another subscriber", new() { Cursor = foreign }, service.As(Roles.Provider, "agency-foreign"));
            await Wrong("is a cursor of another subscriber", new() { Cursor = foreign }, service.As(Roles.Mco, provider));
        }

        var mine = service.As(Roles.Provider, provider);
        await Wrong("is not a cursor of this feed", new() { Cursor = "AgAAAAAAAAAAAAAAAAAAAAc" }, mine);
        await Wrong("is not a cursor of this feed", new() { Cursor = "nonsense!" }, mine);
        await Wrong("comes with a cursor", new() { Cursor = cursor, FromDay = "2026-01-01" }, mine);
        await Wrong("lies in the future", new() { FromDay = DateTime.UtcNow.AddDays(2).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) }, mine);
        await Wrong("is negative", new() { Limit = -1 }, mine);

        async Task Wrong(string why, PullEventsRequest request, Metadata headers)
        {
            var refusal = await Refusal.Of(() => Client.PullEventsAsync(request, headers).ResponseAsync);
            Assert.Equal(StatusCode.InvalidArgument, refusal.Code);
            Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Over_http_the_feed_is_the_same_and_other_roles_get_nothing()
    {
        await Publish(new Story(Start, provider).Journey(new(Guid.CreateVersion7(Start))));
        using var http = service.Http(Roles.Provider, provider);
        var page = JsonDocument.Parse(await http.GetStringAsync("/v1/feeds/events?limit=3")).RootElement;
        Assert.Equal(3, page.GetProperty("items").GetArrayLength());
        Assert.Equal(provider, page.GetProperty("items")[0].GetProperty("data").GetProperty("provider").GetString());
        foreach (var role in new[] { Roles.Dvrs, Roles.Ops })
        {
            using var other = service.Http(role, "other");
            Assert.Equal(HttpStatusCode.Forbidden, (await other.GetAsync("/v1/feeds/events")).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await other.GetAsync("/v1/feeds/events/days/2026-01-01")).StatusCode);
        }
    }

    [Theory]
    [InlineData(Roles.Mco, "alliance", true)]
    [InlineData(Roles.Mco, "payer-foreign", false)]
    [InlineData(Roles.State, "nc-dhhs", true)]
    [InlineData(Roles.State, "la-ldh", false)]
    [InlineData(Roles.Dvrs, "nc-dvrs", false)]
    public async Task The_database_shows_the_events_of_an_agency_without_any_filter_of_the_service(string role, string organization, bool sees)
    {
        var story = await Publish(new Story(Start, provider).Journey(new(Guid.CreateVersion7(Start))));
        var requests = service.Services.GetRequiredService<RequestDatabase>();
        await using var connection = await requests.Source.OpenConnectionAsync();
        await requests.Take(connection, new(role, organization, "client-one"), default);
        await using NpgsqlCommand count = new($"select count(*) from shared_events where provider = '{provider}'", connection);
        Assert.Equal(sees ? story.Events.Count : 0L, await count.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Every_column_of_the_log_is_written() => await service.WithDb(async db =>
    {
        Assert.Equal(
            db.Model.FindEntityType(typeof(SharedEvent))!.GetProperties().Select(p => p.GetColumnName()).Order(StringComparer.Ordinal),
            SharedEventColumns.All.Select(column => column.Name).Append("position").Order(StringComparer.Ordinal));
        await Task.CompletedTask;
        return true;
    });

    private static void AssertOrdered(IEnumerable<FeedEvent> items) => Assert.All(items.GroupBy(item => item.Subject),
        subject => Assert.Equal(subject.Select(item => item.Sequence).Order(), subject.Select(item => item.Sequence)));

    private async Task<List<FeedEvent>> Replay(string role, string organization)
    {
        List<FeedEvent> mine = [];
        PullEventsRequest request = new() { FromDay = DateOnly.FromDateTime(Start.UtcDateTime).ToString("O", CultureInfo.InvariantCulture), Limit = 1000 };
        while (true)
        {
            var page = await Client.PullEventsAsync(request, service.As(role, organization));
            mine.AddRange(page.Items.Where(item => item.Data.Fields["provider"].StringValue == provider));
            if (page.CaughtUp)
                return mine;
            request = new() { Cursor = page.NextCursor, Limit = 1000 };
        }
    }

    private async Task<(List<FeedEvent> Items, string Cursor)> ReadAll(Metadata headers, string from = "", int limit = 0)
    {
        List<FeedEvent> items = [];
        while (true)
        {
            var page = await Client.PullEventsAsync(new() { Cursor = from, Limit = limit }, headers);
            items.AddRange(page.Items);
            from = page.NextCursor;
            if (page.CaughtUp)
                return (items, from);
        }
    }

    private async Task<Story> Publish(Story story)
    {
        await service.Join("alliance", provider, story);
        await service.Send(story.Events);
        await Arrived(story.Events);
        return story;
    }

    private async Task<T> Publish<T>(Story story, Func<Story, T> next) where T : DomainEvent
    {
        var happened = next(story);
        await service.Send([happened]);
        await Arrived([happened]);
        return happened;
    }

    private Task Arrived(IReadOnlyList<DomainEvent> events) => Poll.Until(
        async () => await service.Count($"shared_events where id in ({string.Join(',', events.Select(e => $"'{e.EventId}'"))})") == events.Count,
        TimeSpan.FromSeconds(60));
}
