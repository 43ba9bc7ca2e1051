using System.Diagnostics;
using System.Globalization;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;
using Xunit.Abstractions;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>A service of its own, whose clock these tests move: the stages of deadlines are published on their days, and a large list is imported.</summary>
[AnsweredRule.Named]
public sealed class StaffDeadlineTests(MovingStaffingService service, ITestOutputHelper output) : IClassFixture<MovingStaffingService>
{
    private const int Lines = 80_000;

    [Fact]
    public async Task The_clocks_of_training_and_certificates_fire_on_their_days()
    {
        var agency = await Agency.Register(service);
        var (esp, counselor) = (await agency.Hire(-10), await agency.Hire(-10));
        await agency.Assign(esp, StaffRole.Esp);
        await agency.Assign(counselor, StaffRole.BenefitsCounselor);
        Assert.Empty(await Reached("NC-TRN-001"));
        // Due on 2026-05-21: 30 and 7 days before, on the day, and after it.
        foreach (var (i, (day, state)) in new[] { (50, "due_soon"), (73, "due_soon"), (80, "due"), (81, "overdue") }.Index())
        {
            service.Clock.Set(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero).AddDays(day));
            // Two people have the course, and each stage is published once for each.
            await Poll.Until(async () => (await Reached("NC-TRN-001")).Count == 2 * (i + 1));
            Assert.Equal([state, state], (await Reached("NC-TRN-001")).TakeLast(2));
        }

        service.Clock.Set(new DateTimeOffset(2026, 8, 21, 12, 0, 0, TimeSpan.Zero));
        await Poll.Until(async () => (await Reached("NC-STAFF-005")).LastOrDefault() == "overdue" && (await Reached("NC-TRN-005")).LastOrDefault() == "overdue");
        Assert.Equal(["OVERDUE"], (await agency.Deadlines.ListStaffDeadlinesAsync(
            new() { StaffMember = counselor, RuleId = "NC-STAFF-005", States = { Proto.StaffDeadlineState.Overdue } }, agency.Own)).Deadlines
            .Select(d => d.State.ToString().ToUpperInvariant()));
    }

    [Fact]
    public async Task A_list_of_80000_lines_is_read_as_it_comes()
    {
        var agency = await Agency.Register(service, "la-acla");
        for (var i = 0; i < 20; i++)
            await agency.Hire(with: r => r.Particulars = new() { GivenName = "Anna", FamilyName = Letters(i * 4000), BirthDate = "1980-02-03" });
        var file = ExclusionListTests.File([.. Enumerable.Range(0, Lines).Select(i => ExclusionListTests.Line(Letters(i), "ANNA", dob: "19800203"))]);
        await ExclusionListTests.Import(agency, ExclusionListTests.File(ExclusionListTests.Line("X", "Y")));
        GC.Collect();
        var (heap, watch) = (GC.GetTotalMemory(forceFullCollection: true), Stopwatch.StartNew());
        var import = await ExclusionListTests.Import(agency, file);
        watch.Stop();
        GC.Collect();
        var after = GC.GetTotalMemory(forceFullCollection: true);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Lines} lines, {file.Length / 1024 / 1024} MB: {watch.ElapsedMilliseconds} ms; heap {heap / 1024 / 1024} MB before, {after / 1024 / 1024} MB after; peak of the process, tests included, {Process.GetCurrentProcess().PeakWorkingSet64 / 1024 / 1024} MB"));
        Assert.Equal((Lines, 20, 20, 0), (import.Lines, import.PeopleChecked, import.PossibleHits, import.ConfirmedHits));
        // The text alone would be 20 MB as strings, and its fields a multiple of that. Other caches of the process grow meanwhile.
        Assert.InRange(after - heap, long.MinValue, 32 * 1024 * 1024);
    }

    private async Task<List<string>> Reached(string rule) => ((await service.Scalar(
        $"select coalesce(string_agg(body->>'state', ' ' order by turn), '') from outbox_rows where type = 'ips.staffing.staff-deadline-reached.v1' and body->>'ruleId' = '{rule}'"))
        as string ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();

    private static string Letters(int number) => "Q" + string.Concat(number.ToString("D6", CultureInfo.InvariantCulture).Select(c => (char)('A' + (c - '0'))));
}
