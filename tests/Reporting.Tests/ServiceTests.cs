using System.Net;
using System.Text.Json;
using Grpc.Core;
using Ips.Contracts.Events;
using Ips.Contracts.Reporting.V1;
using Ips.Reporting.Db;
using Ips.Reporting.Facts;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Ips.Reporting.Tests;

/// <summary>Events in from the broker; numbers out on both wires.</summary>
public sealed class ServiceTests(ReportingService service) : IClassFixture<ReportingService>
{
    // Every test has a provider of its own, so that they do not count each other's people.
    private static readonly DateTimeOffset Start = TimeProvider.System.GetUtcNow().AddDays(-1);
    private readonly string provider = "agency-" + Guid.CreateVersion7().ToString("N")[^8..];

    [Fact]
    public async Task The_page_shows_who_sees_which_rows() => Assert.True(await service.WithDb(db =>
    {
        SightPage.Shows("Reporting", ReportingDb.Rows, db.Model);
        return Task.FromResult(true);
    }));

    [Fact]
    public async Task Events_from_the_broker_become_the_same_numbers_on_both_wires_once()
    {
        var story = await PublishStory(times: 3);
        Contracts.Reporting.V1.Dashboards.DashboardsClient client = new(service.Channel);
        var bearer = service.As(Roles.Provider, provider);
        var shown = await client.GetDashboardAsync(new() { Program = "nc-core", Provider = $"organizations/{provider}" }, bearer);
        Assert.All(shown.Funnel, f => Assert.Equal(1, f.Count));
        Assert.Equal("2000.00", shown.Milestones.Single(m => m.Number == 2).ClaimedAmount.Amount);
        Assert.Equal(3, shown.Deadlines.Count);

        using var http = service.Http(Roles.Provider, provider);
        var json = JsonDocument.Parse(await http.GetStringAsync($"/v1/dashboard?program=nc-core&provider=organizations/{provider}")).RootElement;
        Assert.Equal(shown.Funnel.Select(f => f.EventIds.Single()), json.GetProperty("funnel").EnumerateArray()
            .Select(f => f.GetProperty("eventIds")[0].GetString()));
        var events = JsonDocument.Parse(
            await http.GetStringAsync($"/v1/figures/admitted/events?program=nc-core&provider=organizations/{provider}")).RootElement.GetProperty("events");
        Assert.Equal(story.Events[2].EventId.ToString(), events[0].GetProperty("eventId").GetString());
        Assert.Equal("us.ips.eligibility.determination.made.v1", events[0].GetProperty("type").GetString());
        var deadlines = JsonDocument.Parse(await http.GetStringAsync($"/v1/deadlines?provider=organizations/{provider}")).RootElement.GetProperty("deadlines");
        Assert.Equal(shown.Deadlines.Select(d => d.EventId), deadlines.EnumerateArray().Select(d => d.GetProperty("eventId").GetString()));
    }

    [Fact]
    public async Task Without_a_program_the_one_of_the_latest_event_is_shown()
    {
        await PublishStory();
        using var http = service.Http(Roles.State, "nc-dhhs");
        var dashboard = JsonDocument.Parse(await http.GetStringAsync("/v1/dashboard")).RootElement;
        Assert.Equal("nc-core", dashboard.GetProperty("program").GetString());
        Assert.Contains("la-acla", dashboard.GetProperty("programs").EnumerateArray().Select(program => program.GetString()));
    }

    [Fact]
    public async Task A_figure_comes_with_its_definition_and_its_number()
    {
        await PublishStory();
        using var http = service.Http(Roles.Mco, "alliance");
        var figure = JsonDocument.Parse(
            await http.GetStringAsync($"/v1/figures/admitted/events?program=nc-core&provider=organizations/{provider}")).RootElement.GetProperty("figure");
        Assert.Equal(("Determined eligible", "1"), (figure.GetProperty("displayName").GetString(), figure.GetProperty("count").GetString()));
    }

    [Theory]
    [InlineData(Roles.Mco, "alliance", true)]
    [InlineData(Roles.Mco, "payer-foreign", false)]
    [InlineData(Roles.Mco, "", false)]
    [InlineData(Roles.State, "nc-dhhs", true)]
    [InlineData(Roles.State, "la-ldh", false)]
    [InlineData(Roles.State, "", false)]
    [InlineData(Roles.Dvrs, "nc-dvrs", false)]
    [InlineData(Roles.Ops, "ops", true)]
    public async Task The_database_shows_the_facts_of_an_agency_without_any_filter_of_the_service(string role, string organization, bool sees)
    {
        var story = await PublishStory();
        var requests = service.Services.GetRequiredService<RequestDatabase>();
        await using var connection = await requests.Source.OpenConnectionAsync();
        await requests.Take(connection, new(role, organization, "client-one"), default);
        await using NpgsqlCommand count = new($"select count(distinct event_id) from event_facts where provider = '{provider}'", connection);
        FactReader reader = new((_, at) => DateOnly.FromDateTime(at.UtcDateTime), Start);
        Assert.Equal(sees ? story.Events.LongCount(e => reader.Read(e).Count > 0) : 0L, await count.ExecuteScalarAsync());
        await using NpgsqlCommand write = new($"delete from event_facts where provider = '{provider}'", connection);
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => write.ExecuteNonQueryAsync())).SqlState);
    }

    [Fact]
    public async Task Who_is_shown_a_person_is_in_the_audit_log()
    {
        var story = await PublishStory();
        Contracts.Reporting.V1.Dashboards.DashboardsClient client = new(service.Channel);
        ListFigureEventsRequest request = new() { Name = "figures/registered", Program = "nc-core", Provider = $"organizations/{provider}" };
        await client.ListFigureEventsAsync(request, service.As(Roles.State, "nc-dhhs"));
        Assert.Equal(0L, await Seen());
        await client.ListFigureEventsAsync(request, service.As(Roles.Mco, "alliance"));
        Assert.Equal(1L, await Seen());

        async Task<object?> Seen() => await service.Scalar($"select count(*) from ips_who_saw('{story.Individual.Value}')");
    }

    [Fact]
    public async Task Without_a_token_or_with_another_role_nothing_is_shown_on_either_wire()
    {
        Contracts.Reporting.V1.Dashboards.DashboardsClient client = new(service.Channel);
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => client.ListDeadlinesAsync(new()).ResponseAsync)).StatusCode);
        var dvrs = service.As(Roles.Dvrs, "nc-dvrs");
        Assert.Equal(StatusCode.PermissionDenied,
            (await Assert.ThrowsAsync<RpcException>(() => client.ListDeadlinesAsync(new(), dvrs).ResponseAsync)).StatusCode);
        using HttpClient http = new() { BaseAddress = service.Address };
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/v1/dashboard?program=nc-core")).StatusCode);
    }

    private async Task<Story> PublishStory(int times = 1)
    {
        var story = new Story(Start, provider).Journey(new(Guid.CreateVersion7(Start)));
        await service.Join("alliance", provider, story);
        await service.Send(story.Events.AsEnumerable().Reverse(), times);
        await Poll.Until(async () => await service.Stored(story.Events) == story.Events.Count);
        return story;
    }
}
