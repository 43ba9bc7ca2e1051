using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Xml.Linq;
using Grpc.Core;
using Grpc.Net.Client;
using Ips.Contracts.Reporting.V1;
using Ips.ServiceDefaults;
using Ips.Testing;
using Xunit;

namespace Ips.Reporting.Tests;

/// <summary>Events in from the broker; numbers out on both wires and as pages.</summary>
public sealed class ServiceTests(ReportingService service) : IClassFixture<ReportingService>
{
    // Every test has a provider of its own, so that they do not count each other's people.
    private static readonly DateTimeOffset Start = TimeProvider.System.GetUtcNow().AddDays(-1);
    private readonly string provider = "agency-" + Guid.CreateVersion7().ToString("N")[^8..];

    [Fact]
    public async Task Events_from_the_broker_become_the_same_numbers_on_both_wires_once()
    {
        var story = await Tell(times: 3);
        using var channel = GrpcChannel.ForAddress(service.Grpc);
        Contracts.Reporting.V1.Dashboards.DashboardsClient client = new(channel);
        Metadata bearer = new() { { "authorization", $"Bearer {service.Token()}" } };
        var shown = await client.GetDashboardAsync(new() { Program = "nc-core", Provider = $"organizations/{provider}" }, bearer);
        Assert.All(shown.Funnel, f => Assert.Equal(1, f.Count));
        Assert.Equal("2000.00", shown.Milestones.Single(m => m.Number == 2).ClaimedAmount.Amount);
        Assert.Equal(3, shown.Deadlines.Count);

        using var http = Api(service.Token());
        var json = JsonDocument.Parse(await http.GetStringAsync($"/v1/dashboard?program=nc-core&provider=organizations/{provider}")).RootElement;
        Assert.Equal(shown.Funnel.Select(f => f.EventIds.Single()), json.GetProperty("funnel").EnumerateArray().Select(f => f.GetProperty("eventIds")[0].GetString()));
        var events = JsonDocument.Parse(await http.GetStringAsync($"/v1/figures/admitted/events?program=nc-core&provider=organizations/{provider}")).RootElement.GetProperty("events");
        Assert.Equal(story.Events[2].EventId.ToString(), events[0].GetProperty("eventId").GetString());
        Assert.Equal("us.ips.eligibility.determination.made.v1", events[0].GetProperty("type").GetString());
        var deadlines = JsonDocument.Parse(await http.GetStringAsync($"/v1/deadlines?provider=organizations/{provider}")).RootElement.GetProperty("deadlines");
        Assert.Equal(shown.Deadlines.Select(d => d.EventId), deadlines.EnumerateArray().Select(d => d.GetProperty("eventId").GetString()));
    }

    [Fact]
    public async Task Without_a_token_or_with_another_role_nothing_is_shown_on_either_wire()
    {
        using var channel = GrpcChannel.ForAddress(service.Grpc);
        Contracts.Reporting.V1.Dashboards.DashboardsClient client = new(channel);
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => client.ListDeadlinesAsync(new()).ResponseAsync)).StatusCode);
        Metadata dvrs = new() { { "authorization", $"Bearer {service.Token(Roles.Dvrs, "nc-dvrs")}" } };
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => client.ListDeadlinesAsync(new(), dvrs).ResponseAsync)).StatusCode);
        using var http = Api(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/v1/dashboard?program=nc-core")).StatusCode);
        // The cookie opens pages, never the API.
        http.DefaultRequestHeaders.Add("Cookie", $"ips-token={service.Token()}");
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/v1/dashboard?program=nc-core")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/?program=nc-core")).StatusCode);
    }

    [Fact]
    public async Task A_person_signs_in_reads_the_numbers_and_follows_one_to_its_event()
    {
        var story = await Tell();
        using var browser = Browser();
        var asked = await browser.GetAsync("/figures/admitted?program=nc-core");
        Assert.Equal(HttpStatusCode.Redirect, asked.StatusCode);
        var signIn = await Page(browser, asked.Headers.Location!.OriginalString);
        Assert.Equal("/figures/admitted?program=nc-core", signIn.Descendants("input").Single(i => i.Attribute("name")!.Value == "back").Attribute("value")!.Value);
        Assert.Contains("dotnet run --project AppHost -- token", signIn.Root!.Value, StringComparison.Ordinal);

        var signed = await browser.PostAsync("/sign-in", Form(("token", $" {service.Token()}\r\n"), ("back", "/")));
        Assert.Equal((HttpStatusCode.SeeOther, "/"), (signed.StatusCode, signed.Headers.Location!.OriginalString));
        var cookie = signed.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);

        var page = await Page(browser, $"/?program=nc-core&provider=organizations/{provider}");
        Accessible(page);
        var link = page.Descendants("section").First().Descendants("a").ElementAt(2);
        Assert.Equal("1", link.Value);
        var figure = await Page(browser, link.Attribute("href")!.Value);
        Accessible(figure);
        Assert.Equal(story.Events[2].EventId.ToString(), figure.Descendants("tbody").Single().Descendants("th").Single().Value);
        Assert.Contains("2000.00", page.Root!.Value, StringComparison.Ordinal);
        foreach (var href in page.Descendants("section").SelectMany(s => s.Descendants("a")).Select(a => a.Attribute("href")!.Value))
            Assert.Single((await Page(browser, href)).Descendants("table"));

        await browser.PostAsync("/sign-out", Form());
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/")).StatusCode);
    }

    [Theory]
    [InlineData("", "/", "")]
    [InlineData("not-a-token", "/", "")]
    [InlineData("good", "/", "http://elsewhere.example")]
    public async Task Who_brings_no_good_token_from_our_own_page_stays_outside(string token, string back, string origin)
    {
        using var browser = Browser();
        if (origin.Length > 0)
            browser.DefaultRequestHeaders.Add("Origin", origin);
        var answer = await browser.PostAsync("/sign-in", Form(("token", token == "good" ? service.Token() : token), ("back", back)));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Single(Parse(await answer.Content.ReadAsStringAsync()).Descendants(), e => e.Attribute("role")?.Value == "alert");
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example")]
    [InlineData("/\\elsewhere.example")]
    public async Task Signing_in_never_leads_to_another_site(string back)
    {
        using var browser = Browser();
        var answer = await browser.PostAsync("/sign-in", Form(("token", service.Token()), ("back", back)));
        Assert.Equal((HttpStatusCode.SeeOther, "/"), (answer.StatusCode, answer.Headers.Location!.OriginalString));
    }

    [Theory]
    [InlineData("/?program=%3Cscript%3E", HttpStatusCode.BadRequest)]
    [InlineData("/?program=nc-core&from=%22%3E%3Cb%3E", HttpStatusCode.BadRequest)]
    [InlineData("/figures/happy?program=nc-core", HttpStatusCode.NotFound)]
    [InlineData("/figures/%3Cb%3E?program=nc-core", HttpStatusCode.NotFound)]
    public async Task A_wrong_address_is_answered_with_a_page(string address, HttpStatusCode code)
    {
        using var browser = Browser();
        browser.DefaultRequestHeaders.Add("Cookie", $"ips-token={service.Token()}");
        var answer = await browser.GetAsync(address);
        Assert.Equal(code, answer.StatusCode);
        Accessible(Parse(await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task A_role_without_numbers_is_told_so()
    {
        using var browser = Browser();
        browser.DefaultRequestHeaders.Add("Cookie", $"ips-token={service.Token(Roles.Dvrs, "nc-dvrs")}");
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task A_page_may_load_nothing_and_is_kept_nowhere()
    {
        using var browser = Browser();
        var answer = await browser.GetAsync("/sign-in");
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
    }

    private static void Accessible(XDocument page)
    {
        var html = page.Root!;
        Assert.Equal("en", html.Attribute("lang")!.Value);
        Assert.NotEmpty(html.Descendants("title").Single().Value);
        Assert.Single(html.Descendants("h1"));
        var body = html.Element("body")!;
        Assert.Equal("#main", body.Elements().First().Attribute("href")!.Value);
        Assert.Equal("main", body.Element("main")!.Attribute("id")!.Value);
        Assert.NotNull(body.Element("header"));
        Assert.NotNull(body.Element("footer"));
        Assert.All(html.Descendants("nav"), n => Assert.NotNull(n.Attribute("aria-label")));
        foreach (var table in html.Descendants("table"))
        {
            Assert.NotEmpty(table.Element("caption")!.Value);
            Assert.All(table.Descendants("th"), th => Assert.Contains(th.Attribute("scope")!.Value, new[] { "col", "row" }));
            Assert.All(table.Element("tbody")!.Elements("tr"), row => Assert.Equal(table.Element("thead")!.Descendants("th").Count(), row.Elements().Count()));
        }

        string[] ids = [.. html.Descendants().Select(e => e.Attribute("id")?.Value).OfType<string>()];
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(html.Descendants().Where(e => e.Name.LocalName is "input" or "select" or "textarea" && e.Attribute("type")?.Value != "hidden"),
            field => Assert.Contains(html.Descendants("label"), l => l.Attribute("for")!.Value == field.Attribute("id")!.Value));
        Assert.All(html.Descendants().Attributes("aria-labelledby"), a => Assert.Contains(a.Value, ids));
        Assert.Empty(html.Descendants("script"));
    }

    private static XDocument Parse(string page) => XDocument.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]);

    private static async Task<XDocument> Page(HttpClient browser, string address) => Parse(await browser.GetStringAsync(address));

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) => new(fields.ToDictionary(f => f.Name, f => f.Value));

    private HttpClient Api(string? token)
    {
        HttpClient http = new() { BaseAddress = service.Http };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    private HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new() }) { BaseAddress = service.Http };

    private async Task<Story> Tell(int times = 1)
    {
        var story = new Story(Start, provider).Journey(new(Guid.CreateVersion7(Start)));
        await service.Send(story.Events.AsEnumerable().Reverse(), times);
        await Poll.Until(async () => await service.Stored(story.Events) == story.Events.Count, TimeSpan.FromSeconds(60));
        return story;
    }
}
