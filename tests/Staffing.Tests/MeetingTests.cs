using Grpc.Core;
using Ips.Contracts.Common.V1;
using Xunit;
using How = Ips.Contracts.Staffing.V1.Attendance;
using Kind = Ips.Contracts.Staffing.V1.TeamMeetingKind;
using Proto = Ips.Contracts.Staffing.V1;
using Topic = Ips.Contracts.Staffing.V1.MeetingTopic;

namespace Ips.Staffing.Tests;

/// <summary>Meetings and their monthly requirements. February 2026 has four Mondays: the 2nd, 9th, 16th and 23rd.</summary>
[Collection("staffing")]
public sealed class MeetingTests(StaffingService service)
{
    private static readonly string[] Weeks = ["2026-02-03", "2026-02-10", "2026-02-17", "2026-02-24"];

    [Fact]
    public async Task The_unit_meets_weekly_with_everyone_and_a_missing_week_is_named()
    {
        foreach (var program in new[] { "nc-core", "nc-state" })
        {
            var (agency, lead, esp) = await Team(program);
            foreach (var day in Weeks.Take(3))
                await Held(agency, Kind.VocationalUnit, day, (lead, How.InPerson), (esp, How.Excused));
            var missing = await Check(agency, Kind.VocationalUnit);
            Assert.Equal((Verdict.NotMet, 3), (Finding(missing, "NC-PROG-001").Verdict, missing.Held));
            Assert.Contains("2026-02-23", missing.Decision.Values.ToString(), StringComparison.Ordinal);
            await Held(agency, Kind.VocationalUnit, Weeks[3], (lead, How.InPerson), (esp, How.InPerson));
            Assert.True((await Check(agency, Kind.VocationalUnit)).Compliant);
        }
    }

    [Fact]
    public async Task A_meeting_without_someone_who_is_not_excused_is_not_complete()
    {
        var (agency, lead, esp) = await Team("nc-core");
        foreach (var day in Weeks)
            await Held(agency, Kind.VocationalUnit, day, (lead, How.InPerson), (day == Weeks[1] ? lead : esp, How.InPerson));
        Assert.Equal(Verdict.NotMet, Finding(await Check(agency, Kind.VocationalUnit), "NC-PROG-001").Verdict);
    }

    [Theory]
    [InlineData(3, "")]
    [InlineData(4, "NC-PROG-002")]
    public async Task At_most_three_unit_meetings_of_a_month_are_by_video(int video, string unmet)
    {
        var (agency, lead, esp) = await Team("nc-state");
        foreach (var (i, day) in Weeks.Index())
            await Held(agency, Kind.VocationalUnit, day, (lead, i < video ? How.Video : How.InPerson), (esp, i < video ? How.Video : How.InPerson));
        Assert.Equal(unmet, Unmet(await Check(agency, Kind.VocationalUnit)));
    }

    [Theory]
    [InlineData(Kind.VocationalUnit, "NC-PROG-003")]
    [InlineData(Kind.TreatmentTeam, "NC-PROG-007")]
    [InlineData(Kind.Vr, "NC-DVRS-004")]
    public async Task The_telephone_is_refused(Kind kind, string rule)
    {
        var (agency, lead, esp) = await Team("nc-state");
        foreach (var day in Weeks)
            await Hold(agency, kind, day, r => r.Topics.AddRange(kind == Kind.Vr ? Enum.GetValues<Topic>().Skip(1) : []), (lead, How.InPerson), (esp, How.InPerson));
        Assert.True((await Check(agency, kind)).Compliant);
        await Held(agency, kind, "2026-02-25", (lead, How.InPerson), (esp, How.Telephone));
        Assert.Equal(rule, Unmet(await Check(agency, kind)));
    }

    [Fact]
    public async Task A_meeting_with_the_VR_agency_counts_with_minutes()
    {
        var (agency, lead, _) = await Team("nc-state");
        Assert.Equal("NC-DVRS-003", Unmet(await Check(agency, Kind.Vr)));
        await Held(agency, Kind.Vr, Weeks[0], "", (lead, How.InPerson));
        Assert.Equal("NC-DVRS-003 NC-DVRS-006", Unmet(await Check(agency, Kind.Vr)));
        await Hold(agency, Kind.Vr, Weeks[1], r => r.Topics.AddRange(Enum.GetValues<Topic>().Skip(1)), (lead, How.Video));
        Assert.True((await Check(agency, Kind.Vr)).Compliant);
    }

    [Theory]
    [InlineData("nc-state")]
    [InlineData("nc-core")]
    public async Task Meetings_with_the_VR_agency_discuss_five_topics_in_a_quarter_NC_DVRS_006(string program)
    {
        var (agency, lead, _) = await Team(program);
        await Discussed(Weeks[0], Topic.Referrals);
        Assert.Equal(("NC-DVRS-006", 1), (Unmet(await Check(agency, Kind.Vr)), (await Check(agency, Kind.Vr)).Held));
        await Discussed("2025-12-01", Topic.SharedIndividuals, Topic.BenefitsCounseling, Topic.SharedOutcomes);
        // Funding was discussed a day before the quarter.
        await Discussed("2025-11-30", Topic.AccessToFunding);
        Assert.Equal("NC-DVRS-006", Unmet(await Check(agency, Kind.Vr)));
        await Discussed(Weeks[3], Topic.AccessToFunding);
        Assert.True((await Check(agency, Kind.Vr)).Compliant);
        Assert.Equal(2, (await Check(agency, Kind.Vr)).Held);
        // In March the meeting of December no longer counts.
        await Discussed("2026-03-02", Topic.Referrals);
        Assert.Equal("NC-DVRS-006", Unmet(await Check(agency, Kind.Vr, month: "2026-03-01")));
        Assert.Equal([Topic.Referrals], (await agency.Meetings.ListMeetingsAsync(new() { Team = agency.Team }, agency.Own)).Meetings.Single(m => m.Day == "2026-03-02").Topics);

        // Other meetings have no topics.
        var unit = await Plan(agency, Kind.VocationalUnit, Weeks[0]);
        Proto.HoldMeetingRequest hold = new()
        {
            Name = unit.Name,
            Etag = unit.Etag,
            Attendees = { new Proto.Attendee { StaffMember = lead, Attendance = How.InPerson } },
            Topics = { Topic.Referrals },
            RequestId = StaffingService.NewId(),
        };
        Assert.Equal(["topics"], (await service.RefusedWithoutTrace(async () => await agency.Meetings.HoldMeetingAsync(hold, agency.Own))).Fields);

        Task Discussed(string day, params Topic[] topics) => Hold(agency, Kind.Vr, day, r => r.Topics.AddRange(topics), (lead, How.InPerson));
    }

    [Theory]
    [InlineData(9, 2, "")]
    [InlineData(9, 1, "LA-MTG-001")]
    [InlineData(10, 2, "LA-MTG-002")]
    [InlineData(10, 4, "")]
    public async Task In_Louisiana_a_specialist_meets_as_the_caseload_requires(int caseload, int meetings, string unmet)
    {
        foreach (var program in new[] { "la-acla", "la-lhcc" })
        {
            var (agency, lead, esp) = await Team(program);
            for (var i = 0; i < caseload; i++)
            {
                var person = agency.Assignment(esp);
                person.From = service.Day(-5);
                await agency.Caseloads.AssignIndividualAsync(person, agency.Own);
            }

            foreach (var day in meetings == 2 ? Weeks.Where((_, i) => i % 2 == 0) : Weeks.Take(meetings))
                await Held(agency, Kind.TreatmentTeam, day, (lead, How.InPerson), (esp, How.InPerson));
            Assert.Equal(unmet, Unmet(await Check(agency, Kind.TreatmentTeam, esp)));
        }
    }

    [Theory]
    [InlineData("la-acla")]
    [InlineData("la-lhcc")]
    public async Task In_Louisiana_an_administrative_meeting_is_no_supervision_of_the_unit(string program)
    {
        var (agency, lead, esp) = await Team(program);
        foreach (var day in Weeks)
            await Hold(agency, Kind.UnitSupervision, day, r => r.Administrative = day == Weeks[2], (lead, How.InPerson), (esp, How.InPerson));
        Assert.Equal("LA-MTG-003", Unmet(await Check(agency, Kind.UnitSupervision)));
        await Held(agency, Kind.UnitSupervision, "2026-02-18", (lead, How.InPerson));
        Assert.True((await Check(agency, Kind.UnitSupervision)).Compliant);
    }

    [Fact]
    public async Task In_Missouri_supervision_is_in_a_group_and_treatment_meetings_are_attended_whole()
    {
        var (agency, lead, esp) = await Team("mo-dmh-vr");
        foreach (var day in Weeks)
        {
            await Held(agency, Kind.UnitSupervision, day, (lead, How.InPerson), (esp, How.InPerson));
            await Hold(agency, Kind.TreatmentTeam, day, r => r.WholeMeeting = day != Weeks[0], (esp, How.InPerson));
        }

        Assert.True((await Check(agency, Kind.UnitSupervision)).Compliant);
        Assert.Equal("MO-INT-003", Unmet(await Check(agency, Kind.TreatmentTeam)));
        Assert.Equal("MO-VR-003", Unmet(await Check(agency, Kind.Vr)));
        await Held(agency, Kind.Vr, Weeks[0], (lead, How.InPerson));
        Assert.True((await Check(agency, Kind.Vr)).Compliant);
    }

    [Theory]
    [InlineData("nc-core", 65, 100, "")]
    [InlineData("nc-state", 65, 100, "")]
    [InlineData("nc-state", 64, 100, "NC-LIM-003")]
    [InlineData("mo-dmh-vr", 65, 100, "")]
    [InlineData("mo-dmh-vr", 64, 100, "MO-STAFF-010")]
    [InlineData("la-acla", 51, 100, "")]
    [InlineData("la-lhcc", 50, 100, "LA-SVC-001")]
    public async Task Enough_of_the_month_is_in_the_community(string program, int part, int whole, string unmet)
    {
        var (agency, _, _) = await Team(program);
        Proto.CheckCommunityTimeRequest request = new() { Team = agency.Team, MonthStart = "2026-02-01" };
        var open = await agency.Meetings.CheckCommunityTimeAsync(request, agency.Own);
        Assert.Equal(Verdict.NeedsFacts, open.Decision.Verdict);
        (request.CommunityMinutes, request.ScheduledMinutes, request.CommunityContacts, request.TotalContacts) = (part, whole, part, whole);
        Assert.Equal(unmet, Unmet(await agency.Meetings.CheckCommunityTimeAsync(request, agency.Own)));
    }

    [Fact]
    public async Task A_meeting_is_planned_then_held_once_and_a_cancelled_one_counts_for_nothing()
    {
        var (agency, lead, _) = await Team("nc-core");
        var planned = await Plan(agency, Kind.VocationalUnit, service.Day(1));
        Proto.HoldMeetingRequest hold = new()
        {
            Name = planned.Name,
            Etag = planned.Etag,
            Attendees = { new Proto.Attendee { StaffMember = lead, Attendance = How.InPerson } },
            RequestId = StaffingService.NewId(),
        };
        Assert.Equal("held_on", Assert.Single((await service.RefusedWithoutTrace(async () => await agency.Meetings.HoldMeetingAsync(hold, agency.Own))).Fields));
        (hold.HeldOn, hold.RequestId) = (service.Day(), StaffingService.NewId());
        var foreign = await (await Agency.Register(service)).Hire();
        hold.Attendees.Add(new Proto.Attendee { StaffMember = foreign, Attendance = How.Video });
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () => await agency.Meetings.HoldMeetingAsync(hold, agency.Own))).Code);
        hold.Attendees[1].StaffMember = lead;
        Assert.Equal("attendees", Assert.Single((await service.RefusedWithoutTrace(async () => await agency.Meetings.HoldMeetingAsync(hold, agency.Own))).Fields));
        hold.Attendees.RemoveAt(1);
        var held = await agency.Meetings.HoldMeetingAsync(hold, agency.Own);
        Assert.Equal((service.Day(), Proto.TeamMeetingState.Held), (held.Day, held.State));
        (hold.Etag, hold.RequestId) = (held.Etag, StaffingService.NewId());
        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(async () => await agency.Meetings.HoldMeetingAsync(hold, agency.Own))).Code);
        Assert.Equal(1, (await Check(agency, Kind.VocationalUnit, month: "2026-03-01")).Held);
        await agency.Meetings.CancelMeetingAsync(new() { Name = held.Name, Etag = held.Etag, RequestId = StaffingService.NewId() }, agency.Own);
        Assert.Equal(0, (await Check(agency, Kind.VocationalUnit, month: "2026-03-01")).Held);
        Assert.Equal(Proto.TeamMeetingState.Cancelled,
            Assert.Single((await agency.Meetings.ListMeetingsAsync(new() { Team = agency.Team }, agency.Own)).Meetings).State);
    }

    [Fact]
    public async Task Bad_input_and_other_agencies_are_refused()
    {
        var (agency, _, esp) = await Team("nc-core");
        Assert.Equal("staff_member", Assert.Single((await service.RefusedWithoutTrace(() => Plan(agency, Kind.Supervision, Weeks[0]))).Fields));
        Assert.Equal("month_start", Assert.Single((await service.RefusedWithoutTrace(() => Check(agency, Kind.Vr, month: "2026-02-02"))).Fields));
        Assert.Equal(StatusCode.InvalidArgument, (await service.RefusedWithoutTrace(() => Check(agency, Kind.UnitSupervision))).Code);
        var planned = await Plan(agency, Kind.TreatmentTeam, Weeks[0], esp);
        var foreign = service.As(Roles.Provider, "agency-foreign");
        foreach (var call in new Func<Task>[]
        {
            async () => await agency.Meetings.PlanMeetingAsync(new() { Team = agency.Team, Kind = Kind.Vr, Day = Weeks[0], RequestId = StaffingService.NewId() }, foreign),
            async () => await agency.Meetings.CancelMeetingAsync(new() { Name = planned.Name, Etag = planned.Etag, RequestId = StaffingService.NewId() }, foreign),
            async () => await agency.Meetings.CheckMeetingsAsync(new() { Team = agency.Team, Kind = Kind.Vr, MonthStart = "2026-02-01" }, foreign),
            async () => await agency.Meetings.CheckCommunityTimeAsync(new() { Team = agency.Team, MonthStart = "2026-02-01" }, foreign),
            async () => await agency.Teams.CheckTeamAsync(new() { Team = agency.Team }, foreign),
            async () => await agency.Teams.RecordReadinessAsync(new() { Team = agency.Team, Readiness = new(), RequestId = StaffingService.NewId() }, foreign),
        })
            Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(call)).Code);
        Assert.Empty((await agency.Meetings.ListMeetingsAsync(new() { Team = agency.Team }, foreign)).Meetings);
    }

    private async Task<(Agency Agency, string Lead, string Esp)> Team(string program)
    {
        var agency = await Agency.Register(service, program);
        var (lead, esp) = (await agency.Hire(-100), await agency.Hire(-100));
        await agency.Assign(lead, StaffRole.TeamLead, -100);
        await agency.Assign(esp, StaffRole.Esp, -100);
        return (agency, lead, esp);
    }

    private static async Task<Proto.Meeting> Plan(Agency agency, Kind kind, string day, string staff = "") => await agency.Meetings.PlanMeetingAsync(
        new() { Team = agency.Team, Kind = kind, Day = day, StaffMember = staff, RequestId = StaffingService.NewId() }, agency.Own);

    private static Task Held(Agency agency, Kind kind, string day, params (string Staff, How How)[] attendees) => Hold(agency, kind, day, _ => { }, attendees);

    private static Task Held(Agency agency, Kind kind, string day, string minutes, params (string Staff, How How)[] attendees) =>
        Hold(agency, kind, day, r => r.MinutesSha256 = minutes, attendees);

    private static async Task Hold(Agency agency, Kind kind, string day, Action<Proto.HoldMeetingRequest> with, params (string Staff, How How)[] attendees)
    {
        var planned = await Plan(agency, kind, day);
        Proto.HoldMeetingRequest request = new()
        {
            Name = planned.Name,
            Etag = planned.Etag,
            Attendees = { attendees.DistinctBy(a => a.Staff).Select(a => new Proto.Attendee { StaffMember = a.Staff, Attendance = a.How }) },
            HipaaPlatform = true,
            WholeMeeting = true,
            MinutesSha256 = new string('b', 64),
            RequestId = StaffingService.NewId(),
        };
        with(request);
        await agency.Meetings.HoldMeetingAsync(request, agency.Own);
    }

    private static async Task<Proto.MeetingCompliance> Check(Agency agency, Kind kind, string staff = "", string month = "2026-02-01") =>
        await agency.Meetings.CheckMeetingsAsync(new() { Team = agency.Team, Kind = kind, MonthStart = month, StaffMember = staff }, agency.Own);

    private static Finding Finding(Proto.MeetingCompliance answer, string rule) => Assert.Single(answer.Decision.Findings, f => f.RuleId == rule);

    private static string Unmet(Proto.MeetingCompliance answer) =>
        string.Join(' ', answer.Decision.Findings.Where(f => f.Deciding && f.Verdict != Verdict.Met).Select(f => f.RuleId));
}
