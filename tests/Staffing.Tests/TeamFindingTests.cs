using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Ips.Testing;
using Xunit;
using Change = Ips.Contracts.Staffing.V1.TeamFindingChange;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>Treatment teams, working time, and every rule about a team between two days. The clock stands at Monday 2026-03-02.</summary>
[Collection("staffing")]
public sealed class TeamFindingTests(StaffingService service)
{
    /// <summary>Louisiana counts the caseload, Missouri the referrals of the quarter.</summary>
    [Theory]
    [InlineData("la-acla", "LA-MTG-004")]
    [InlineData("la-lhcc", "LA-MTG-004")]
    [InlineData("mo-dmh-vr", "MO-INT-001")]
    public async Task Nine_of_ten_people_come_from_one_or_two_treatment_teams(string program, string rule)
    {
        var agency = await Agency.Register(service, program);
        var esp = await agency.Hire(-100);
        await agency.Assign(esp, StaffRole.Esp, -100);
        Assert.Null(await Verdict());
        var (one, two, three) = (await Treatment(agency, "One"), await Treatment(agency, "Two"), await Treatment(agency, "Three"));
        await Set(agency, esp, service.Day(-100), one, two);
        Proto.Assignment last = new();
        for (var i = 0; i < 10; i++)
            last = await Assign(agency, esp, i == 9 ? "" : i % 2 == 0 ? one : two);
        Assert.Equal(Contracts.Common.V1.Verdict.Met, await Verdict());
        last = await Assign(agency, esp, "");
        Assert.Equal(Contracts.Common.V1.Verdict.NotMet, await Verdict());
        await agency.Caseloads.RecordTreatmentTeamAsync(new() { Name = last.Name, Etag = last.Etag, TreatmentTeam = two, RequestId = StaffingService.NewId() }, agency.Own);
        Assert.Equal(Contracts.Common.V1.Verdict.Met, await Verdict());

        // Three teams are too many, none too; the days before stay as they were.
        await Set(agency, esp, service.Day(1), one, two, three);
        await Set(agency, esp, service.Day(2));
        Assert.Equal((Contracts.Common.V1.Verdict.Met, Contracts.Common.V1.Verdict.NotMet, Contracts.Common.V1.Verdict.NotMet),
            (await Verdict(), await Verdict(service.Day(1)), await Verdict(service.Day(2))));

        async Task<Verdict?> Verdict(string day = "") => (await agency.Caseloads.CheckCaseloadAsync(new() { StaffMember = esp, Program = program, AsOf = day }, agency.Own))
            .Decision.Findings.SingleOrDefault(f => f.RuleId == rule)?.Verdict;
    }

    [Fact]
    public async Task A_treatment_team_is_of_the_own_agency_and_set_once()
    {
        var (agency, other) = (await Agency.Register(service, "la-acla"), await Agency.Register(service, "la-acla"));
        var esp = await agency.Hire(-100);
        await agency.Assign(esp, StaffRole.Esp, -100);
        var (own, foreign) = (await Treatment(agency, "One"), await Treatment(other, "One"));
        Assert.Equal(StatusCode.AlreadyExists, (await service.RefusedWithoutTrace(async () => await Treatment(agency, "One"))).Code);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () => await Set(agency, esp, service.Day(), foreign))).Code);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () => await Assign(agency, esp, foreign))).Code);
        Assert.Equal(["treatment_teams"], (await service.RefusedWithoutTrace(async () => await Set(agency, esp, service.Day(), own, own))).Fields);
        Assert.Equal(["from"], (await service.RefusedWithoutTrace(async () => await Set(agency, esp, service.Day(-101), own))).Fields);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () => await Set(other, esp, service.Day(), foreign))).Code);
        Assert.Equal([own], (await agency.Teams.ListTreatmentTeamsAsync(new(), agency.Own)).TreatmentTeams.Select(t => t.Name));
        Assert.Empty((await agency.Teams.ListTreatmentTeamsAsync(new(), service.As(Roles.Mco, "payer-foreign"))).TreatmentTeams);
    }

    [Theory]
    [InlineData("nc-state", 480, Verdict.Met)]
    [InlineData("nc-state", 481, Verdict.NotMet)]
    [InlineData("nc-core", 480, Verdict.Met)]
    [InlineData("nc-core", 481, Verdict.NotMet)]
    public async Task Five_percent_of_the_time_may_be_case_management(string program, int minutes, Verdict verdict)
    {
        var agency = await Agency.Register(service, program);
        var esp = await agency.Hire(-100);
        await agency.Assign(esp, StaffRole.Esp, -100);
        Proto.RecordWorkTimeRequest request = new()
        {
            StaffMember = esp,
            MonthStart = "2026-02-02",
            WorkMinutes = 9600,
            CaseManagementMinutes = 9601,
            RequestId = StaffingService.NewId(),
        };
        Assert.Equal(["case_management_minutes", "month_start"],
            (await service.RefusedWithoutTrace(async () => await agency.Caseloads.RecordWorkTimeAsync(request, agency.Own))).Fields.Order());
        (request.MonthStart, request.CaseManagementMinutes) = ("2026-02-01", 1);
        await agency.Caseloads.RecordWorkTimeAsync(request, agency.Own);
        (request.CaseManagementMinutes, request.RequestId) = (minutes, StaffingService.NewId());
        await agency.Caseloads.RecordWorkTimeAsync(request, agency.Own);
        var finding = Assert.Single((await agency.Caseloads.CheckCaseloadAsync(new() { StaffMember = esp, Program = program }, agency.Own)).Decision.Findings,
            f => f.RuleId == "NC-STAFF-009");
        Assert.Equal(verdict, finding.Verdict);
        Assert.DoesNotContain((await agency.Caseloads.CheckCaseloadAsync(new() { StaffMember = esp, Program = program, AsOf = "2026-01-31" }, agency.Own)).Decision.Findings,
            f => f.RuleId == "NC-STAFF-009");
        request.RequestId = StaffingService.NewId();
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () =>
            await agency.Caseloads.RecordWorkTimeAsync(request, service.As(Roles.Provider, "agency-foreign")))).Code);
    }

    [Theory]
    [InlineData(0, "", Verdict.Met)]
    [InlineData(1, "", Verdict.NotMet)]
    [InlineData(4800, "2026-02-01", Verdict.Met)]
    [InlineData(4800, "2026-01-31", Verdict.NotMet)]
    public async Task In_Missouri_a_specialist_gives_only_employment_services_MO_STAFF_009(int minutes, string split, Verdict verdict)
    {
        var agency = await Agency.Register(service, "mo-dmh-vr");
        var esp = await agency.Hire(-200);
        Proto.AssignRoleRequest role = new()
        {
            StaffMember = esp,
            Team = agency.Team,
            Role = StaffRole.TeamLead,
            From = service.Day(-200),
            SplitTimeThrough = service.Day(),
            RequestId = StaffingService.NewId(),
        };
        Assert.Equal(["split_time_through"], (await service.RefusedWithoutTrace(async () => await agency.Staff.AssignRoleAsync(role, agency.Own))).Fields);
        (role.Role, role.SplitTimeThrough) = (StaffRole.Esp, service.Day(-201));
        Assert.Equal(["split_time_through"], (await service.RefusedWithoutTrace(async () => await agency.Staff.AssignRoleAsync(role, agency.Own))).Fields);
        role.SplitTimeThrough = split;
        Assert.Equal(split, (await agency.Staff.AssignRoleAsync(role, agency.Own)).SplitTimeThrough);
        await agency.Caseloads.RecordWorkTimeAsync(new()
        {
            StaffMember = esp,
            MonthStart = "2026-02-01",
            WorkMinutes = 9600,
            CaseManagementMinutes = minutes,
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        var finding = Assert.Single((await agency.Caseloads.CheckCaseloadAsync(new() { StaffMember = esp, Program = "mo-dmh-vr", AsOf = "2026-02-28" }, agency.Own)).Decision.Findings,
            f => f.RuleId == "MO-STAFF-009");
        Assert.Equal(verdict, finding.Verdict);
    }

    [Fact]
    public async Task CheckTeam_answers_every_rule_and_names_what_is_vacant()
    {
        var agency = await Agency.Register(service, "la-acla");
        var (lead, esp) = (await agency.Hire(-100), await agency.Hire(-100));
        await agency.Assign(lead, StaffRole.TeamLead, -100, -1);
        await agency.Assign(esp, StaffRole.Esp, -100);
        var answer = await agency.Teams.CheckTeamAsync(new() { Team = agency.Team }, agency.Own);
        var vacancy = Assert.Single(answer.Vacancies);
        Assert.Equal((StaffRole.TeamLead, service.Day()), (vacancy.Role, vacancy.Since));
        var kinds = answer.Parts.GroupBy(p => p.Kind).ToDictionary(g => g.Key, g => g.Select(p => p.About).Distinct().Order().ToArray());
        Assert.Equal([agency.Name], kinds["provider-readiness"]);
        Assert.Equal([esp], kinds["caseload"]);
        Assert.Contains(agency.Team, kinds["scheduled-act"]);
        // The team is on file since today: last month is not decided.
        Assert.DoesNotContain("meeting-compliance", kinds.Keys);
        var next = await agency.Teams.CheckTeamAsync(new() { Team = agency.Team, AsOf = "2026-05-01" }, agency.Own);
        Assert.Contains(next.Parts, p => p.Kind == "meeting-compliance" && p.About == agency.Team && p.Decision.Verdict == Verdict.NotMet);
        Assert.All(answer.Parts, part => Assert.NotEmpty(part.Decision.Findings));
    }

    [Fact]
    public async Task Findings_between_two_days_name_what_was_broken_met_and_due()
    {
        var agency = await Agency.Register(service, "la-acla");
        var esp = await agency.Hire(-100);
        await agency.Assign(esp, StaffRole.Esp, -100);
        await agency.Assign(await agency.Hire(-100), StaffRole.TeamLead, -100, 2);
        await agency.Assign(await agency.Hire(-100), StaffRole.TeamLead, 5);
        Proto.ListTeamFindingsRequest request = new() { Team = agency.Team, From = service.Day(), Through = service.Day(10) };
        var findings = (await agency.Teams.ListTeamFindingsAsync(request, agency.Own)).Findings;
        Assert.Equal([(service.Day(3), Change.Broken), (service.Day(5), Change.Met)], Of("LA-STAFF-001"));
        // The first whole week ends on Sunday.
        Assert.Equal([(service.Day(6), Change.Due), (service.Day(7), Change.Broken)], Of("LA-SUP-003"));
        // Page by page it is the same.
        List<Proto.TeamFinding> paged = [];
        request.PageSize = 2;
        do
        {
            var page = await agency.Teams.ListTeamFindingsAsync(request, agency.Own);
            paged.AddRange(page.Findings);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(findings, paged);
        request.Through = service.Day(92);
        Assert.Equal(["through"], (await service.RefusedWithoutTrace(async () => await agency.Teams.ListTeamFindingsAsync(request, agency.Own))).Fields);
        request.Through = service.Day(91);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () =>
            await agency.Teams.ListTeamFindingsAsync(request, service.As(Roles.Provider, "agency-foreign")))).Code);

        IEnumerable<(string Day, Change Change)> Of(string rule) => findings.Where(f => f.RuleId == rule).Select(f => (f.Day, f.Change));
    }

    [Theory]
    [InlineData(99, "2026-06-30")]
    [InlineData(100, "2026-12-31")]
    public async Task The_steering_committee_of_Missouri_meets_each_quarter_and_with_good_fidelity_each_half_year(int total, string due)
    {
        var agency = await Agency.Register(service, "mo-dmh-vr");
        Assert.Equal("2026-06-30", (await Item()).DueOn);
        await service.Send([TeamReview(agency, service.Day(-20), total)]);
        await Poll.Until(async () => (await Deadlines()).Any(d => d.Kind == "steering-committee" && d.DueOn == due));
        Assert.Equal((due, Verdict.Met), ((await Item(due)).DueOn, Of(await Item(due), "MO-IMPL-006")));
        Assert.Equal(Verdict.NotMet, Of(await Item(DateOnly.Parse(due, null).AddDays(1).ToString("yyyy-MM-dd", null)), "MO-IMPL-006"));
        Assert.Equal((Verdict.NeedsFacts, Verdict.NeedsFacts), (Of(await Item(), "MO-IMPL-004"), Of(await Item(), "MO-IMPL-005")));
        var lead = await agency.Hire(-100);
        await agency.Assign(lead, StaffRole.TeamLead, -100);
        var planned = await agency.Meetings.PlanMeetingAsync(
            new() { Team = agency.Team, Kind = Proto.TeamMeetingKind.SteeringCommittee, Day = service.Day(), RequestId = StaffingService.NewId() }, agency.Own);
        await agency.Meetings.HoldMeetingAsync(new()
        {
            Name = planned.Name,
            Etag = planned.Etag,
            Attendees = { new Proto.Attendee { StaffMember = lead, Attendance = Proto.Attendance.InPerson } },
            CommitteeMembers =
            {
                Proto.CommitteeMember.IpsSupervisor, Proto.CommitteeMember.ClinicalDirector, Proto.CommitteeMember.Vr, Proto.CommitteeMember.Client,
                Proto.CommitteeMember.AgencyLeader,
            },
            PartnerAgency = true,
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        Assert.Equal((Proto.ScheduledActState.Done, service.Day()), ((await Item()).State, (await Item()).LastDoneOn));
        // The other agency has no member.
        Assert.Equal((Verdict.Met, Verdict.NotMet), (Of(await Item(), "MO-IMPL-004"), Of(await Item(), "MO-IMPL-005")));
        var part = Assert.Single((await agency.Teams.CheckTeamAsync(new() { Team = agency.Team }, agency.Own)).Parts,
            p => p.Decision.Findings.Any(f => f.RuleId == "MO-IMPL-005"));
        Assert.Equal(Verdict.NotMet, part.Decision.Verdict);

        static Verdict Of(Proto.ScheduledItem item, string rule) => Assert.Single(item.Decision.Findings, f => f.RuleId == rule).Verdict;

        async Task<Proto.ScheduledItem> Item(string day = "") => (await agency.Meetings.CheckScheduleAsync(new() { Team = agency.Team, AsOf = day }, agency.Own)).Items
            .Single(i => i.Act == Proto.TeamScheduledAct.SteeringCommittee);

        async Task<IReadOnlyList<Proto.StaffDeadline>> Deadlines() =>
            (await agency.Deadlines.ListStaffDeadlinesAsync(new() { Subject = agency.Team }, agency.Own)).Deadlines;
    }

    [Fact]
    public async Task A_first_review_that_is_withdrawn_starts_its_clock_again()
    {
        var agency = await Agency.Register(service, "la-acla");
        var (first, second) = (TeamReview(agency, service.Day(-30), 100), TeamReview(agency, service.Day(-20), 90));
        await service.Send([first, second], times: 2);
        await Poll.Until(async () => await First() == service.Day(-30));
        await service.Send([Withdrawn(first)], times: 2);
        await Poll.Until(async () => await First() == service.Day(-20));
        await service.Send([Withdrawn(second)]);
        await Poll.Until(async () => await First() == "");
        Assert.Contains((await agency.Deadlines.ListStaffDeadlinesAsync(new() { Subject = agency.Team }, agency.Own)).Deadlines, d => d.Kind == "first-review");

        async Task<string> First() => (await agency.Meetings.CheckScheduleAsync(new() { Team = agency.Team }, agency.Own)).Items
            .Single(i => i.Act == Proto.TeamScheduledAct.FirstReview).LastDoneOn;
    }

    [Fact]
    public async Task A_role_that_begins_or_ends_changes_the_team_and_a_transfer_moves_an_assignment()
    {
        var agency = await Agency.Register(service);
        var (gives, gets) = (await agency.Member(StaffRole.Esp), await agency.Member(StaffRole.Esp));
        var assigned = await agency.Caseloads.AssignIndividualAsync(agency.Assignment(gives), agency.Own);
        await agency.Caseloads.TransferCaseloadAsync(
            new() { StaffMember = gives, ToStaffMember = gets, Program = "nc-core", From = service.Day(1), RequestId = StaffingService.NewId() }, agency.Own);
        Assert.Equal($"{assigned.Assignment.Name[12..]} {gives[6..]} {gets[6..]}", await service.Scalar(
            $"select (body->>'endedAssignmentId') || ' ' || (body->>'fromStaffMemberId') || ' ' || (body->>'toStaffMemberId') from outbox_rows where type = 'ips.staffing.assignment-moved.v1' and body->>'fromStaffMemberId' = '{gives[6..]}'"));
        var role = (await agency.Get(gets)).Roles[0];
        await agency.Staff.EndRoleAsync(new() { StaffMember = gets, RoleId = role.Id, Through = service.Day(3), RequestId = StaffingService.NewId() }, agency.Own);
        Assert.Equal("role_assigned ESP role_ended ESP", await service.Scalar(
            $"select string_agg((body->>'status') || ' ' || (body->>'role'), ' ' order by turn) from outbox_rows where type = 'ips.staffing.team-changed.v1' and body->>'staffMemberId' = '{gets[6..]}'"));
    }

    [Fact]
    public async Task A_caseload_moves_to_no_other_team_that_may_take_no_new_people()
    {
        var agency = await Agency.Register(service, "la-acla");
        var (gives, gets, same) = (await agency.Hire(-100), await agency.Hire(-100), await agency.Hire(-100));
        await agency.Assign(gives, StaffRole.Esp, -100);
        await agency.Assign(same, StaffRole.Esp, -100);
        var other = (await agency.Teams.CreateTeamAsync(agency.Formation(), agency.Own)).Name;
        await agency.Staff.AssignRoleAsync(
            new() { StaffMember = gets, Team = other, Role = StaffRole.Esp, From = service.Day(-100), RequestId = StaffingService.NewId() }, agency.Own);
        await agency.Caseloads.AssignIndividualAsync(agency.Assignment(gives), agency.Own);
        service.Standings.Closed[other] = service.Day();
        service.Standings.Closed[agency.Team] = service.Day();
        Proto.TransferCaseloadRequest request = new() { StaffMember = gives, ToStaffMember = gets, Program = "la-acla", From = service.Day(1), RequestId = StaffingService.NewId() };
        var refused = await agency.Caseloads.TransferCaseloadAsync(request, agency.Own);
        Assert.Equal(0, refused.Moved);
        Assert.NotEmpty(refused.TeamFindings);
        (request.ToStaffMember, request.RequestId) = (same, StaffingService.NewId());
        Assert.Equal(1, (await agency.Caseloads.TransferCaseloadAsync(request, agency.Own)).Moved);
    }

    [Fact]
    public async Task A_stream_of_staff_and_days_answers_each_item_as_the_single_call_does()
    {
        var agency = await Agency.Register(service);
        var (good, bad) = (await agency.Member(StaffRole.Esp), await agency.Member(StaffRole.Esp, qualified: false));
        using var call = agency.Staff.VerifyQualificationBatch(agency.Own);
        for (var i = 0; i < 500; i++)
        {
            await call.RequestStream.WriteAsync(new()
            {
                ItemId = $"{i}",
                Brief = i % 2 == 1,
                Verify = i == 7 ? null : new() { StaffMember = i == 8 ? "staff/none" : i == 9 ? $"staff/{Guid.CreateVersion7()}" : i % 3 == 0 ? good : bad, Program = "nc-core", ServiceDate = service.Day(-i % 20) },
            });
        }

        await call.RequestStream.CompleteAsync();
        var answers = await call.ResponseStream.ReadAllAsync().ToListAsync();
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), answers.Select(a => a.ItemId));
        Assert.Equal([7, 8, 9], answers.Index().Where(a => a.Item.Problem is not null).Select(a => a.Index));
        Assert.Equal([3, 3, 5], new[] { 7, 8, 9 }.Select(i => answers[i].Problem.Code));
        foreach (var i in new[] { 0, 1, 3, 15, 20 })
        {
            var single = await agency.Verify(i % 3 == 0 ? good : bad, -i % 20);
            var answer = answers[i].Qualification;
            Assert.Equal((single.Gate, single.Qualified, single.OpenItems.Count), (answer.Gate, answer.Qualified, answer.OpenItems.Count));
            Assert.Equal(i % 2 == 1, answer.Decision is null);
        }
    }

    private static async Task<string> Treatment(Agency agency, string name) => (await agency.Teams.CreateTreatmentTeamAsync(
        new() { TreatmentTeam = new() { DisplayName = name }, RequestId = StaffingService.NewId() }, agency.Own)).Name;

    private static async Task Set(Agency agency, string staff, string from, params string[] teams) => await agency.Teams.SetTreatmentTeamsAsync(
        new() { StaffMember = staff, From = from, TreatmentTeams = { teams }, RequestId = StaffingService.NewId() }, agency.Own);

    private static async Task<Proto.Assignment> Assign(Agency agency, string staff, string team)
    {
        var request = agency.Assignment(staff);
        request.TreatmentTeam = team;
        return (await agency.Caseloads.AssignIndividualAsync(request, agency.Own)).Assignment;
    }

    private static ReviewMovedV1 Withdrawn(ReviewRecordedV1 review) => new()
    {
        ReviewId = review.ReviewId,
        TeamId = review.TeamId,
        Provider = review.Provider,
        Program = review.Program,
        FromState = "final",
        ToState = "withdrawn",
        On = review.LastOnsiteDay,
        Total = review.Total,
        TeamNextReviewDue = null,
        TeamNextReviewRule = null,
    };

    private static ReviewRecordedV1 TeamReview(Agency agency, string onsite, int total) => new()
    {
        ReviewId = new(Guid.CreateVersion7()),
        TeamId = new(Guid.Parse(agency.Team[6..])),
        Provider = agency.Code,
        Program = agency.Program,
        Evaluator = "PLAN",
        LastOnsiteDay = DateOnly.Parse(onsite, null),
        FinalReportReceivedOn = DateOnly.Parse(onsite, null),
        Total = total,
        Tier = "good",
        Certified = true,
        NextReviewDue = null,
        Verdict = "Met",
        DecisionId = new(Guid.CreateVersion7()),
        PackVersion = "1",
    };
}
