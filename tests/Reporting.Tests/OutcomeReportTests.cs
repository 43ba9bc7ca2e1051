using System.Globalization;
using Grpc.Core;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Contracts.Reporting.V1;
using Ips.Testing;
using UglyToad.PdfPig;
using Xunit;

namespace Ips.Reporting.Tests;

/// <summary>Outcomes of a quarter: jobs and education counted from events, checked against a count by another route; what is due for a state; the PDF.</summary>
public sealed class OutcomeReportTests(ReportService service) : IClassFixture<ReportService>
{
    private const string Program = "la-lhcc";
    private static readonly DateOnly First = new(2026, 1, 1), Last = new(2026, 3, 31);
    private readonly string provider = NewProvider(service);

    private Contracts.Reporting.V1.Reports.ReportsClient Client => new(service.Channel);

    private Metadata Mine => service.As(Roles.Provider, provider);

    [Fact]
    public async Task Jobs_and_education_of_a_quarter_are_those_that_a_plain_count_finds()
    {
        // A seeded cohort: each person has jobs with a start, perhaps an end, perhaps not competitive, perhaps withdrawn, some corrected later.
        Random random = new(16);
        List<DomainEvent> events = [];
        List<(IndividualId Person, DateOnly From, DateOnly? Through)> jobs = [];
        HashSet<IndividualId> educated = [];
        HashSet<IndividualId> served = [];
        for (var i = 0; i < 60; i++)
        {
            Story story = new(new(2026, 1, 2, 12, 0, i, TimeSpan.Zero), provider, program: Program);
            if (random.Next(3) > 0)
            {
                var day = First.AddDays(random.Next(-40, 120));
                story.Claimed(1, 2, 10m, on: day);
                if (day >= First && day <= Last)
                    served.Add(story.Individual);
            }

            for (var n = random.Next(3); n > 0; n--)
            {
                var from = First.AddDays(random.Next(-60, 110));
                DateOnly? through = random.Next(2) == 0 ? from.AddDays(random.Next(0, 80)) : null;
                var (competitive, withdrawn) = (random.Next(5) > 0, random.Next(8) == 0);
                JobId job = new(Guid.CreateVersion7(ReportService.Today));
                story.Started(job, from, competitive: true);
                if (withdrawn || !competitive)
                    story.Changed(job, from, competitive, withdrawn);
                else if (through is { } end)
                {
                    // A wrong end at first.
                    story.Ended(job, from, end.AddDays(1));
                    story.Ended(job, from, end);
                }

                if (!withdrawn && competitive)
                    jobs.Add((story.Individual, from, through));
            }

            if (random.Next(4) == 0)
            {
                var day = First.AddDays(random.Next(-30, 120));
                story.Educated(day);
                if (day >= First && day <= Last)
                    educated.Add(story.Individual);
            }

            events.AddRange(story.Events);
        }

        var arriving = events.ToArray();
        random.Shuffle(arriving);
        foreach (var group in arriving.Chunk(50))
            await service.Store(group);

        // By another route: lists in memory, no topic and no SQL.
        var employed = jobs.Where(j => j.From <= Last && !(j.Through < Last)).Select(j => j.Person).ToHashSet();
        var report = await Compile("2026-Q1");
        Assert.Equal(
            [
                ("employed_at_end", employed.Count.ToString(CultureInfo.InvariantCulture)),
                ("employed_share", Math.Round(100m * served.Count(employed.Contains) / served.Count, 2, MidpointRounding.AwayFromZero).ToString("0.##", CultureInfo.InvariantCulture)),
                ("education_completed", educated.Count.ToString(CultureInfo.InvariantCulture)),
                ("job_starts", jobs.Where(j => j.From >= First && j.From <= Last).Select(j => j.Person).Distinct().Count().ToString(CultureInfo.InvariantCulture)),
                ("jobs_ended", jobs.Count(j => j.Through >= First && j.Through <= Last).ToString(CultureInfo.InvariantCulture)),
                ("served", served.Count.ToString(CultureInfo.InvariantCulture)),
            ],
            report.Lines.Where(l => l.Metric != "milestones_reached").Select(l => (l.Metric, l.Value)).OrderBy(l => l.Metric == "education_completed" ? "employed_z" : l.Metric, StringComparer.Ordinal));
        Assert.Equal(("2026-04-30", "LA-SUP-006"), (report.DueOn, report.Decision.Findings.Single().RuleId));

        // As a PDF that opens and has the numbers.
        using var http = service.Http(Roles.Provider, provider);
        var file = await http.GetAsync($"/v1/{report.Name}/file?format=REPORT_FORMAT_PDF");
        Assert.Equal("application/pdf", file.Content.Headers.ContentType!.MediaType);
        var bytes = await file.Content.ReadAsByteArrayAsync();
        if (Environment.GetEnvironmentVariable("KEEP_PDF") is { } path)
            await File.WriteAllBytesAsync(path, bytes);
        using var pdf = PdfDocument.Open(bytes);
        var text = string.Join(' ', pdf.GetPages().SelectMany(page => page.GetWords()).Select(word => word.Text));
        Assert.Contains("Review of outcomes 2026-Q1", text, StringComparison.Ordinal);
        Assert.Contains("employed", text, StringComparison.Ordinal);
        Assert.Contains(report.Lines.Single(l => l.Metric == "employed_share").Value, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_sees_what_is_due_and_no_numbers()
    {
        await service.Contract(provider, "alliance", "nc-core");
        Story story = new(new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero), provider);
        story.Registered();
        await service.Store(story.Events);
        await Client.CompileReportAsync(new() { RequestId = ReportService.NewId(), Program = "nc-core", Kind = ReportKind.NcCoreMonthly, Period = "2026-03" }, Mine);
        var state = service.As(Roles.State, "nc-dhhs");
        var due = await All(state);
        var mine = due.Where(r => r.Provider == $"organizations/{provider}").ToList();
        Assert.Equal(
            (await Client.ListReportsAsync(new() { Program = "nc-core" }, Mine)).Reports.Select(r => (r.Kind, r.Period, r.DueOn, r.State, r.Overdue)).Order(),
            mine.Select(r => (r.Kind, r.Period, r.DueOn, r.State, r.Overdue)).Order());
        Assert.Contains(mine, r => r.State == ReportState.Validated);
        Assert.All(due, r => Assert.True(r.Lines.Count == 0 && r.Corrections.Count == 0 && r.Findings.Count == 0));
        Assert.Equal(due.OrderBy(r => r.Overdue ? 0 : 1).ThenBy(r => r.DueOn, StringComparer.Ordinal).Select(r => r.DueOn), due.Select(r => r.DueOn));
        Assert.All((await Client.ListReportsDueAsync(new() { Program = "nc-core", OverdueOnly = true, PageSize = 200 }, state)).Reports, r => Assert.True(r.Overdue));
        await Client.ListReportsDueAsync(new() { Program = "nc-core" }, service.As(Roles.State, "la-ldh")).Refused(StatusCode.PermissionDenied);
        Assert.Equal(mine, (await All(service.As(Roles.Mco, "alliance"))).Where(r => r.Provider == $"organizations/{provider}"));
        Assert.Empty(await All(service.As(Roles.Mco, "payer-foreign")));
    }

    [Fact]
    public async Task Operations_see_how_far_events_have_arrived()
    {
        Story story = new(ReportService.Today.AddSeconds(-30), provider);
        story.Registered();
        await service.Store(story.Events);
        Contracts.Reporting.V1.Operations.OperationsClient operations = new(service.Channel);
        var status = await operations.GetNumbersStatusAsync(new(), service.As(Roles.Ops, "ops"));
        Assert.True(status.LastEvent > 0);
        Assert.Contains(status.Sources, s => s.Source == "/ips/eligibility" && s.SlowestSeconds >= 0);
        foreach (var role in new[] { Roles.Provider, Roles.Mco, Roles.State })
            await operations.GetNumbersStatusAsync(new(), service.As(role, "alliance")).Refused(StatusCode.PermissionDenied);
    }

    private async Task<List<Report>> All(Metadata who)
    {
        List<Report> all = [];
        var token = "";
        do
        {
            var page = await Client.ListReportsDueAsync(new() { Program = "nc-core", PageSize = 200, PageToken = token }, who);
            all.AddRange(page.Reports);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return all;
    }

    // Tests move the clock; each begins on the same day.
    private static string NewProvider(ReportService service)
    {
        service.Clock.Set(ReportService.Today);
        return ReportService.NewCode("agency");
    }

    private async Task<Report> Compile(string period) => await Client.CompileReportAsync(
        new() { RequestId = ReportService.NewId(), Program = Program, Kind = ReportKind.OutcomeReview, Period = period }, Mine);
}
