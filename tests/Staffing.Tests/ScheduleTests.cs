using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Ips.Testing;
using Xunit;
using Act = Ips.Contracts.Staffing.V1.TeamScheduledAct;
using How = Ips.Contracts.Staffing.V1.Attendance;
using Kind = Ips.Contracts.Staffing.V1.TeamMeetingKind;
using Proto = Ips.Contracts.Staffing.V1;
using State = Ips.Contracts.Staffing.V1.ScheduledActState;

namespace Ips.Staffing.Tests;

/// <summary>Requirements of every week, month or quarter. The service's day is Monday 2026-03-02; teams are recorded on it, so their first whole week begins with it.</summary>
[Collection("staffing")]
public sealed class ScheduleTests(StaffingService service)
{
    [Theory]
    [InlineData("la-acla", Act.Supervision, "LA-SUP-003", "2026-03-08")]
    [InlineData("la-lhcc", Act.Supervision, "LA-SUP-003", "2026-03-08")]
    [InlineData("la-acla", Act.TreatmentTeamVisit, "LA-SUP-004", "2026-06-30")]
    [InlineData("la-lhcc", Act.TreatmentTeamVisit, "LA-SUP-004", "2026-06-30")]
    [InlineData("la-acla", Act.OutcomeReview, "LA-SUP-006", "2026-06-30")]
    [InlineData("la-lhcc", Act.OutcomeReview, "LA-SUP-006", "2026-06-30")]
    [InlineData("mo-dmh-vr", Act.OutcomeReview, "MO-STAFF-006", "2026-06-30")]
    [InlineData("mo-dmh-vr", Act.VrInvitation, "MO-VR-004", "2026-06-30")]
    [InlineData("nc-core", Act.EmploymentCollaborative, "NCC-COLL-001", "2026-04-30")]
    [InlineData("nc-core", Act.AssistanceCall, "NCC-COLL-002", "2026-04-30")]
    public async Task A_requirement_of_a_team_is_due_in_its_first_whole_period(string program, Act act, string rule, string due)
    {
        var agency = await Agency.Register(service, program);
        await OnTheBoundary(agency, act, rule, due, "");
    }

    [Theory]
    [InlineData("nc-state", Act.Supervision, "NC-STAFF-010", "2026-03-08")]
    [InlineData("nc-core", Act.Supervision, "NC-STAFF-010", "2026-03-08")]
    [InlineData("nc-state", Act.FieldMentoring, "NC-STAFF-010", "2026-04-30")]
    [InlineData("mo-dmh-vr", Act.FieldMentoring, "MO-STAFF-005", "2026-04-30")]
    [InlineData("la-acla", Act.FieldMentoring, "LA-SUP-005", "2026-04-30")]
    [InlineData("la-lhcc", Act.FieldMentoring, "LA-SUP-005", "2026-04-30")]
    public async Task A_requirement_for_each_specialist_is_due_for_each(string program, Act act, string rule, string due)
    {
        var (agency, _, esp) = await Team(program);
        await OnTheBoundary(agency, act, rule, due, esp);
    }

    [Fact]
    public async Task North_Carolina_requires_it_for_everyone_but_the_lead_and_Missouri_for_specialists()
    {
        foreach (var (program, people) in new[] { ("nc-state", 2), ("mo-dmh-vr", 1) })
        {
            var (agency, lead, _) = await Team(program);
            await agency.Assign(await agency.Hire(-100), StaffRole.Epm, -100);
            var of = (await Check(agency, "")).Items.Where(i => i.Act == Act.FieldMentoring).Select(i => i.StaffMember).ToList();
            Assert.Equal(people, of.Count);
            Assert.DoesNotContain(lead, of);
        }
    }

    [Theory]
    [InlineData(Kind.Supervision)]
    [InlineData(Kind.UnitSupervision)]
    public async Task Supervision_alone_or_in_the_group_moves_the_clock_of_who_was_there(Kind kind)
    {
        var (agency, lead, esp) = await Team("nc-core");
        var other = await agency.Hire(-100);
        await agency.Assign(other, StaffRole.Esp, -100);
        await Hold(agency, kind, kind == Kind.Supervision ? esp : "", (lead, How.InPerson), (esp, How.Video), (other, How.Excused));
        Assert.Equal(("2026-03-15", State.Done, service.Day()), Item(await Check(agency, ""), Act.Supervision, esp));
        Assert.Equal(("2026-03-08", State.Open, ""), Item(await Check(agency, ""), Act.Supervision, other));
        Assert.Equal("2026-03-15", (await Deadline(agency, esp, "supervision")).DueOn);
    }

    [Fact]
    public async Task An_administrative_meeting_and_one_that_was_cancelled_count_for_nothing()
    {
        var (agency, lead, esp) = await Team("la-acla");
        await Hold(agency, Kind.UnitSupervision, "", r => r.Administrative = true, (lead, How.InPerson), (esp, How.InPerson));
        Assert.Equal(State.Open, Item(await Check(agency, ""), Act.Supervision, "").State);
        var held = await Hold(agency, Kind.UnitSupervision, "", (lead, How.InPerson));
        Assert.Equal(State.Done, Item(await Check(agency, ""), Act.Supervision, "").State);
        Assert.Equal("2026-03-15", (await Deadline(agency, agency.Team, "supervision")).DueOn);
        await agency.Meetings.CancelMeetingAsync(new() { Name = held.Name, Etag = held.Etag, RequestId = StaffingService.NewId() }, agency.Own);
        Assert.Equal(State.Open, Item(await Check(agency, ""), Act.Supervision, "").State);
        Assert.Equal("2026-03-08", (await Deadline(agency, agency.Team, "supervision")).DueOn);
    }

    [Fact]
    public async Task The_supervisor_visits_the_treatment_team_and_a_specialist_does_not_do_it_instead()
    {
        var (agency, lead, esp) = await Team("la-lhcc");
        await Hold(agency, Kind.TreatmentTeam, "", (esp, How.InPerson), (lead, How.Excused));
        Assert.Equal(("2026-06-30", State.Open, ""), Item(await Check(agency, ""), Act.TreatmentTeamVisit, ""));
        await Hold(agency, Kind.TreatmentTeam, "", (lead, How.InPerson));
        // Held in the quarter that had begun when the team was recorded.
        Assert.Equal(("2026-06-30", State.Done, service.Day()), Item(await Check(agency, ""), Act.TreatmentTeamVisit, ""));
    }

    [Fact]
    public async Task An_invitation_of_VR_is_enough_whether_they_come_or_not()
    {
        var agency = await Agency.Register(service, "mo-dmh-vr");
        Assert.Equal(Verdict.Met, (await Check(agency, "")).Items.Single(i => i.Act == Act.VrInvitation).Decision.Verdict);
        await agency.Meetings.PlanMeetingAsync(new() { Team = agency.Team, Kind = Kind.TreatmentTeam, Day = service.Day(40), RequestId = StaffingService.NewId() }, agency.Own);
        Assert.Equal(State.Open, Item(await Check(agency, ""), Act.VrInvitation, "").State);
        await agency.Meetings.PlanMeetingAsync(
            new() { Team = agency.Team, Kind = Kind.TreatmentTeam, Day = service.Day(40), VrInvited = true, RequestId = StaffingService.NewId() }, agency.Own);
        Assert.Equal((State.Done, service.Day()), (Item(await Check(agency, ""), Act.VrInvitation, "").State, Item(await Check(agency, ""), Act.VrInvitation, "").Last));
    }

    [Fact]
    public async Task In_Louisiana_a_specialist_is_mentored_for_twelve_months()
    {
        var (agency, _, esp) = await Team("la-acla");
        Assert.Equal(("2026-04-30", State.Overdue, ""), Item(await Check(agency, "2027-03-01"), Act.FieldMentoring, esp));
        Assert.Equal(("", State.NotDue, ""), Item(await Check(agency, "2027-03-02"), Act.FieldMentoring, esp));
    }

    /// <summary>Teams began on 2025-01-26. Louisiana gives six months, Missouri six months and 90 days.</summary>
    [Theory]
    [InlineData("la-acla", "LA-FID-004", "2025-07-26", "2025-07-26", State.Done)]
    [InlineData("la-lhcc", "LA-FID-004", "2025-07-26", "2025-07-27", State.DoneLate)]
    [InlineData("mo-dmh-vr", "MO-FID-001", "2025-10-24", "2025-10-24", State.Done)]
    [InlineData("mo-dmh-vr", "MO-FID-001", "2025-10-24", "2025-10-25", State.DoneLate)]
    public async Task The_first_review_is_due_after_the_start_and_its_clock_ends_with_it(string program, string rule, string due, string reviewed, State state)
    {
        var agency = await Agency.Register(service, program);
        await OnTheBoundary(agency, Act.FirstReview, rule, due, "");
        // A draft is no review yet; of two final ones the first counts.
        foreach (var (review, first) in new[] { (Review(agency, service.Day(-20), final: true), service.Day(-20)), (Review(agency, reviewed, final: true), reviewed) })
        {
            await service.Send([Review(agency, "2025-05-01", final: false)]);
            await service.Send([review]);
            await Poll.Until(async () => Item(await Check(agency, ""), Act.FirstReview, "").Last == first);
        }

        Assert.Equal((due, state, reviewed), Item(await Check(agency, ""), Act.FirstReview, ""));
        Assert.DoesNotContain(await Deadlines(agency, agency.Team), d => d.Kind == "first-review");
    }

    [Fact]
    public async Task A_plan_that_removes_barriers_starts_the_clock_of_the_first_review_in_North_Carolina()
    {
        var agency = await Agency.Register(service, "nc-state");
        Assert.DoesNotContain((await Check(agency, "")).Items, i => i.Act is Act.FirstReview or Act.FirstReviewAfterPlan);
        await agency.Teams.RecordReadinessAsync(
            new() { Team = agency.Team, Readiness = new() { ActionPlanDate = "2026-01-20" }, RequestId = StaffingService.NewId() }, agency.Own);
        // Three months, and 30 days of grace.
        await OnTheBoundary(agency, Act.FirstReviewAfterPlan, "NC-FID-007", "2026-05-20", "");
    }

    [Fact]
    public async Task A_role_that_ends_takes_its_clocks_along_and_one_that_begins_later_has_them_from_its_first_day()
    {
        var (agency, _, esp) = await Team("nc-state");
        Assert.Equal(2, (await Deadlines(agency, esp)).Count);
        var role = (await agency.Staff.GetStaffMemberAsync(new() { Name = esp }, agency.Own)).Roles[0];
        await agency.Staff.EndRoleAsync(new() { StaffMember = esp, RoleId = role.Id, Through = service.Day(-1), RequestId = StaffingService.NewId() }, agency.Own);
        Assert.Empty(await Deadlines(agency, esp));
        Assert.DoesNotContain((await Check(agency, "")).Items, item => item.StaffMember == esp);
        var later = await agency.Hire(-100);
        await agency.Assign(later, StaffRole.Esp, 31);
        Assert.Equal("2026-05-31", (await Deadline(agency, later, "field-mentoring")).DueOn);
    }

    [Fact]
    public async Task What_one_program_requires_of_a_person_stays_when_a_team_of_another_program_meets()
    {
        var (agency, _, esp) = await Team("nc-core");
        var other = agency.Formation();
        other.Team.Program = "nc-state";
        var team = await agency.Teams.CreateTeamAsync(other, agency.Own);
        await agency.Staff.AssignRoleAsync(
            new() { StaffMember = esp, Team = team.Name, Role = StaffRole.TeamLead, From = service.Day(-1), RequestId = StaffingService.NewId() }, agency.Own);
        var planned = await agency.Meetings.PlanMeetingAsync(
            new() { Team = team.Name, Kind = Kind.Vr, Day = service.Day(), RequestId = StaffingService.NewId() }, agency.Own);
        await agency.Meetings.CancelMeetingAsync(new() { Name = planned.Name, Etag = planned.Etag, RequestId = StaffingService.NewId() }, agency.Own);
        Assert.Equal("2026-04-30", (await Deadline(agency, esp, "field-mentoring")).DueOn);
    }

    [Fact]
    public async Task Bad_input_and_other_agencies_are_refused()
    {
        var (agency, _, esp) = await Team("nc-core");
        Task Plan(Action<Proto.PlanMeetingRequest> with)
        {
            Proto.PlanMeetingRequest request = new() { Team = agency.Team, Kind = Kind.Vr, Day = service.Day(), RequestId = StaffingService.NewId() };
            with(request);
            return agency.Meetings.PlanMeetingAsync(request, agency.Own).ResponseAsync;
        }

        Assert.Equal("staff_member", Assert.Single((await service.RefusedWithoutTrace(() => Plan(r => r.Kind = Kind.FieldMentoring))).Fields));
        Assert.Equal("vr_invited", Assert.Single((await service.RefusedWithoutTrace(() => Plan(r => r.VrInvited = true))).Fields));
        Assert.Equal("kind", Assert.Single((await service.RefusedWithoutTrace(async () => await agency.Meetings.CheckMeetingsAsync(
            new() { Team = agency.Team, Kind = Kind.AssistanceCall, MonthStart = "2026-02-01" }, agency.Own))).Fields));
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () => await agency.Meetings.CheckScheduleAsync(
            new() { Team = agency.Team }, service.As(Roles.Provider, "agency-foreign")))).Code);
        Assert.NotEmpty(esp);
    }

    private static async Task OnTheBoundary(Agency agency, Act act, string rule, string due, string staff)
    {
        var last = (await Check(agency, due)).Items.Single(i => i.Act == act && i.StaffMember == staff);
        Assert.Equal((due, State.Open, Verdict.Met), (last.DueOn, last.State, last.Decision.Verdict));
        var finding = Assert.Single(last.Decision.Findings, f => f.RuleId == rule);
        Assert.NotEmpty(finding.Citation.Section);
        var after = (await Check(agency, DateOnly.Parse(due, null).AddDays(1).ToString("yyyy-MM-dd", null))).Items.Single(i => i.Act == act && i.StaffMember == staff);
        Assert.Equal((due, State.Overdue, Verdict.NotMet), (after.DueOn, after.State, after.Decision.Verdict));
        var deadline = await Deadline(agency, staff.Length == 0 ? agency.Team : staff, act.ToString() switch
        {
            "Supervision" => "supervision",
            "FieldMentoring" => "field-mentoring",
            "TreatmentTeamVisit" => "treatment-team-visit",
            "OutcomeReview" => "outcome-review",
            "VrInvitation" => "vr-invitation",
            "FirstReview" => "first-review",
            "FirstReviewAfterPlan" => "first-review-after-plan",
            "EmploymentCollaborative" => "employment-collaborative",
            _ => "assistance-call",
        });
        Assert.Equal((due, rule), (deadline.DueOn, deadline.RuleId));
        Assert.NotEmpty(deadline.Citation.Section);
    }

    private async Task<(Agency Agency, string Lead, string Esp)> Team(string program)
    {
        var agency = await Agency.Register(service, program);
        var (lead, esp) = (await agency.Hire(-100), await agency.Hire(-100));
        await agency.Assign(lead, StaffRole.TeamLead, -100);
        await agency.Assign(esp, StaffRole.Esp, -100);
        return (agency, lead, esp);
    }

    private static async Task<Proto.StaffDeadline> Deadline(Agency agency, string subject, string kind) => (await Deadlines(agency, subject)).Single(d => d.Kind == kind);

    /// <summary>What runs about the subject.</summary>
    private static async Task<IReadOnlyList<Proto.StaffDeadline>> Deadlines(Agency agency, string subject) =>
        (await agency.Deadlines.ListStaffDeadlinesAsync(new() { Subject = subject }, agency.Own)).Deadlines;

    private static ReviewRecordedV1 Review(Agency agency, string onsite, bool final) => new()
    {
        ReviewId = new(Guid.CreateVersion7()),
        TeamId = new(Guid.Parse(agency.Team[6..])),
        Provider = agency.Code,
        Program = agency.Program,
        Evaluator = "PLAN",
        LastOnsiteDay = DateOnly.Parse(onsite, null),
        FinalReportReceivedOn = final ? DateOnly.Parse(onsite, null) : null,
        Total = 100,
        Tier = "good",
        Certified = true,
        NextReviewDue = null,
        Verdict = "Met",
        DecisionId = new(Guid.CreateVersion7()),
        PackVersion = "1",
    };

    private static async Task<Proto.TeamSchedule> Check(Agency agency, string asOf) =>
        await agency.Meetings.CheckScheduleAsync(new() { Team = agency.Team, AsOf = asOf }, agency.Own);

    private static (string Due, State State, string Last) Item(Proto.TeamSchedule schedule, Act act, string staff)
    {
        var item = schedule.Items.Single(i => i.Act == act && i.StaffMember == staff);
        return (item.DueOn, item.State, item.LastDoneOn);
    }

    private Task<Proto.Meeting> Hold(Agency agency, Kind kind, string staff, params (string Staff, How How)[] attendees) => Hold(agency, kind, staff, _ => { }, attendees);

    private async Task<Proto.Meeting> Hold(
        Agency agency, Kind kind, string staff, Action<Proto.HoldMeetingRequest> with, params (string Staff, How How)[] attendees)
    {
        var planned = await agency.Meetings.PlanMeetingAsync(
            new() { Team = agency.Team, Kind = kind, Day = service.Day(), StaffMember = staff, RequestId = StaffingService.NewId() }, agency.Own);
        Proto.HoldMeetingRequest request = new()
        {
            Name = planned.Name,
            Etag = planned.Etag,
            Attendees = { attendees.Select(a => new Proto.Attendee { StaffMember = a.Staff, Attendance = a.How }) },
            RequestId = StaffingService.NewId(),
        };
        with(request);
        return await agency.Meetings.HoldMeetingAsync(request, agency.Own);
    }
}
