using Grpc.Core;
using Ips.Contracts.Common.V1;
using Xunit;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>Composition and readiness of teams, spans of supervision, and the transfer of a caseload. The clock stands at 2026-03-02.</summary>
[Collection("staffing")]
public sealed class TeamTests(StaffingService service)
{
    [Fact]
    public async Task A_team_of_North_Carolina_has_each_role_and_an_assistant_after_six_months()
    {
        foreach (var program in new[] { "nc-core", "nc-state" })
        {
            var agency = await Agency.Register(service, program);
            foreach (var role in new[] { StaffRole.TeamLead, StaffRole.Esp, StaffRole.Epm })
                await agency.Assign(await agency.Hire(-380), role, -380);
            // In operation since 2025-01-26: six months end on 2025-07-26.
            Assert.Equal(Verdict.Met, await Standing("2025-07-26"));
            Assert.Equal(Verdict.NotMet, await Standing("2025-07-27"));
            await agency.Assign(await agency.Hire(-200), StaffRole.ProgramAssistant, -200, -1);
            Assert.Equal((Verdict.Met, Verdict.NotMet), (await Standing(service.Day(-1)), await Standing("")));

            async Task<Verdict> Standing(string day) => Finding(await Check(agency, day), "NC-STAFF-011").Verdict;
        }
    }

    [Fact]
    public async Task The_first_review_of_North_Carolina_needs_six_months_twenty_people_and_else_a_plan()
    {
        var agency = await Agency.Register(service);
        Assert.Equal(Verdict.NotMet, Finding(await Check(agency, "2025-07-25"), "NC-FID-004").Verdict);
        Assert.Equal(Verdict.Met, Finding(await Check(agency, "2025-07-26"), "NC-FID-004").Verdict);
        var esp = "";
        foreach (var role in new[] { StaffRole.TeamLead, StaffRole.Esp, StaffRole.Epm, StaffRole.ProgramAssistant })
        {
            var member = await agency.Hire(-380);
            await agency.Assign(member, role, -380);
            esp = role == StaffRole.Esp ? member : esp;
        }

        for (var i = 0; i < 19; i++)
            await agency.Caseloads.AssignIndividualAsync(agency.Assignment(esp), agency.Own);
        var tooFew = await Check(agency);
        Assert.Equal((19, Verdict.NotMet), (tooFew.ActiveServed, Finding(tooFew, "NC-FID-005").Verdict));
        await agency.Caseloads.AssignIndividualAsync(agency.Assignment(esp), agency.Own);
        Assert.Equal(Verdict.Met, Finding(await Check(agency), "NC-FID-005").Verdict);

        Proto.RecordReadinessRequest request = new()
        {
            Team = agency.Team,
            Readiness = new()
            {
                ActionPlanDate = service.Day(-10),
                ActionPlanContents = { Proto.TeamPlanContent.Barriers, Proto.TeamPlanContent.Steps },
                ActionPlanSharedWith = { Proto.TeamPlanReader.Dhhs },
            },
            RequestId = StaffingService.NewId(),
        };
        await agency.Teams.RecordReadinessAsync(request, agency.Own);
        Assert.Equal(Verdict.NotMet, Finding(await Check(agency), "NC-FID-006").Verdict);
        request.Readiness.ActionPlanSharedWith.Add(Proto.TeamPlanReader.LmeMco);
        request.RequestId = StaffingService.NewId();
        await agency.Teams.RecordReadinessAsync(request, agency.Own);
        Assert.Equal(Verdict.Met, Finding(await Check(agency), "NC-FID-006").Verdict);
    }

    [Fact]
    public async Task A_team_of_Louisiana_has_a_specialist_a_supervisor_and_a_self_evaluation()
    {
        foreach (var program in new[] { "la-acla", "la-lhcc" })
        {
            var agency = await Agency.Register(service, program);
            await agency.Assign(await agency.Hire(-20), StaffRole.Esp);
            var open = await Check(agency);
            Assert.Equal((Verdict.NotMet, Verdict.NeedsFacts), (Finding(open, "LA-STAFF-001").Verdict, Finding(open, "LA-FID-003").Verdict));
            await agency.Assign(await agency.Hire(-20), StaffRole.TeamLead);
            Proto.RecordReadinessRequest request = new() { Team = agency.Team, Readiness = new() { SelfEvaluationScore = 24 }, RequestId = StaffingService.NewId() };
            Assert.Equal("readiness.self_evaluation_score",
                Assert.Single((await service.RefusedWithoutTrace(async () => await agency.Teams.RecordReadinessAsync(request, agency.Own))).Fields));
            request.Readiness.SelfEvaluationScore = 25;
            await agency.Teams.RecordReadinessAsync(request, agency.Own);
            Assert.True((await Check(agency)).Complete);
        }
    }

    [Fact]
    public async Task A_team_of_Missouri_was_visited_and_is_ready_in_every_domain()
    {
        var agency = await Agency.Register(service, "mo-dmh-vr");
        Proto.RecordReadinessRequest request = new()
        {
            Team = agency.Team,
            Readiness = new() { ReadinessVisitDate = service.Day() },
            RequestId = StaffingService.NewId(),
        };
        foreach (var domain in Enum.GetValues<Proto.ReadinessDomain>().Where(d => d != default && d != Proto.ReadinessDomain.Beliefs))
        {
            request.Readiness.ReadinessRatings.Add(new Proto.ReadinessRating()
            {
                Domain = domain,
                Level = domain == Proto.ReadinessDomain.Interest ? Proto.ReadinessLevel.NotApplicable
                    : domain == Proto.ReadinessDomain.Mission ? Proto.ReadinessLevel.WorkNeeded : Proto.ReadinessLevel.Ready,
            });
        }

        await agency.Teams.RecordReadinessAsync(request, agency.Own);
        var rated = await Check(agency);
        Assert.Equal((Verdict.Met, Verdict.NotMet, Verdict.Met, Verdict.NeedsFacts), (Finding(rated, "MO-READY-001").Verdict, Finding(rated, "MO-READY-006").Verdict,
            Finding(rated, "MO-READY-011").Verdict, Finding(rated, "MO-READY-012").Verdict));
        Assert.Equal(Verdict.NotMet, Finding(await Check(agency, service.Day(-1)), "MO-READY-001").Verdict);
        Assert.DoesNotContain(rated.Decision.Findings, f => f.RuleId is "MO-READY-002" or "MO-READY-003");
        request.Readiness.ReadinessVisitParts.Add(Proto.ReadinessVisitPart.LeadershipMeeting);
        (request.Readiness.TwoAgencies, request.RequestId) = (true, StaffingService.NewId());
        request.Readiness.LeadershipAttendees.Add(Proto.LeadershipAttendee.MentalHealthAgencyLeader);
        await agency.Teams.RecordReadinessAsync(request, agency.Own);
        var visited = await Check(agency);
        Assert.Equal((Verdict.NotMet, Verdict.NotMet), (Finding(visited, "MO-READY-002").Verdict, Finding(visited, "MO-READY-003").Verdict));
        request.Readiness.LeadershipAttendees.Add(Proto.LeadershipAttendee.EmploymentAgencyLeader);
        request.Readiness.ReadinessVisitParts.Add(Proto.ReadinessVisitPart.PeopleServed);
        request.RequestId = StaffingService.NewId();
        await agency.Teams.RecordReadinessAsync(request, agency.Own);
        visited = await Check(agency);
        // The domain of the employment unit does not apply: there is no staff of it to meet.
        Assert.Equal((Verdict.Met, Verdict.Met), (Finding(visited, "MO-READY-002").Verdict, Finding(visited, "MO-READY-003").Verdict));
        request.Readiness.ReadinessRatings.Add(request.Readiness.ReadinessRatings[0]);
        Assert.Equal("readiness.readiness_ratings", Assert.Single((await service.RefusedWithoutTrace(async () =>
            await agency.Teams.RecordReadinessAsync(request, agency.Own))).Fields));
    }

    [Theory]
    [InlineData("la-acla", 10, 100, null, "")]
    [InlineData("la-acla", 11, 100, null, "LA-SUP-001")]
    [InlineData("la-acla", 6, 59, null, "LA-SUP-002")]
    [InlineData("la-lhcc", 11, 100, null, "LA-SUP-001")]
    [InlineData("la-lhcc", 6, 60, null, "")]
    [InlineData("la-lhcc", 6, 59, null, "LA-SUP-002")]
    [InlineData("mo-dmh-vr", 10, null, true, "")]
    [InlineData("mo-dmh-vr", 11, null, true, "MO-STAFF-001")]
    [InlineData("mo-dmh-vr", 4, null, false, "")]
    [InlineData("mo-dmh-vr", 5, null, false, "MO-STAFF-002")]
    public async Task A_supervisor_leads_so_many_specialists_of_the_team(string program, int specialists, int? percent, bool? onlyIps, string unmet)
    {
        var agency = await Agency.Register(service, program);
        for (var i = 0; i < specialists; i++)
            await agency.Assign(await agency.Hire(), StaffRole.Esp);
        await agency.Assign(await agency.Hire(), StaffRole.Esp, -10, -1);
        var lead = await agency.Hire();
        Proto.AssignRoleRequest role = new() { StaffMember = lead, Team = agency.Team, Role = StaffRole.TeamLead, From = service.Day(-10), RequestId = StaffingService.NewId() };
        if (percent is { } share)
            role.FtePercent = share;
        if (onlyIps is { } only)
            role.SupervisesOnlyIps = only;
        await agency.Staff.AssignRoleAsync(role, agency.Own);
        var caseload = await agency.Caseloads.CheckCaseloadAsync(new() { StaffMember = lead, Program = program }, agency.Own);
        Assert.Equal(unmet, string.Join(' ', caseload.Decision.Findings.Where(f => f.Deciding && f.Verdict != Verdict.Met).Select(f => f.RuleId)));
    }

    [Fact]
    public async Task A_whole_caseload_moves_on_a_day_and_the_past_stays_as_it_was()
    {
        var agency = await Agency.Register(service);
        var (gives, gets) = (await agency.Member(StaffRole.Esp), await agency.Member(StaffRole.Esp));
        var both = agency.Assignment(gives);
        await agency.Caseloads.AssignIndividualAsync(both, agency.Own);
        await agency.Caseloads.AssignIndividualAsync(agency.Assignment(gives), agency.Own);
        (both.StaffMember, both.RequestId) = (gets, StaffingService.NewId());
        await agency.Caseloads.AssignIndividualAsync(both, agency.Own);
        Proto.TransferCaseloadRequest request = new()
        {
            StaffMember = gives,
            ToStaffMember = gets,
            Program = "nc-core",
            From = service.Day(5),
            ValidateOnly = true,
        };
        var before = await service.Everything();
        Assert.Equal(2, (await agency.Caseloads.TransferCaseloadAsync(request, agency.Own)).Moved);
        Assert.Equal(before, await service.Everything());
        (request.ValidateOnly, request.RequestId) = (false, StaffingService.NewId());
        var moved = await agency.Caseloads.TransferCaseloadAsync(request, agency.Own);
        Assert.Equal((2, 2), (moved.Moved, moved.Caseload.ActiveCount));
        Assert.Equal((2, 0, 1, 2), (await Active(gives, 4), await Active(gives, 5), await Active(gets, 4), await Active(gets, 5)));

        request.RequestId = StaffingService.NewId();
        request.ToStaffMember = gives;
        Assert.Equal("to_staff_member", Assert.Single((await service.RefusedWithoutTrace(async () => await agency.Caseloads.TransferCaseloadAsync(request, agency.Own))).Fields));
        request.ToStaffMember = await (await Agency.Register(service)).Member(StaffRole.Esp);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () => await agency.Caseloads.TransferCaseloadAsync(request, agency.Own))).Code);
        (request.ToStaffMember, request.From) = (gets, service.Day(-381));
        Assert.Equal("from", Assert.Single((await service.RefusedWithoutTrace(async () => await agency.Caseloads.TransferCaseloadAsync(request, agency.Own))).Fields));
        request.From = service.Day(5);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () =>
            await agency.Caseloads.TransferCaseloadAsync(request, service.As(Roles.Provider, "agency-foreign")))).Code);

        async Task<int> Active(string member, int day) => (await agency.Caseloads.CheckCaseloadAsync(
            new() { StaffMember = member, Program = "nc-core", AsOf = service.Day(day) }, agency.Own)).ActiveCount;
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public async Task Above_the_limit_of_the_other_nothing_moves(int people, bool moves)
    {
        var agency = await Agency.Register(service);
        var (gives, gets) = (await agency.Member(StaffRole.Esp), await agency.Member(StaffRole.TeamLead));
        for (var i = 0; i < people; i++)
            await agency.Caseloads.AssignIndividualAsync(agency.Assignment(gives), agency.Own);
        var answer = await agency.Caseloads.TransferCaseloadAsync(
            new() { StaffMember = gives, ToStaffMember = gets, Program = "nc-core", From = service.Day(), RequestId = StaffingService.NewId() }, agency.Own);
        Assert.Equal((moves ? people : 0, moves ? Verdict.Met : Verdict.NotMet), (answer.Moved, answer.Caseload.Decision.Verdict));
        Assert.Equal(moves ? people : 0, await service.Count($"assignments where staff_member_id = '{gets[6..]}'"));
    }

    private static Finding Finding(Proto.TeamComposition team, string rule) => Assert.Single(team.Decision.Findings, f => f.RuleId == rule);

    private static async Task<Proto.TeamComposition> Check(Agency agency, string day = "") =>
        await agency.Teams.CheckTeamAsync(new() { Team = agency.Team, AsOf = day }, agency.Own);
}
