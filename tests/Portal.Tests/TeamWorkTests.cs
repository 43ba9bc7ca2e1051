using System.Security.Cryptography;
using System.Text;
using Ips.Contracts.Staffing.V1;
using Microsoft.Playwright;
using Xunit;

namespace Ips.Portal.Tests;

/// <summary>What a team records about its own work: meetings, training, lists of excluded persons, and who has whose caseload.</summary>
[Collection("site")]
public sealed class TeamWorkTests(Site site)
{
    private const string Lead = "Team lead at Harbor Works";

    [Fact]
    public async Task Meeting_is_planned_and_recorded_with_who_took_part_and_its_minutes()
    {
        var before = site.Staffing.Meetings.Keys.ToHashSet();
        await using var visit = await (await site.Visit()).SignIn(Lead, "/staff/meetings");
        visit.ExpectsRefusal = true;
        await visit.Submit("Plan");
        Assert.Contains("is missing; send one of the kinds", await visit.Text(), StringComparison.Ordinal);
        await visit.Page.GetByLabel("Kind", new() { Exact = true }).SelectOptionAsync("Vr");
        await visit.Page.GetByLabel("Day", new() { Exact = true }).FillAsync("2026-02-11");
        await visit.Submit("Plan");
        Assert.Contains("The meeting is planned.", await visit.Text(), StringComparison.Ordinal);
        var meeting = Assert.Single(site.Staffing.Meetings.Values, one => !before.Contains(one.Name));

        await visit.Click(visit.Page.GetByRole(AriaRole.Link, new() { Name = "2026-02-11" }));
        await visit.Submit("Record");
        Assert.Contains("holds no one who took part", await visit.Text(), StringComparison.Ordinal);
        await visit.Page.GetByLabel("Specialist One").SelectOptionAsync("Video");
        await visit.Page.GetByLabel("Referrals").CheckAsync();
        await visit.Page.GetByLabel("The specialists stayed for all of it").CheckAsync();
        await visit.Page.GetByLabel("Minutes", new() { Exact = true }).SetInputFilesAsync(new FilePayload { Name = "minutes.txt", MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes("Referrals") });
        await visit.Submit("Record");
        Assert.Contains("The meeting is recorded.", await visit.Text(), StringComparison.Ordinal);
        Assert.Equal((TeamMeetingState.Held, "2026-02-11", true), (meeting.State, meeting.Day, meeting.WholeMeeting));
        Assert.Equal((site.Staffing.Specialist, Attendance.Video), (meeting.Attendees.Single().StaffMember, meeting.Attendees.Single().Attendance));
        Assert.Equal([MeetingTopic.Referrals], meeting.Topics);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("Referrals"))), meeting.MinutesSha256);
    }

    [Fact]
    public async Task Calendar_is_imported_and_what_it_did_is_counted()
    {
        const string Calendar = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";
        await using var visit = await (await site.Visit()).SignIn(Lead, "/staff/meetings");
        visit.ExpectsRefusal = true;
        await visit.Submit("Import");
        Assert.Contains("is missing; send the file", await visit.Text(), StringComparison.Ordinal);
        await visit.Page.GetByLabel("Calendar file").SetInputFilesAsync(new FilePayload { Name = "unit.ics", MimeType = "text/calendar", Buffer = Encoding.UTF8.GetBytes(Calendar) });
        await visit.Page.GetByLabel("Kind of its meetings").SelectOptionAsync("VocationalUnit");
        await visit.Submit("Import");
        Assert.Contains("From the calendar: 4 planned, 0 moved, 0 cancelled, 2 as they were.", await visit.Text(), StringComparison.Ordinal);
        Assert.Equal((Calendar, TeamMeetingKind.VocationalUnit, site.Staffing.Team.Name),
            (site.Staffing.Calendars.Last().Calendar, site.Staffing.Calendars.Last().Kind, site.Staffing.Calendars.Last().Team));
    }

    [Fact]
    public async Task Training_is_recorded_one_by_one_and_from_a_file_whose_wrong_lines_are_listed()
    {
        await using var visit = await (await site.Visit()).SignIn(Lead, "/staff");
        await visit.Click(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Record training" }));
        visit.ExpectsRefusal = true;
        await visit.Page.GetByLabel("Staff member", new() { Exact = true }).SelectOptionAsync(site.Staffing.Specialist);
        await visit.Page.GetByLabel("Completed on").FillAsync("2026-02-11");
        await visit.Submit("Record");
        Assert.Contains("is missing; send one of the courses", await visit.Text(), StringComparison.Ordinal);
        await visit.Page.GetByLabel("Course").SelectOptionAsync("Ips101");
        await visit.Submit("Record");
        Assert.Contains("The completion is recorded.", await visit.Text(), StringComparison.Ordinal);
        Assert.Equal((TrainingCourse.Ips101, "2026-02-11"), (site.Staffing.Completions.Last().Course, site.Staffing.Completions.Last().CompletedOn));

        await visit.Page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(new FilePayload
        {
            Name = "courses.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes("staff_member,course,completed_on,expires_on,minutes\nstaff/1,IPS_101,2026-02-11,,\nstaff/1,NO,2026-02-11,,\n"),
        });
        await visit.Submit("Import");
        Assert.Contains("2 stored, 0 on file before, 1 lines refused.", await visit.Text(), StringComparison.Ordinal);
        Assert.Contains("is no course; send a code such as IPS_101", await visit.Page.Locator("tbody tr").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_is_sent_in_pieces_and_an_entry_that_waits_is_answered()
    {
        var hit = site.Staffing.Hit();
        var file = "LASTNAME,FIRSTNAME\n" + string.Concat(Enumerable.Repeat("SOMEBODY,ELSE\n", 40_000));
        await using var visit = await (await site.Visit()).SignIn(Lead, "/staff/checks");
        visit.ExpectsRefusal = true;
        await visit.Page.GetByLabel("List", new() { Exact = true }).SelectOptionAsync("OigLeie");
        await visit.Submit("Check");
        Assert.Contains("is empty; send the file with its header", await visit.Text(), StringComparison.Ordinal);
        await visit.Page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(new FilePayload { Name = "UPDATED.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(file) });
        await visit.Submit("Check");
        Assert.Contains("40,000", await visit.Page.Locator("section:has(#done) tbody tr").Last.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal((ExclusionList.OigLeie, file), site.Staffing.Lists.Last());

        await visit.Page.GetByLabel("Is it the staff member?").SelectOptionAsync("Confirmed");
        await visit.Page.GetByLabel("Why").SelectOptionAsync("VerifiedAtList");
        await visit.Submit("Answer");
        Assert.Contains("is missing; send a day YYYY-MM-DD", await visit.Text(), StringComparison.Ordinal);
        await visit.Page.GetByLabel("Known since").FillAsync("2026-02-11");
        await visit.Submit("Answer");
        Assert.Contains("The answer is recorded.", await visit.Text(), StringComparison.Ordinal);
        Assert.Equal((ExclusionHitState.Confirmed, ExclusionHitReason.VerifiedAtList, "2026-02-11"), (hit.State, hit.Reason, hit.KnownOn));
    }

    [Fact]
    public async Task Caseload_is_given_to_another_specialist_or_the_rule_says_why_not()
    {
        await using var visit = await (await site.Visit()).SignIn(Lead, "/caseload");
        await visit.Page.GetByLabel("Who gives it").SelectOptionAsync(site.Staffing.Specialist);
        await visit.Page.GetByLabel("Who gets it").SelectOptionAsync(site.Staffing.Blocked);
        await visit.Submit("Give");
        Assert.Contains("Nothing was moved.", await visit.Text(), StringComparison.Ordinal);
        Assert.Contains("NC-STAFF-007", await visit.Text(), StringComparison.Ordinal);
        await visit.Page.GetByLabel("Who gives it").SelectOptionAsync(site.Staffing.Blocked);
        await visit.Page.GetByLabel("Who gets it").SelectOptionAsync(site.Staffing.Specialist);
        await visit.Submit("Give");
        Assert.Contains("3 people have the other specialist.", await visit.Text(), StringComparison.Ordinal);
        Assert.Equal(("nc-core", site.Staffing.Blocked), (site.Staffing.Transfers.Last().Program, site.Staffing.Transfers.Last().StaffMember));
    }
}
