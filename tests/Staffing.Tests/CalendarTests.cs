using Grpc.Core;
using Xunit;
using Kind = Ips.Contracts.Staffing.V1.TeamMeetingKind;
using Proto = Ips.Contracts.Staffing.V1;
using State = Ips.Contracts.Staffing.V1.TeamMeetingState;

namespace Ips.Staffing.Tests;

/// <summary>Imports of calendars. The clock stands at 2026-03-02, a Monday.</summary>
[Collection("staffing")]
public sealed class CalendarTests(StaffingService service)
{
    // Mondays at nine in New York; summer time begins on 8 March.
    private const string Weekly = "UID:unit@example.org\nDTSTART;TZID=America/New_York:20260302T090000\nDTEND;TZID=America/New_York:20260302T100000\nRRULE:FREQ=WEEKLY;BYDAY=MO";

    [Fact]
    public async Task A_series_is_planned_with_its_exceptions_and_what_was_moved_in_the_days_that_are_asked_for()
    {
        var agency = await Agency.Register(service);
        var import = await Import(agency, "2026-03-02", "2026-04-12",
            Weekly + "\nEXDATE;TZID=America/New_York:20260309T090000,20260330T090000",
            "UID:unit@example.org\nRECURRENCE-ID:20260316T130000Z\nDTSTART;TZID=America/New_York:20260318T090000",
            "UID:unit@example.org\nRECURRENCE-ID:20260323T130000Z\nDTSTART;TZID=America/New_York:20260323T090000\nSTATUS:CANCELLED");
        Assert.Equal((3, 0, 0, 0), Counts(import));
        Assert.Equal(["2026-03-02", "2026-03-18", "2026-04-06"], await Planned(agency));
        Assert.Equal(0, await service.Count("meetings m where m::text like '%example.org%'"));
    }

    [Fact]
    public async Task A_meeting_is_on_the_day_that_it_is_where_the_team_works()
    {
        var agency = await Agency.Register(service);
        await Import(agency, "2026-03-02", "2026-03-31",
            "UID:late\nDTSTART;TZID=America/Los_Angeles:20260303T223000\nDURATION:PT1H",
            "UID:utc\nDTSTART:20260311T033000Z",
            "UID:outlook\nDTSTART;TZID=Pacific Standard Time:20260312T223000",
            "UID:floating\nDTSTART:20260317T233000",
            "UID:day\nDTSTART;VALUE=DATE:20260320\nSUMMARY:A line that is\n  folded");
        Assert.Equal(["2026-03-04", "2026-03-10", "2026-03-13", "2026-03-17", "2026-03-20"], await Planned(agency));
    }

    [Fact]
    public async Task The_same_file_again_changes_nothing_and_a_later_one_moves_and_cancels_what_is_still_planned()
    {
        var agency = await Agency.Register(service);
        Assert.Equal((5, 0, 0, 0), Counts(await Import(agency, "2026-03-02", "2026-04-05", Weekly)));
        var meetings = await List(agency);
        Assert.Equal((0, 0, 0, 5), Counts(await Import(agency, "2026-03-02", "2026-04-05", Weekly)));
        Assert.Equal(meetings, await List(agency));

        var esp = await agency.Hire();
        var (first, second) = (meetings.Single(m => m.Day == "2026-03-02"), meetings.Single(m => m.Day == "2026-03-09"));
        await agency.Meetings.HoldMeetingAsync(new()
        {
            Name = first.Name,
            Etag = first.Etag,
            Attendees = { new Proto.Attendee { StaffMember = esp, Attendance = Proto.Attendance.InPerson } },
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        await agency.Meetings.CancelMeetingAsync(new() { Name = second.Name, Etag = second.Etag, RequestId = StaffingService.NewId() }, agency.Own);
        // The first is called off after it was held, the third is moved out of the days, the fourth is no more, the fifth stays.
        var later = await Import(agency, "2026-03-02", "2026-04-05",
            Weekly + "\nEXDATE;TZID=America/New_York:20260302T090000,20260323T090000",
            "UID:unit@example.org\nRECURRENCE-ID;TZID=America/New_York:20260316T090000\nDTSTART;TZID=America/New_York:20260416T090000");
        Assert.Equal((0, 1, 1, 2), Counts(later));
        Assert.Equal(["2026-03-02 Held", "2026-03-09 Cancelled", "2026-03-23 Cancelled", "2026-03-30 Planned", "2026-04-16 Planned"],
            (await List(agency)).Select(m => $"{m.Day} {m.State}").Order());
        // A series that is called off as a whole; other series stay.
        await Import(agency, "2026-03-02", "2026-04-30", "UID:other\nDTSTART;VALUE=DATE:20260401");
        Assert.Equal((0, 0, 2, 2 + 1), Counts(await Import(agency, "2026-03-02", "2026-04-20", Weekly + "\nSTATUS:CANCELLED")));
        Assert.Equal(["2026-04-01"], await Planned(agency));
    }

    [Fact]
    public async Task The_same_file_from_several_at_once_plans_every_meeting_once()
    {
        var agency = await Agency.Register(service);
        var imports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Import(agency, "2026-03-02", "2026-05-31", Weekly)));
        Assert.Equal((13, 39), (imports.Sum(i => i.Planned), imports.Sum(i => i.Unchanged)));
        Assert.Equal(13, (await List(agency)).Count);
    }

    [Theory]
    [InlineData("", 1, "is empty")]
    [InlineData("BEGIN:VEVENT\nEND:VEVENT", 1, "BEGIN:VCALENDAR")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260302T090000Z", 2, "does not end")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260302T090000Z\nEND:VCALENDAR", 5, "ends no VEVENT, which begins in line 2")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260302T090000Z\nEND:VEVENT\nEND:VCALENDAR", 2, "without UID")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nEND:VEVENT\nEND:VCALENDAR", 2, "without DTSTART")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:folded\n over lines\nno property\nEND:VEVENT\nEND:VCALENDAR", 6, "NAME:value")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:2026-03-02\nEND:VEVENT\nEND:VCALENDAR", 4, "has a DTSTART that is not of its form")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART;TZID=Nowhere/City:20260302T090000\nEND:VEVENT\nEND:VCALENDAR", 4, "unknown time zone")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260302T090000Z\nRRULE:FREQ=OFTEN\nEND:VEVENT\nEND:VCALENDAR", 5, "has a RRULE")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260302T090000Z\nRRULE:FREQ=HOURLY\nEND:VEVENT\nEND:VCALENDAR", 5, "within a day")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260302T090000Z\nEXDATE:20261399\nEND:VEVENT\nEND:VCALENDAR", 5, "has a EXDATE")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260302T090000Z\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260302T090000Z\nEND:VEVENT\nEND:VCALENDAR", 5, "in two parts")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260302T090000Z\nEND:VEVENT\nBEGIN:VEVENT\nUID:a\nDTSTART:20260309T090000Z\nEND:VEVENT\nEND:VCALENDAR", 6, "same UID")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260302T090000Z\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\nEND:VEVENT\nEND:VCALENDAR", 2, "never occurs")]
    [InlineData("BEGIN:VCALENDAR\nEND:VCALENDAR\nBEGIN:VCALENDAR\nEND:VCALENDAR", 3, "after the end")]
    public async Task A_wrong_file_is_named_by_its_line_and_plans_nothing(string file, int line, string why)
    {
        var agency = await Agency.Register(service);
        if (file.Length == 0)
            file = "\n";
        var refused = await service.RefusedWithoutTrace(() => Send(agency, "2026-03-02", "2026-04-12", file));
        Assert.Equal((StatusCode.InvalidArgument, "calendar"), (refused.Code, Assert.Single(refused.Fields)));
        Assert.Contains($"in line {line}:", refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_days_the_number_of_meetings_and_the_file_have_limits_and_another_provider_has_no_such_team()
    {
        var agency = await Agency.Register(service);
        var daily = Calendar("UID:a\nDTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY", "UID:b\nDTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY");
        Assert.Contains("more than 500 meetings", (await service.RefusedWithoutTrace(() => Send(agency, "2026-03-02", "2026-12-31", daily))).Message, StringComparison.Ordinal);
        Assert.Equal(500, (await Send(agency, "2026-03-02", "2026-11-06", daily)).Planned);
        Assert.Equal("through", Assert.Single((await service.RefusedWithoutTrace(() => Send(agency, "2026-03-02", "2027-04-06", daily))).Fields));
        Assert.Equal("through", Assert.Single((await service.RefusedWithoutTrace(() => Send(agency, "2026-03-02", "2026-03-01", daily))).Fields));
        foreach (var calendar in new[] { "", new string('x', (1024 * 1024) + 1) })
            Assert.Equal("calendar", Assert.Single((await service.RefusedWithoutTrace(() => Send(agency, "2026-03-02", "2026-03-03", calendar))).Fields));
        Assert.Equal("staff_member", Assert.Single((await service.RefusedWithoutTrace(() => Send(agency, "2026-03-02", "2026-03-03", daily, Kind.Supervision))).Fields));
        var other = await Agency.Register(service);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(() => Send(agency, "2026-03-02", "2026-03-03", daily, caller: other.Own))).Code);
    }

    private static (int Planned, int Moved, int Cancelled, int Unchanged) Counts(Proto.MeetingImport import) =>
        (import.Planned, import.Moved, import.Cancelled, import.Unchanged);

    private static string Calendar(params string[] events) =>
        $"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n{string.Concat(events.Select(e => $"BEGIN:VEVENT\nDTSTAMP:20260101T000000Z\n{e}\nEND:VEVENT\n"))}END:VCALENDAR\n"
            .Replace("\n", "\r\n", StringComparison.Ordinal);

    private static Task<Proto.MeetingImport> Import(Agency agency, string from, string through, params string[] events) =>
        Send(agency, from, through, Calendar(events));

    private static async Task<Proto.MeetingImport> Send(
        Agency agency, string from, string through, string calendar, Kind kind = Kind.VocationalUnit, Metadata? caller = null) => await agency.Meetings.ImportMeetingsAsync(
        new() { Team = agency.Team, Kind = kind, Calendar = calendar, From = from, Through = through, RequestId = StaffingService.NewId() }, caller ?? agency.Own);

    private static async Task<IReadOnlyList<Proto.Meeting>> List(Agency agency) =>
        (await agency.Meetings.ListMeetingsAsync(new() { Team = agency.Team, PageSize = 200 }, agency.Own)).Meetings;

    private static async Task<IEnumerable<string>> Planned(Agency agency) =>
        (await List(agency)).Where(m => m.State == State.Planned).Select(m => m.Day).Order();
}
