using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using Grpc.Core;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Ips.Contracts.Reporting.V1;
using Ips.Policies.Reports;
using Ips.Reporting.Db;
using Ips.Reporting.Incoming;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Report = Ips.Contracts.Reporting.V1.Report;

namespace Ips.Reporting.Tests;

/// <summary>Reporting on 2026-04-05, a Sunday: the March reports are due by the 10th.</summary>
public sealed class ReportService : RunningService<ProgramDays, ReportingDb>
{
    public static readonly DateTimeOffset Today = new(2026, 4, 5, 16, 0, 0, TimeSpan.Zero);

    public ReportService()
        : base("reporting-db", options => new(options, Caller.None), new FixedClock(Today)) => Settings["OTEL_SERVICE_NAME"] = NewCode("reporting");

    public Task Store(params IEnumerable<DomainEvent> events) =>
        Services.GetRequiredService<EventFactsConsumer>().Store("reporting.event-facts", [.. events], default);

    public async Task Contract(string provider, string payer, string program = "nc-core", DateOnly? from = null) =>
        await Services.GetRequiredService<ContractsConsumer>().Store("reporting.contracts", [Story.Contract(provider, payer) with
        {
            Program = program, From = from ?? new(2025, 12, 15),
        }], default);

    public async Task Cover(Story story, string payer) =>
        await Services.GetRequiredService<CoverageConsumer>().Store("reporting.coverage", [Story.Coverage(story.Individual, payer)], default);
}

/// <summary>Reports of an agency: due, compiled, sent, returned; late facts as corrections; the payer's metrics.</summary>
public sealed class ReportTests(ReportService service) : IClassFixture<ReportService>
{
    private static readonly DateTimeOffset March = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
    private readonly string provider = NewProvider(service);

    private Contracts.Reporting.V1.Reports.ReportsClient Client => new(service.Channel);

    private Metadata Mine => service.As(Roles.Provider, provider);

    private Metadata Payer => service.As(Roles.Mco, "alliance");

    [Fact]
    public async Task The_schedule_has_every_period_with_its_last_day_and_what_is_overdue_first()
    {
        await service.Contract(provider, "alliance");
        var schedule = (await Client.ListReportsAsync(new() { Program = "nc-core" }, Mine)).Reports;
        Assert.Equal(
            [
                ("2025-12", "2026-01-10", ReportState.PeriodClosed, true), ("2025-Q4", "2026-01-10", ReportState.PeriodClosed, true),
                ("2026-01", "2026-02-10", ReportState.PeriodClosed, true), ("2026-02", "2026-03-10", ReportState.PeriodClosed, true),
                ("2026-03", "2026-04-10", ReportState.PeriodClosed, false), ("2026-Q1", "2026-04-10", ReportState.PeriodClosed, false),
                ("2026-04", "2026-05-10", ReportState.PeriodOpen, false), ("2026-Q2", "2026-07-10", ReportState.PeriodOpen, false),
            ],
            schedule.Select(r => (r.Period, r.DueOn, r.State, r.Overdue)));
        Assert.All(schedule, r => Assert.Contains(r.Decision.Findings, f => f.RuleId.StartsWith("NC", StringComparison.Ordinal)));
        Assert.Equal(schedule, (await Client.ListReportsAsync(new() { Program = "nc-core", Provider = $"organizations/{provider}" }, Payer)).Reports);
        var pages = await Client.ListReportsAsync(new() { Program = "nc-core", PageSize = 3 }, Mine);
        var rest = await Client.ListReportsAsync(new() { Program = "nc-core", PageSize = 200, PageToken = pages.NextPageToken }, Mine);
        Assert.Equal(schedule, pages.Reports.Concat(rest.Reports));
        // The last day itself is in time.
        service.Clock.Set(new(2026, 4, 10, 16, 0, 0, TimeSpan.Zero));
        Assert.False(await Overdue("2026-03"));
        service.Clock.Set(new(2026, 4, 11, 16, 0, 0, TimeSpan.Zero));
        Assert.True(await Overdue("2026-03"));
        // nc-state has the quarterly report only, and a program without a contract owes none.
        await service.Contract(provider, "vaya", "nc-state");
        Assert.All((await Client.ListReportsAsync(new() { Program = "nc-state" }, Mine)).Reports, r => Assert.Equal(ReportKind.DhhsQuarterlyOutcome, r.Kind));
        Assert.Empty((await Client.ListReportsAsync(new() { Program = "la-acla" }, Mine)).Reports);

        async Task<bool> Overdue(string period) => (await Client.ListReportsAsync(new() { Program = "nc-core" }, Mine)).Reports
            .Single(r => r.Period == period).Overdue;
    }

    [Fact]
    public async Task The_numbers_of_a_month_are_counted_from_its_events_and_come_with_their_definitions()
    {
        var (one, two) = (Person(March), Person(March.AddMinutes(1)));
        one.Registered();
        one.Signed();
        one.Determined();
        one.Moved("referred", "offered");
        one.Reached(1, 6, 150m);
        one.Claimed(1, 4, 100m);
        one.Claimed(1, 2, 50.5m, on: new(2026, 3, 31));
        one.Claimed(1, 2, 50m, on: new(2026, 4, 1));
        one.Claimed(1, 2, 50m, on: new(2026, 2, 28));
        two.Registered();
        two.Determined();
        two.Determined("not_eligible");
        two.Claimed(2, 1, 2000m, "refused");
        await service.Store(one.Events.Concat(two.Events).Concat(Person(March, "agency-other").Journey(new(Guid.CreateVersion7(March))).Events));
        var report = await Compile("2026-03");
        Assert.Equal(
            [
                ("registered", "2", "people"), ("orders_in_force", "1", "people"), ("admitted", "2", "people"), ("referred", "1", "people"),
                ("m2_authorized", "0", "people"), ("served", "1", "people"), ("milestones_reached", "1", "events"), ("units_claimed", "6", "units"),
                ("amount_claimed", "150.5", "usd"),
            ],
            report.Lines.Select(l => (l.Metric, l.Value, l.Unit)));
        Assert.Equal((ReportState.Validated, ReportService.Today, "2026-04-10", false),
            (report.State, report.AsOf.ToDateTimeOffset(), report.DueOn, report.Overdue));
        Assert.All(report.Lines, l => Assert.True(
            l.Numerator.Length > 0 && l.Exclusions.Length > 0 && l.Steward.Length > 0 && l.DefinedFrom == "2021-12-01", l.Metric));
        Assert.Empty(report.Findings);

        var quarter = await Compile("2026-Q1", ReportKind.DhhsQuarterlyOutcome);
        Assert.Equal("50", quarter.Lines.Single(l => l.Metric == "referred_share").Value);
        Assert.Contains("determined eligible", quarter.Lines.Single(l => l.Metric == "referred_share").Denominator, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_claim_without_its_milestone_is_a_finding_and_a_share_of_nothing_is_empty()
    {
        var story = Person(March);
        story.Claimed(2, 1, 2000m);
        await service.Store(story.Events);
        Assert.Equal(["1 claim lines of milestone 2 are of people without such a milestone reached in the period."], (await Compile("2026-03")).Findings);
        Assert.Equal("", (await Compile("2026-Q1", ReportKind.DhhsQuarterlyOutcome)).Lines.Single(l => l.Metric == "referred_share").Value);
    }

    [Fact]
    public async Task A_late_fact_is_a_correction_in_the_next_report_with_both_numbers()
    {
        var story = Person(new(2026, 2, 10, 12, 0, 0, TimeSpan.Zero));
        story.Registered();
        await service.Store(story.Events);
        var sent = await Submit(await Compile("2026-02"), "2026-03-10");
        Assert.Equal((ReportState.Submitted, "Met"), (sent.State, sent.Decision.Verdict.ToString()));
        var late = Person(new(2026, 2, 11, 12, 0, 0, TimeSpan.Zero));
        late.Registered();
        await service.Store(late.Events);
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        var next = await Compile("2026-03");
        Assert.Equal(("2026-02", "registered", "1", "2"), Assert.Single(next.Corrections.Select(c => (c.Period, c.Metric, c.Reported, c.Corrected))));
        Assert.Equal("0", next.Lines.Single(l => l.Metric == "registered").Value);
        // What was sent stays as it was sent.
        Assert.Equal("1", (await Client.GetReportAsync(new() { Name = sent.Name }, Mine)).Lines.Single(l => l.Metric == "registered").Value);
        Assert.Equal(StatusCode.FailedPrecondition, (await Refusal.Of(() => Compile("2026-02"))).Code);
    }

    [Fact]
    public async Task A_report_is_sent_returned_sent_again_and_accepted()
    {
        await service.Contract(provider, "alliance");
        var report = await Submit(await Compile("2026-03"), "2026-04-05");
        Assert.Equal(StatusCode.FailedPrecondition, (await Refusal.Of(() => Submit(report, "2026-04-05"))).Code);
        var returned = await Client.ReturnReportAsync(new()
        {
            RequestId = ReportService.NewId(),
            Name = report.Name,
            Etag = report.Etag,
            Reason = ReportReturnReason.NumbersDisagree,
        }, Payer);
        Assert.Equal((ReportState.Returned, ReportReturnReason.NumbersDisagree), (returned.State, returned.ReturnReason));
        Assert.Equal(StatusCode.Aborted, (await Refusal.Of(() => Submit(report, "2026-04-05"))).Code);
        var again = await Submit(await Compile("2026-03"), "2026-04-05");
        Assert.Equal(ReportState.Resubmitted, again.State);
        var accepted = await Client.AcceptReportAsync(new() { RequestId = ReportService.NewId(), Name = again.Name, Etag = again.Etag }, Payer);
        Assert.Equal(ReportState.Accepted, accepted.State);
        Assert.Equal(StatusCode.FailedPrecondition, (await Refusal.Of(() => Client.ReturnReportAsync(new()
        {
            RequestId = ReportService.NewId(),
            Name = accepted.Name,
            Etag = accepted.Etag,
            Reason = ReportReturnReason.Incomplete,
        }, Payer).ResponseAsync)).Code);
    }

    [Fact]
    public async Task A_report_that_is_late_or_not_in_order_is_recorded_and_the_decision_says_so()
    {
        service.Clock.Set(new(2026, 4, 12, 16, 0, 0, TimeSpan.Zero));
        var late = await Submit(await Compile("2026-03"), "2026-04-11");
        Assert.Equal((Verdict.NotMet, ReportState.Submitted, false), (late.Decision.Verdict, late.State, late.Overdue));
        var quarter = await Compile("2026-Q1", ReportKind.DhhsQuarterlyOutcome);
        var half = await Client.SubmitReportAsync(new()
        {
            RequestId = ReportService.NewId(),
            Name = quarter.Name,
            Etag = quarter.Etag,
            SubmittedOn = "2026-04-10",
            Recipients = { ReportRecipient.Dhhs },
        }, Mine);
        Assert.Equal(Verdict.NotMet, half.Decision.Verdict);
        Assert.Contains(half.Decision.Findings, f => f.Verdict == Verdict.Met);
        Assert.Contains(half.Decision.Findings, f => f.Verdict == Verdict.NotMet);

        var february = await Compile("2026-02");
        var subject = await Client.SubmitReportAsync(new()
        {
            RequestId = ReportService.NewId(),
            Name = february.Name,
            Etag = february.Etag,
            SubmittedOn = "2026-03-09",
            Recipients = { ReportRecipient.Alliance },
            SubjectLine = "monthly report",
            ProviderDisplayName = "Harbor Works",
            ProgramDisplayName = "NC CORE",
        }, Mine);
        Assert.Equal(Verdict.NotMet, subject.Decision.Verdict);
    }

    [Theory]
    [InlineData("2026-04", ReportKind.NcCoreMonthly, "is not over; compile it from 2026-05-01 on")]
    [InlineData("2199-12", ReportKind.NcCoreMonthly, "is not over")]
    [InlineData("2026-Q2", ReportKind.DhhsQuarterlyOutcome, "is not over")]
    [InlineData("2026-13", ReportKind.NcCoreMonthly, "is no period")]
    [InlineData("", ReportKind.NcCoreMonthly, "is missing")]
    [InlineData("2025-Q4", ReportKind.NcCoreMonthly, "a month")]
    [InlineData("2025-12", ReportKind.DhhsQuarterlyOutcome, "a quarter")]
    [InlineData("2025-12", ReportKind.Unspecified, "kind")]
    public async Task A_period_that_is_not_over_or_of_the_other_kind_is_refused(string period, ReportKind kind, string why)
    {
        var refusal = await Refusal.Of(() => Compile(period, kind));
        Assert.Equal(StatusCode.InvalidArgument, refusal.Code);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0L, await service.Count($"reports where provider = '{provider}'"));
    }

    [Fact]
    public async Task Tried_without_storing_a_report_is_counted_and_stored_nowhere()
    {
        var story = Person(March);
        story.Registered();
        await service.Store(story.Events);
        var tried = await Client.CompileReportAsync(new() { Program = "nc-core", Kind = ReportKind.NcCoreMonthly, Period = "2026-03", ValidateOnly = true }, Mine);
        Assert.Equal("1", tried.Lines.Single(l => l.Metric == "registered").Value);
        Assert.Equal(0L, await service.Count($"reports where provider = '{provider}'"));
    }

    [Fact]
    public async Task Two_compilations_at_once_make_one_report()
    {
        var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Compile("2026-03")));
        Assert.Single(both.Select(r => r.Name).Distinct());
        Assert.Equal(1L, await service.Count($"reports where provider = '{provider}'"));
    }

    [Fact]
    public async Task A_report_is_a_file_for_people_and_for_programs()
    {
        var report = await Compile("2026-03");
        using var http = service.Http(Roles.Provider, provider);
        var csv = await http.GetAsync($"/v1/{report.Name}/file?format=REPORT_FORMAT_CSV");
        Assert.Equal("text/csv", csv.Content.Headers.ContentType!.MediaType);
        var lines = (await csv.Content.ReadAsStringAsync()).Split("\r\n");
        Assert.StartsWith("Metric,Title,Unit,Value,Numerator", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("registered,People registered,people,0,", lines[1], StringComparison.Ordinal);
        Assert.Equal(report.Lines.Count + 2, lines.Length);
        var workbook = await http.GetAsync($"/v1/{report.Name}/file?format=REPORT_FORMAT_XLSX");
        Assert.Equal("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook.Content.Headers.ContentType!.MediaType);
        using ZipArchive zip = new(await workbook.Content.ReadAsStreamAsync());
        using StreamReader sheet = new(zip.GetEntry("xl/worksheets/sheet1.xml")!.Open(), Encoding.UTF8);
        Assert.Contains("registered", await sheet.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Others_see_no_report_of_the_agency()
    {
        await service.Contract(provider, "alliance");
        var report = await Compile("2026-03");
        Assert.Equal(report.Name, (await Client.GetReportAsync(new() { Name = report.Name }, Payer)).Name);
        foreach (var other in new[] { service.As(Roles.Provider, "agency-foreign"), service.As(Roles.Mco, "payer-foreign") })
            Assert.Equal(StatusCode.NotFound, (await Refusal.Of(() => Client.GetReportAsync(new() { Name = report.Name }, other).ResponseAsync)).Code);
        foreach (var other in new[] { service.As(Roles.State, "nc-dhhs"), service.As(Roles.Ops, "ops"), service.As(Roles.Dvrs, "nc-dvrs") })
            Assert.Equal(StatusCode.PermissionDenied, (await Refusal.Of(() => Client.GetReportAsync(new() { Name = report.Name }, other).ResponseAsync)).Code);
        Assert.Equal(StatusCode.PermissionDenied, (await Refusal.Of(() => Client.ListReportsAsync(
            new() { Program = "nc-core", Provider = $"organizations/{provider}" }, service.As(Roles.Provider, "agency-foreign")).ResponseAsync)).Code);
        Assert.Equal(StatusCode.PermissionDenied, (await Refusal.Of(() => Client.AcceptReportAsync(
            new() { RequestId = ReportService.NewId(), Name = report.Name, Etag = report.Etag }, Mine).ResponseAsync)).Code);
        using var http = service.Http(Roles.Mco, "payer-foreign");
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"/v1/{report.Name}/file")).StatusCode);
    }

    [Fact]
    public async Task Prior_authorization_metrics_are_elapsed_time_across_the_change_of_daylight_saving_time()
    {
        var payer = ReportService.NewCode("payer");
        // 2026-03-08 at 02:00 clocks in North Carolina go forward: from noon to noon are 23 hours.
        await Request(payer, new(2026, 3, 7, 17, 0, 0, TimeSpan.Zero), new(2026, 3, 8, 16, 0, 0, TimeSpan.Zero), "approve");
        await Request(payer, new(2026, 3, 20, 12, 0, 0, TimeSpan.Zero), new(2026, 3, 22, 12, 0, 0, TimeSpan.Zero), "deny");
        await Request(payer, new(2026, 3, 20, 12, 0, 0, TimeSpan.Zero), new(2026, 3, 27, 12, 30, 0, TimeSpan.Zero), "modify");
        await Request(payer, new(2026, 3, 20, 12, 0, 0, TimeSpan.Zero), new(2026, 3, 21, 12, 0, 0, TimeSpan.Zero), "deny", appeal: true);
        await Request(payer, new(2026, 3, 20, 12, 0, 0, TimeSpan.Zero), new(2026, 3, 20, 20, 0, 0, TimeSpan.Zero), "approve", expedited: true);
        // Decided in the year before, by the days of North Carolina; and not decided at all.
        await Request(payer, new(2025, 12, 30, 12, 0, 0, TimeSpan.Zero), new(2026, 1, 1, 4, 59, 59, TimeSpan.Zero), "approve");
        await Request(payer, new(2025, 12, 30, 5, 0, 0, TimeSpan.Zero), new(2026, 1, 1, 5, 0, 0, TimeSpan.Zero), "approve");
        await Request(payer, new(2026, 4, 1, 12, 0, 0, TimeSpan.Zero), null, "");
        var metrics = await Client.GetPriorAuthorizationMetricsAsync(new() { Program = "nc-core", Year = 2026 }, service.As(Roles.Mco, payer));
        // 23, 24, 48, 48, 168.5 hours.
        Assert.Equal(new PriorAuthorizationFigures
        {
            Decided = 5,
            Approved = 3,
            Denied = 2,
            ApprovedAfterAppeal = 1,
            ApprovedPercent = "60.00",
            DeniedPercent = "40.00",
            ApprovedAfterAppealPercent = "50.00",
            MeanHours = "62.30",
            MedianHours = "48.00",
        }, metrics.Standard);
        Assert.Equal((1L, 1L, 0L, "", "8.00", "8.00"), (metrics.Expedited.Decided, metrics.Expedited.Approved, metrics.Expedited.Denied,
            metrics.Expedited.ApprovedAfterAppealPercent, metrics.Expedited.MeanHours, metrics.Expedited.MedianHours));
        Assert.Equal(1L, (await Client.GetPriorAuthorizationMetricsAsync(new() { Program = "nc-core", Year = 2025 }, service.As(Roles.Mco, payer))).Standard.Decided);
        var none = await Client.GetPriorAuthorizationMetricsAsync(new() { Program = "nc-core", Year = 2026 }, service.As(Roles.Mco, "payer-foreign"));
        Assert.Equal(new PriorAuthorizationFigures(), none.Standard);
        using var http = service.Http(Roles.Mco, payer);
        Assert.Contains("nc-core,2026,standard,5,3,2,1,60.00,40.00,50.00,62.30,48.00", await http.GetStringAsync(
            "/v1/priorAuthorizationMetrics:file?program=nc-core&year=2026"), StringComparison.Ordinal);
        Assert.Equal(StatusCode.InvalidArgument, (await Refusal.Of(() => Client.GetPriorAuthorizationMetricsAsync(
            new() { Program = "nc-core", Year = 2027 }, service.As(Roles.Mco, payer)).ResponseAsync)).Code);
    }

    [Fact]
    public void Two_definitions_of_a_metric_never_hold_on_one_day_and_a_share_names_its_whole()
    {
        const string One = """
            verified: 2026-11-29
            needs_confirmation: true
            metrics:
              - { metric: a, title: A, reports: [nc_core_monthly], topic: t, unit: people, from: 2026-01-01, numerator: n, exclusions: e, steward: s }
              - { metric: a, title: A, reports: [nc_core_monthly], topic: t, unit: percent, from: 2026-06-01, numerator: n, exclusions: e, steward: s }
            """;
        List<Policies.PackProblem> problems = [];
        ReportMetric.ReadFrom(One, problems);
        Assert.Equal(2, problems.Count);
        Assert.Equal(["registered", "admitted"], ReportMetric.Of(Policies.Reports.Report.DhhsQuarterlyOutcome, new(2021, 12, 1)).Take(2).Select(m => m.Code));
        Assert.Empty(ReportMetric.Of(Policies.Reports.Report.DhhsQuarterlyOutcome, new(2021, 11, 30)));
    }

    private Story Person(DateTimeOffset start, string? of = null) => new(start, of ?? provider);

    // Tests move the clock; each begins on the same day.
    private static string NewProvider(ReportService service)
    {
        service.Clock.Set(ReportService.Today);
        return ReportService.NewCode("agency");
    }

    private async Task<Report> Compile(string period, ReportKind kind = ReportKind.NcCoreMonthly) => await Client.CompileReportAsync(
        new() { RequestId = ReportService.NewId(), Program = "nc-core", Kind = kind, Period = period }, Mine);

    private async Task<Report> Submit(Report report, string day) => await Client.SubmitReportAsync(new()
    {
        RequestId = ReportService.NewId(),
        Name = report.Name,
        Etag = report.Etag,
        SubmittedOn = day,
        Recipients = { ReportRecipient.Alliance },
    }, Mine);

    private async Task Request(string payer, DateTimeOffset received, DateTimeOffset? decided, string outcome, bool expedited = false, bool appeal = false)
    {
        Story story = new(received, provider, payer);
        await service.Cover(story, payer);
        List<DomainEvent> events = [story.Requested() with { Expedited = expedited }];
        if (decided is { } at)
            events.Add(story.Decided(outcome) with { OccurredAt = at });
        if (appeal)
            events.Add(story.Decided() with { OccurredAt = decided!.Value.AddDays(3), AppealId = new(Guid.CreateVersion7(received)) });
        await service.Store(events);
    }
}
