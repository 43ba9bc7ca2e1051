using Grpc.Core;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Ips.Contracts.Reporting.V1;
using Ips.Testing;
using Xunit;

namespace Ips.Reporting.Tests;

/// <summary>Checklists and assessments about people on 2026-04-05: due by the first day of service, or by what is recorded.</summary>
public sealed class PersonReportTests(ReportService service) : IClassFixture<ReportService>
{
    private readonly string provider = NewProvider(service);

    private Contracts.Reporting.V1.PersonReports.PersonReportsClient Client => new(service.Channel);

    private Metadata Mine => service.As(Roles.Provider, provider);

    [Fact]
    public async Task The_first_checklist_and_the_assessments_are_due_by_the_first_day_of_service()
    {
        var story = await Served(new(2026, 3, 6));
        // 30 days after the first service; the first assessment within 14 days.
        var all = await List(story);
        Assert.Equal(
            [
                (PersonReportKind.NcTopps, "2026-03-20", PersonReportState.Overdue, "NC-REP-002"), (PersonReportKind.IoarInitial, "2026-04-05", PersonReportState.Open, "NCC-REP-001"),
            ],
            all.Select(r => (r.Kind, r.DueOn, r.State, r.Decision.Findings.Single().RuleId)));
        service.Clock.Advance(TimeSpan.FromDays(1));
        Assert.All(await List(story), r => Assert.Equal(PersonReportState.Overdue, r.State));

        var sent = await Record(story, PersonReportKind.IoarInitial, done: "2026-04-05");
        Assert.Equal((PersonReportState.Done, "2026-04-05", "2026-03-06"), (sent.State, sent.DoneOn, sent.TriggerOn));
        // The first assessment is missed for good; one in the window of three months counts for it.
        var missed = await Record(story, PersonReportKind.NcTopps, done: "2026-04-01");
        Assert.Equal(("2026-03-20", PersonReportState.Overdue), (missed.DueOn, missed.State));
        service.Clock.Set(new(2026, 6, 10, 16, 0, 0, TimeSpan.Zero));
        var update = await Record(story, PersonReportKind.NcTopps, done: "2026-06-06");
        Assert.Equal(("2026-09-20", "2026-08-23", PersonReportState.Done), (update.DueOn, update.WindowFrom, update.State));
    }

    [Fact]
    public async Task A_change_of_status_is_due_in_five_business_days_and_completed()
    {
        var story = await Served(new(2026, 3, 6));
        var open = await Record(story, PersonReportKind.IoarUpdate, trigger: "2026-03-30");
        Assert.Equal(("NCC-REP-002", PersonReportState.Open), (open.Decision.Findings.Single().RuleId, open.State));
        await Client.RecordPersonReportAsync(Request(story, PersonReportKind.IoarUpdate, trigger: "2026-03-30"), Mine).Refused(StatusCode.AlreadyExists);
        var correction = await Record(story, PersonReportKind.IoarCorrection, trigger: "2026-03-25");
        Assert.Equal(PersonReportState.Overdue, correction.State);
        Assert.Equal(PersonReportKind.NcTopps, (await List(story, overdueOnly: true))[0].Kind);
        Assert.Equal(2, (await List(story, overdueOnly: true)).Count);

        var done = await Complete(open, "2026-04-02");
        Assert.Equal((PersonReportState.Done, "2026-04-02"), (done.State, done.DoneOn));
        await Client.CompletePersonReportAsync(Completing(open, "2026-04-02"), Mine).Refused(StatusCode.Aborted);
        await Client.CompletePersonReportAsync(Completing(done, "2026-04-02"), Mine).Refused(StatusCode.FailedPrecondition);
        Assert.Equal(["done_on"], (await Client.CompletePersonReportAsync(Completing(correction, "2026-03-24"), Mine).Refused(StatusCode.InvalidArgument)).Fields());
        Assert.Equal(PersonReportState.DoneLate, (await Complete(correction, "2026-04-05")).State);
    }

    [Fact]
    public async Task After_a_merge_what_was_recorded_counts_for_the_survivor()
    {
        var (one, two) = (await Served(new(2026, 3, 6)), await Served(new(2026, 3, 10)));
        await Record(one, PersonReportKind.IoarInitial, done: "2026-04-01");
        await service.Store([new IndividualsMergedV1
        {
            EventId = Guid.CreateVersion7(), Sequence = 9, OccurredAt = ReportService.Today, IndividualId = two.Individual, MergedId = one.Individual, Provider = provider,
        }]);
        var first = (await List(two)).Single(r => r.Kind == PersonReportKind.IoarInitial);
        Assert.Equal((PersonReportState.Done, "2026-03-06", two.Individual.Name), (first.State, first.TriggerOn, first.Individual));
        Assert.Equal(first, (await List(one)).Single(r => r.Kind == PersonReportKind.IoarInitial));
        Assert.Equal(2, (await Client.ListPersonReportsAsync(new() { Program = "nc-core" }, Mine)).PersonReports.Count);
    }

    [Theory]
    [InlineData("trigger_on", PersonReportKind.IoarUpdate, "", "2026-04-01")]
    [InlineData("trigger_on", PersonReportKind.IoarInitial, "2026-04-01", "2026-04-01")]
    [InlineData("trigger_on", PersonReportKind.IoarUpdate, "2026-04-06", "")]
    [InlineData("done_on", PersonReportKind.NcTopps, "", "")]
    [InlineData("done_on", PersonReportKind.NcTopps, "", "2026-04-06")]
    [InlineData("done_on", PersonReportKind.IoarUpdate, "2026-04-02", "2026-04-01")]
    [InlineData("kind", PersonReportKind.Unspecified, "", "2026-04-01")]
    public async Task What_cannot_be_is_refused_by_field(string field, PersonReportKind kind, string trigger, string done)
    {
        var story = await Served(new(2026, 3, 6));
        Assert.Equal([field], (await Client.RecordPersonReportAsync(Request(story, kind, trigger, done), Mine).Refused(StatusCode.InvalidArgument)).Fields());
        Assert.Equal(0L, await service.Count($"person_reports where provider = '{provider}'"));
    }

    [Fact]
    public async Task A_report_that_the_program_does_not_have_is_refused()
    {
        var story = await Served(new(2026, 3, 6), "nc-state");
        var request = Request(story, PersonReportKind.IoarInitial, done: "2026-04-01");
        request.Program = "nc-state";
        Assert.Equal(["kind"], (await Client.RecordPersonReportAsync(request, Mine).Refused(StatusCode.InvalidArgument)).Fields());
        Assert.Equal(PersonReportKind.NcTopps, Assert.Single((await Client.ListPersonReportsAsync(new() { Program = "nc-state" }, Mine)).PersonReports).Kind);
    }

    [Fact]
    public async Task No_one_else_sees_them()
    {
        var story = await Served(new(2026, 3, 6));
        var open = await Record(story, PersonReportKind.IoarUpdate, trigger: "2026-03-30");
        var stranger = service.As(Roles.Provider, "agency-foreign");
        Assert.Empty((await Client.ListPersonReportsAsync(new() { Program = "nc-core" }, stranger)).PersonReports);
        await Client.ListPersonReportsAsync(new() { Program = "nc-core", Individual = story.Individual.Name }, stranger).Refused(StatusCode.NotFound);
        await Client.CompletePersonReportAsync(Completing(open, "2026-04-02"), stranger).Refused(StatusCode.NotFound);
        await Client.RecordPersonReportAsync(Request(story, PersonReportKind.IoarInitial, done: "2026-04-01"), stranger).Refused(StatusCode.NotFound);
        foreach (var role in new[] { Roles.Mco, Roles.State, Roles.Dvrs, Roles.Ops })
            await Client.ListPersonReportsAsync(new() { Program = "nc-core" }, service.As(role, "alliance")).Refused(StatusCode.PermissionDenied);
    }

    // Tests move the clock; each begins on the same day.
    private static string NewProvider(ReportService service)
    {
        service.Clock.Set(ReportService.Today);
        return ReportService.NewCode("agency");
    }

    private async Task<Story> Served(DateOnly first, string program = "nc-core")
    {
        Story story = new(new(first.ToDateTime(new(12, 0)), TimeSpan.Zero), provider, program: program);
        story.Determined();
        story.Claimed(1, 4, 100m);
        story.Claimed(1, 4, 100m, on: first.AddDays(3));
        await service.Store(story.Events);
        return story;
    }

    private async Task<List<PersonReport>> List(Story story, bool overdueOnly = false) =>
        [.. (await Client.ListPersonReportsAsync(new() { Program = "nc-core", Individual = story.Individual.Name, OverdueOnly = overdueOnly }, Mine)).PersonReports];

    private static RecordPersonReportRequest Request(Story story, PersonReportKind kind, string trigger = "", string done = "") => new()
    {
        RequestId = ReportService.NewId(),
        Program = "nc-core",
        Individual = story.Individual.Name,
        Kind = kind,
        TriggerOn = trigger,
        DoneOn = done,
    };

    private async Task<PersonReport> Record(Story story, PersonReportKind kind, string trigger = "", string done = "") =>
        await Client.RecordPersonReportAsync(Request(story, kind, trigger, done), Mine);

    private static CompletePersonReportRequest Completing(PersonReport report, string done) =>
        new() { RequestId = ReportService.NewId(), Name = report.Name, Etag = report.Etag, DoneOn = done };

    private async Task<PersonReport> Complete(PersonReport report, string done) => await Client.CompletePersonReportAsync(Completing(report, done), Mine);
}
