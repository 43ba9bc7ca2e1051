using System.Net.Http.Headers;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Ips.AppHost;
using Ips.Contracts.Billing.V1;
using Ips.Platform.Events;
using Ips.SandboxCohort;
using Ips.Testing;
using LocalServers;
using Xunit;
using Xunit.Abstractions;

namespace Ips.Platform.Tests;

/// <summary>
/// A small cohort on a real platform: what is rare is there to be seen through the public APIs, Reporting's numbers are those that the cohort counted of itself,
/// and a load that is made again changes nothing.
/// </summary>
public sealed class CohortTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int People = 10;
    private const int Days = 250;

    private readonly string data = Path.Combine(Path.GetTempPath(), $"ips-cohort-{Path.GetRandomFileName()}");
    private readonly StringWriter progress = new();
    private DistributedApplication? app;

    public async Task InitializeAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<global::Projects.AppHost>(
            ["--data", data, "--no-sandbox", "--cohort", $"{People}", "--cohort-days", $"{Days}"]);
        app = await builder.BuildAsync();
        await app.StartAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        await foreach (var healthy in Task.WhenEach(
            Platform.Services.Select(service => app.ResourceNotifications.WaitForResourceHealthyAsync(service, patience.Token)))) await healthy;
        // The host loads the cohort by itself.
        await Poll.Until(async () => (await File.ReadAllTextAsync(Plan)).Contains("\"Complete\":true", StringComparison.Ordinal), TimeSpan.FromMinutes(10));
    }

    public async Task DisposeAsync()
    {
        output.WriteLine(progress.ToString());
        if (app is not null) await app.DisposeAsync();
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task A_cohort_lives_through_its_days_once()
    {
        // It is complete: nothing is loaded again.
        Assert.Null(await Load());

        // As if it had been interrupted before the last line: every answer is known, no call is made, and every life is lived again.
        var calls = Journal();
        var count = await ToldAgain();
        Assert.Equal(calls, Journal());
        Assert.Equal(People, count.People.Values.Sum());
        Assert.Equal(["la-acla", "la-lhcc", "mo-dmh-vr", "nc-core", "nc-state"], count.Admitted.Keys.Order());
        using (var clock = SandboxClock.Open(data))
            Assert.Equal(TimeSpan.Zero, clock.Value);

        await What_is_rare_is_there(count);
        await Every_event_was_taken();
        await Reporting_counts_the_same(count);
    }

    private string Plan => Path.Combine(data, "cohort.json");

    private int Journal() => File.ReadLines(Path.Combine(data, "cohort.journal")).Count(line => line.Length > 0);

    private async Task<Tally> ToldAgain()
    {
        await File.WriteAllTextAsync(Plan, (await File.ReadAllTextAsync(Plan)).Replace("\"Complete\":true", "\"Complete\":false", StringComparison.Ordinal));
        return (await Load())!;
    }

    private Task<Tally?> Load() =>
        CohortLoad.RunAsync(data, service => app!.GetEndpoint(service, "grpc"), SandboxIssuer.In(data), progress, CancellationToken.None);

    private async Task What_is_rare_is_there(Tally count)
    {
        // A person without a job for more than thirty days, who then has one again.
        var jobs = (await All("billing", "provider", "harbor-works", "/v1/jobs", "jobs")).GroupBy(job => Text(job, "individual")).Where(of => of.Count() > 1).ToList();
        Assert.NotEmpty(jobs);
        Assert.All(jobs, of =>
        {
            var two = of.Select(job => job.GetProperty("facts")).OrderBy(facts => Text(facts, "startDate"), StringComparer.Ordinal).ToList();
            Assert.True(Day(two[1], "startDate").DayNumber - Day(two[0], "endDate").DayNumber > 30);
        });
        Assert.Equal(count.NextJobs, jobs.Count);

        // A review that a team contested, and that is final with one score changed.
        var contested = Assert.Single(await All("fidelity", "state", "nc-dhhs", "/v1/reviews", "reviews"),
            review => review.TryGetProperty("contest", out var contest) && contest.ValueKind == JsonValueKind.Object);
        Assert.Equal("REVIEW_STATE_FINAL", Text(contested, "state"));
        Assert.Contains("CONTEST_OUTCOME_CHANGED", contested.GetProperty("contest").GetProperty("items").EnumerateArray().Select(item => Text(item, "outcome")));

        // Medicaid for the past: the enrollment stands corrected, and what was billed to the state wants attention.
        var lines = await All("billing", "provider", "harbor-works", "/v1/claimLines", "claimLines");
        Assert.Equal(1, count.RetroactiveMedicaid);
        Assert.Contains(lines, line => Text(line, "state") == "CLAIM_LINE_STATE_ATTENTION");

        // A payment that the payer took back.
        var claims = await All("billing", "provider", "harbor-works", "/v1/claims", "claims");
        Assert.True(count.Reversals > 0);
        Assert.Contains(claims, claim => Text(claim, "state") == "CLAIM_STATE_REVERSED");
        Assert.Contains(claims, claim => Text(claim, "state") == "CLAIM_STATE_PAID");
    }

    private async Task Every_event_was_taken()
    {
        Uri broker = new((await app!.GetConnectionStringAsync("bus"))!);
        string[] queues = ["reporting.event-facts", "eligibility.claim-line-decided", "eligibility.claim-line-stored", "billing.referral-moved", "fidelity.staff-hired"];
        Assert.Empty(await ErrorQueues.List(broker, [.. queues.Select(queue => $"{queue}_error")], CancellationToken.None));
    }

    // The agency's own numbers are not suppressed; the funnel counts people, milestones count each.
    private async Task Reporting_counts_the_same(Tally count)
    {
        foreach (var (program, provider) in new[] { ("nc-core", "harbor-works"), ("nc-state", "second-chance"), ("la-lhcc", "crescent-careers") })
        {
            var expected = (count.People[program], count.Admitted[program], program == "nc-core" ? Reached(1) : 0, program == "nc-core" ? Reached(2) : 0);
            await Poll.Until(async () => await Shown(program, provider) == expected, description: $"{program}: {expected} and not {await Shown(program, provider)}");
        }

        int Reached(int number) => count.Milestones.Values.Count(one => one.Number == number && one.State is MilestoneState.Billable or MilestoneState.Claimed);
    }

    private async Task<(int Registered, int Admitted, int First, int Second)> Shown(string program, string provider)
    {
        var from = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-Days - 10);
        var dashboard = await Get("reporting", "provider", provider, $"/v1/dashboard?program={program}&from={from:yyyy-MM-dd}");
        return (Funnel("registered"), Funnel("admitted"), Milestone(1), Milestone(2));

        int Funnel(string code) => dashboard.GetProperty("funnel").EnumerateArray().Where(figure => Text(figure, "name") == $"figures/{code}").Select(Count).Single();
        int Milestone(int number) => dashboard.GetProperty("milestones").EnumerateArray()
            .Where(figure => figure.GetProperty("number").GetInt32() == number).Select(figure => Count(figure.GetProperty("reached"))).SingleOrDefault();
        static int Count(JsonElement figure) => int.Parse(Text(figure, "count"), System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<List<JsonElement>> All(string service, string role, string organization, string path, string items)
    {
        List<JsonElement> all = [];
        for (var page = ""; ;)
        {
            var answer = await Get(service, role, organization, $"{path}?pageSize=100&pageToken={Uri.EscapeDataString(page)}");
            all.AddRange(answer.GetProperty(items).EnumerateArray());
            page = Text(answer, "nextPageToken");
            if (page.Length == 0) return all;
        }
    }

    private async Task<JsonElement> Get(string service, string role, string organization, string path)
    {
        using var client = app!.CreateHttpClient(service, "http");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", SandboxIssuer.In(data).Mint(new TokenRequest(role, organization, $"test-{role}", 1), TimeProvider.System));
        using var answer = await client.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    private static DateOnly Day(JsonElement element, string name) =>
        DateOnly.ParseExact(Text(element, name), "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
