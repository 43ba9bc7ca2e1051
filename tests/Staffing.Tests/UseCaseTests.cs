using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>Agencies, teams, staff, qualifications and caseloads.</summary>
[Collection("staffing")]
public sealed class UseCaseTests(StaffingService service)
{
    [Fact]
    public async Task An_agency_its_team_and_its_staff_are_on_file_and_found()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Member(StaffRole.Esp);
        Assert.Equal(Proto.OrganizationKind.Provider, (await agency.Organizations.GetOrganizationAsync(new() { Name = agency.Name }, agency.Own)).Kind);
        var team = Assert.Single((await agency.Teams.ListTeamsAsync(new() { Provider = agency.Name }, agency.Own)).Teams);
        Assert.Equal((agency.Team, member, StaffRole.Esp), (team.Name, Assert.Single(team.Roles).StaffMember, team.Roles[0].Role));
        Assert.Equal(team, await agency.Teams.GetTeamAsync(new() { Name = agency.Team }, agency.Own));
        var found = Assert.Single((await agency.Staff.ListStaffAsync(new() { Team = agency.Team }, agency.Own)).Staff);
        Assert.Equal((member, "Quillstaff", 30), (found.Name, found.DisplayName, found.VocationalExperienceMonths));
        Assert.Equal(Proto.CredentialType.Cesp, Assert.Single(found.Credentials).Type);
        Assert.Contains((await Pages(agency)).Select(o => o.Name), name => name == agency.Name);
    }

    [Theory]
    [InlineData(StaffRole.TeamLead, "NC-STAFF-001")]
    [InlineData(StaffRole.Esp, "NC-STAFF-002")]
    public async Task Staff_with_the_credentials_is_qualified_and_the_receipt_is_stored(StaffRole role, string rule)
    {
        var agency = await Agency.Register(service);
        var member = await agency.Member(role);
        Proto.CheckQualificationRequest request = new() { StaffMember = member, Program = "nc-core", Role = role, RequestId = StaffingService.NewId() };
        var answer = await agency.Staff.CheckQualificationAsync(request, agency.Own);
        Assert.True(answer.Qualified);
        Assert.Equal(Verdict.Met, Assert.Single(answer.Decision.Findings, f => f.RuleId == rule).Verdict);
        Assert.Equal(answer.Decision.ReceiptSha256, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(answer.Decision.ReceiptJson))));
        Assert.Equal(answer.Decision.ReceiptSha256, await service.Scalar($"select encode(receipt_sha256, 'hex') from decisions where id = '{answer.Decision.DecisionId}'"));
        Assert.Equal(0x84, ((byte[])(await service.Scalar($"select receipt from decisions where id = '{answer.Decision.DecisionId}'"))!)[0]);

        var before = await service.Everything();
        Assert.Equal(answer, await agency.Staff.CheckQualificationAsync(request, agency.Own));
        var verified = await agency.Staff.VerifyQualificationAsync(
            new() { StaffMember = member, Program = "nc-core", ServiceDate = service.Day() }, agency.Ops);
        Assert.Equal((true, role, agency.Team), (verified.Qualified, verified.Role, verified.Team));
        (request.ValidateOnly, request.RequestId) = (true, "");
        Assert.Equal("", (await agency.Staff.CheckQualificationAsync(request, agency.Own)).Decision.DecisionId);
        Assert.Equal(before, await service.Everything());
    }

    [Fact]
    public async Task A_stored_decision_is_read_repeated_and_explained_by_its_agency_alone()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Member(StaffRole.Esp);
        var checkedRole = await agency.Staff.CheckQualificationAsync(
            new() { StaffMember = member, Program = "nc-core", Role = StaffRole.Esp, RequestId = StaffingService.NewId() }, agency.Own);
        DecisionRequest request = new() { Name = $"decisions/{checkedRole.Decision.DecisionId}" };
        Proto.Decisions.DecisionsClient decisions = new(service.Channel);
        Assert.Equal(checkedRole.Decision, await decisions.GetDecisionAsync(request, agency.Own));
        Assert.Equal(ReplayOutcome.Same, (await decisions.ReplayDecisionAsync(request, agency.Ops)).Outcome);
        Assert.Contains("The answer\nYes.\n", (await decisions.ExplainDecisionAsync(request, agency.Own)).Text);
        var dependents = (await decisions.ListDependentsAsync(new() { Record = member }, agency.Own)).Dependents;
        Assert.Contains(dependents, d => (d.Decision, d.Question, d.Version > 0) == (request.Name, checkedRole.Decision.Question, true));
        Assert.Equal(0, await service.Count("decisions where rests_on = '{}'"));
        var other = service.As(Roles.Provider, StaffingService.NewCode("agency"));
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () => await decisions.GetDecisionAsync(request, other))).Code);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () => await decisions.ReplayDecisionAsync(request, other))).Code);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () => await decisions.ExplainDecisionAsync(request, other))).Code);
    }

    [Fact]
    public async Task Staff_without_credentials_or_without_a_role_is_not_qualified()
    {
        var agency = await Agency.Register(service);
        var novice = await agency.Member(StaffRole.Esp, qualified: false);
        var no = await agency.Staff.VerifyQualificationAsync(new() { StaffMember = novice, Program = "nc-core", ServiceDate = service.Day() }, agency.Own);
        Assert.False(no.Qualified);
        Assert.Equal(Verdict.NotMet, Assert.Single(no.Decision.Findings, f => f.RuleId == "NC-STAFF-002").Verdict);
        var before = await agency.Staff.VerifyQualificationAsync(
            new() { StaffMember = novice, Program = "nc-core", ServiceDate = service.Day(-2) }, agency.Own);
        Assert.Equal((false, "not_qualified"), (before.Qualified, before.Status));
    }

    [Theory]
    [InlineData(StaffRole.Esp, 25, "NC-STAFF-008")]
    [InlineData(StaffRole.TeamLead, 9, "NC-STAFF-007")]
    public async Task Assignments_above_the_limit_are_denied_even_when_concurrent(StaffRole role, int limit, string rule)
    {
        var agency = await Agency.Register(service);
        var member = await agency.Member(role);
        for (var i = 0; i < limit - 2; i++)
            Assert.NotNull((await agency.Caseloads.AssignIndividualAsync(agency.Assignment(member), agency.Own)).Assignment);
        var rush = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(async _ => await agency.Caseloads.AssignIndividualAsync(agency.Assignment(member), agency.Own)));
        Assert.Equal(2, rush.Count(r => r.Assignment is not null));

        var rows = await Stored(member);
        var refused = await agency.Caseloads.AssignIndividualAsync(agency.Assignment(member), agency.Own);
        Assert.Null(refused.Assignment);
        Assert.Equal((limit + 1, Verdict.NotMet),
            (refused.Caseload.ActiveCount, Assert.Single(refused.Caseload.Decision.Findings, f => f.RuleId == rule).Verdict));
        Assert.Equal(rows, await Stored(member));

        var load = await agency.Caseloads.CheckCaseloadAsync(new() { StaffMember = member, Program = "nc-core" }, agency.Own);
        Assert.Equal((limit, Verdict.Met), (load.ActiveCount, load.Decision.Verdict));
        var held = (await agency.Caseloads.ListAssignmentsAsync(new() { StaffMember = member, ActiveOn = service.Day() }, agency.Own)).Assignments;
        Assert.Equal(limit, held.Count);

        // An ended assignment does not count from the day after.
        Proto.EndAssignmentRequest end = new() { Name = held[0].Name, Etag = held[0].Etag, Through = service.Day(), RequestId = StaffingService.NewId() };
        var ended = await agency.Caseloads.EndAssignmentAsync(end, agency.Own);
        Assert.Equal(service.Day(), ended.Through);
        end.RequestId = StaffingService.NewId();
        Assert.Equal(StatusCode.Aborted, (await service.RefusedWithoutTrace(async () => await agency.Caseloads.EndAssignmentAsync(end, agency.Own))).Code);
        var next = agency.Assignment(member);
        next.From = service.Day(1);
        Assert.NotNull((await agency.Caseloads.AssignIndividualAsync(next, agency.Own)).Assignment);
    }

    [Fact]
    public async Task A_caseload_that_will_exceed_its_limit_names_the_day()
    {
        var agency = await Agency.Register(service);
        var lead = await agency.Member(StaffRole.TeamLead);
        for (var i = 0; i < 8; i++)
            Assert.Equal("", (await agency.Caseloads.AssignIndividualAsync(agency.Assignment(lead), agency.Own)).Caseload.ExceedsOn);
        var later = agency.Assignment(lead);
        later.From = service.Day(10);
        var ninth = await agency.Caseloads.AssignIndividualAsync(later, agency.Own);
        Assert.Equal((9, ""), (ninth.Caseload.ActiveCount, ninth.Caseload.ExceedsOn));
        // The ninth of today is the tenth when the other begins.
        var assigned = await agency.Caseloads.AssignIndividualAsync(agency.Assignment(lead), agency.Own);
        Assert.Equal((9, Verdict.Met, service.Day(10)), (assigned.Caseload.ActiveCount, assigned.Caseload.Decision.Verdict, assigned.Caseload.ExceedsOn));
        Assert.Equal((9, service.Day(10)), await On(9));
        Assert.Equal((10, ""), await On(10));
        await agency.Caseloads.EndAssignmentAsync(
            new() { Name = assigned.Assignment.Name, Etag = assigned.Assignment.Etag, Through = service.Day(9), RequestId = StaffingService.NewId() }, agency.Own);
        Assert.Equal((9, ""), await On(9));

        async Task<(int, string)> On(int day)
        {
            var caseload = await agency.Caseloads.CheckCaseloadAsync(new() { StaffMember = lead, Program = agency.Program, AsOf = service.Day(day) }, agency.Own);
            return (caseload.ActiveCount, caseload.ExceedsOn);
        }
    }

    [Fact]
    public async Task Of_two_calls_for_the_last_place_one_gets_it_and_the_other_its_refusal()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Member(StaffRole.TeamLead);
        for (var i = 0; i < 8; i++)
            Assert.NotNull((await agency.Caseloads.AssignIndividualAsync(agency.Assignment(member), agency.Own)).Assignment);
        var both = await Task.WhenAll(new[] { "lead-one", "lead-two" }.Select(async subject =>
            await agency.Caseloads.AssignIndividualAsync(agency.Assignment(member), service.As(Roles.Provider, agency.Code, subject))));
        Assert.Single(both, answer => answer.Assignment is not null);
        var refused = Assert.Single(both, answer => answer.Assignment is null);
        Assert.Equal(10, refused.Caseload.ActiveCount);
        Assert.Contains(refused.Caseload.Decision.Findings, finding => finding is { RuleId: "NC-STAFF-007", Verdict: Verdict.NotMet });
        Assert.Equal(9, await service.Count($"assignments where staff_member_id = '{member["staff/".Length..]}'"));
    }

    [Fact]
    public async Task One_of_two_concurrent_calls_for_the_same_thing_succeeds()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Member(StaffRole.Esp);
        var request = agency.Assignment(member);
        await OneOfTwo("AlreadyExists", async () =>
        {
            var mine = request.Clone();
            mine.RequestId = StaffingService.NewId();
            await agency.Caseloads.AssignIndividualAsync(mine, agency.Own);
        });

        var held = Assert.Single((await agency.Caseloads.ListAssignmentsAsync(new() { StaffMember = member }, agency.Own)).Assignments);
        await OneOfTwo("Aborted", async () => await agency.Caseloads.EndAssignmentAsync(
            new() { Name = held.Name, Etag = held.Etag, Through = service.Day(), RequestId = StaffingService.NewId() }, agency.Own));

        var code = StaffingService.NewCode("agency");
        await OneOfTwo("AlreadyExists", async () => await agency.Organizations.CreateOrganizationAsync(new()
        {
            OrganizationId = code,
            RequestId = StaffingService.NewId(),
            Organization = new() { DisplayName = "An agency", Kind = Proto.OrganizationKind.Provider },
        }, agency.Ops));

        static async Task OneOfTwo(string other, Func<Task> call)
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
            {
                try
                {
                    await call();
                    return "";
                }
                catch (RpcException e)
                {
                    return e.StatusCode.ToString();
                }
            }));
            Assert.Equal(["", other], outcomes.Order());
        }
    }

    [Fact]
    public async Task Facts_about_one_staff_member_that_are_recorded_at_once_are_all_stored()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Member(StaffRole.Esp);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async i => await agency.Staff.AddCredentialAsync(new()
        {
            StaffMember = member,
            RequestId = StaffingService.NewId(),
            Credential = new() { Type = Proto.CredentialType.Cesp, Jurisdiction = "NC", ValidFrom = service.Day(-i) },
        }, agency.Own)));
        Assert.Equal(5, (await agency.Staff.GetStaffMemberAsync(new() { Name = member }, agency.Own)).Credentials.Count);
    }

    [Fact]
    public async Task An_assignment_is_stored_once_and_validate_only_stores_none()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Member(StaffRole.Esp);
        var request = agency.Assignment(member);
        var trial = request.Clone();
        (trial.ValidateOnly, trial.RequestId) = (true, "");
        var before = await service.Everything();
        Assert.Equal(1, (await agency.Caseloads.AssignIndividualAsync(trial, agency.Own)).Caseload.ActiveCount);
        Assert.Equal(before, await service.Everything());

        var first = await agency.Caseloads.AssignIndividualAsync(request, agency.Own);
        Assert.Equal(first, await agency.Caseloads.AssignIndividualAsync(request, agency.Own));
        Assert.Equal(1, await service.Count($"assignments where staff_member_id = '{member["staff/".Length..]}'"));
        var other = request.Clone();
        other.From = service.Day(1);
        var changed = await service.RefusedWithoutTrace(async () => await agency.Caseloads.AssignIndividualAsync(other, agency.Own));
        Assert.Equal((StatusCode.InvalidArgument, "request_id"), (changed.Code, Assert.Single(changed.Fields)));
        other.RequestId = StaffingService.NewId();
        Assert.Equal(StatusCode.AlreadyExists,
            (await service.RefusedWithoutTrace(async () => await agency.Caseloads.AssignIndividualAsync(other, agency.Own))).Code);
    }

    [Fact]
    public async Task Every_wrong_field_is_named_and_nothing_is_stored()
    {
        var agency = await Agency.Register(service);
        await Names("organization_id organization.display_name organization.kind", async () =>
            await agency.Organizations.CreateOrganizationAsync(new(), agency.Ops));
        await Names("team.provider team.display_name team.program team.operation_start", async () => await agency.Teams.CreateTeamAsync(new(), agency.Own));
        await Names("provider display_name hire_date", async () => await agency.Staff.RegisterStaffMemberAsync(new(), agency.Own));
        await Names("staff_member credential.type", async () => await agency.Staff.AddCredentialAsync(new(), agency.Own));
        await Names("staff_member team role from", async () => await agency.Staff.AssignRoleAsync(new(), agency.Own));
        await Names("staff_member program role", async () =>
            await agency.Staff.CheckQualificationAsync(new() { RequestId = StaffingService.NewId() }, agency.Own));
        await Names("individual staff_member program from", async () =>
            await agency.Caseloads.AssignIndividualAsync(new() { RequestId = StaffingService.NewId() }, agency.Own));
        await Names("request_id", async () => await agency.Caseloads.AssignIndividualAsync(new(), agency.Own));
        await Names("name through etag", async () => await agency.Caseloads.EndAssignmentAsync(new(), agency.Own));

        var request = agency.Registration();
        (request.Education, request.VocationalExperienceMonths) = ((Proto.Education)77, 30);
        await Names("education", async () => await agency.Staff.RegisterStaffMemberAsync(request, agency.Own));
        (request.Education, request.VocationalExperienceMonths, request.HireDate) = (Proto.Education.Hs, -1, "2026-13-01");
        await Names("vocational_experience_months hire_date", async () => await agency.Staff.RegisterStaffMemberAsync(request, agency.Own));

        using var http = service.Http(Roles.Provider, agency.Code);
        var before = await service.Everything();
        using var bad = await http.PostAsync("/v1/staff", new StringContent("{ \"provider\": ", Encoding.UTF8, "application/json"));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, bad.StatusCode);
        Assert.Equal(before, await service.Everything());

        async Task Names(string fields, Func<Task> call)
        {
            var refused = await service.RefusedWithoutTrace(call);
            Assert.Equal((StatusCode.InvalidArgument, string.Join(' ', fields.Split(' ').Order(StringComparer.Ordinal))),
                (refused.Code, string.Join(' ', refused.Fields.Order(StringComparer.Ordinal))));
        }
    }

    [Fact]
    public async Task Only_a_person_whom_the_agency_serves_is_assigned()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Member(StaffRole.Esp);
        var (invented, foreign, own) = (agency.Assignment(member), agency.Assignment(member), agency.Assignment(member));
        invented.Individual = $"individuals/{StaffingService.NewId()}";
        service.Eligibility[foreign.Individual].Provider = "agency-foreign";
        service.Eligibility[own.Individual].Provider = agency.Code;
        var rows = await Stored(member);
        foreach (var (request, name) in new[] { (invented, invented.Individual), (foreign, foreign.Individual) })
        {
            var refused = await service.RefusedWithoutTrace(async () => await agency.Caseloads.AssignIndividualAsync(request, agency.Own));
            Assert.Equal((StatusCode.NotFound, $"No individual {name} that you may see."), (refused.Code, refused.Message));
        }

        Assert.Equal(rows, await Stored(member));
        Assert.Equal(own.Individual, (await agency.Caseloads.AssignIndividualAsync(own, agency.Own)).Assignment.Individual);
    }

    [Fact]
    public async Task A_merged_record_is_assigned_as_its_survivor()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Member(StaffRole.Esp);
        var (merged, survivor) = (agency.Assignment(member), agency.Assignment(member));
        service.Eligibility[merged.Individual].MergedInto = survivor.Individual;
        Assert.Equal(survivor.Individual, (await agency.Caseloads.AssignIndividualAsync(merged, agency.Own)).Assignment.Individual);
        Assert.Equal(StatusCode.AlreadyExists,
            (await service.RefusedWithoutTrace(async () => await agency.Caseloads.AssignIndividualAsync(survivor, agency.Own))).Code);
    }

    [Fact]
    public async Task A_team_that_may_take_no_new_people_gets_none_from_that_day()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Member(StaffRole.Esp);
        service.Standings.Closed[agency.Team] = service.Day(1);
        Assert.NotNull((await agency.Caseloads.AssignIndividualAsync(agency.Assignment(member), agency.Own)).Assignment);
        service.Standings.Closed[agency.Team] = service.Day();
        var rows = await Stored(member);
        var refused = await agency.Caseloads.AssignIndividualAsync(agency.Assignment(member), agency.Own);
        Assert.Equal((null, Verdict.Met, "LA-FID-010"),
            (refused.Assignment, refused.Caseload.Decision.Verdict, Assert.Single(refused.TeamFindings).RuleId));
        Assert.Equal(rows, await Stored(member));
    }

    [Fact]
    public async Task A_foreign_agency_cannot_see_or_change_staff_and_names_are_encrypted()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Member(StaffRole.Esp);
        var assigned = (await agency.Caseloads.AssignIndividualAsync(agency.Assignment(member), agency.Own)).Assignment;
        var foreign = service.As(Roles.Provider, "agency-foreign");
        await Refused(StatusCode.NotFound, async () => await agency.Staff.GetStaffMemberAsync(new() { Name = member }, foreign));
        await Refused(StatusCode.NotFound, async () =>
            await agency.Staff.VerifyQualificationAsync(new() { StaffMember = member, Program = "nc-core", ServiceDate = service.Day() }, foreign));
        await Refused(StatusCode.NotFound, async () => await agency.Caseloads.AssignIndividualAsync(agency.Assignment(member), foreign));
        await Refused(StatusCode.NotFound, async () => await agency.Caseloads.EndAssignmentAsync(
            new() { Name = assigned.Name, Etag = assigned.Etag, Through = service.Day(), RequestId = StaffingService.NewId() }, foreign));
        await Refused(StatusCode.PermissionDenied, async () => await agency.Staff.RegisterStaffMemberAsync(agency.Registration(), foreign));
        await Refused(StatusCode.PermissionDenied, async () => await agency.Teams.CreateTeamAsync(agency.Formation(), foreign));
        await Refused(StatusCode.PermissionDenied, async () =>
            await agency.Staff.GetStaffMemberAsync(new() { Name = member }, service.As(Roles.Dvrs, "nc-dvrs")));
        Assert.Empty((await agency.Caseloads.ListAssignmentsAsync(new() { StaffMember = member }, foreign)).Assignments);

        var hex = Convert.ToHexStringLower(Encoding.UTF8.GetBytes("Quillstaff"));
        foreach (var table in new[] { "staff", "outbox_rows", "decisions", "answered_requests" })
            Assert.Equal(0, await service.Count($"{table} t where t::text ilike '%Quillstaff%' or t::text ilike '%{hex}%'"));

        async Task Refused(StatusCode code, Func<Task> call) => Assert.Equal(code, (await service.RefusedWithoutTrace(call)).Code);
    }

    [Fact]
    public async Task The_migrations_make_the_model() =>
        Assert.False(await service.WithDb(
            db => Task.FromResult(Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.HasPendingModelChanges(db.Database))));

    private async Task<string> Stored(string member) =>
        string.Join(' ', await service.Count($"assignments where staff_member_id = '{member["staff/".Length..]}'"),
            await service.Count("decisions"), await service.Count("outbox_rows"));

    private static async Task<List<Proto.Organization>> Pages(Agency agency)
    {
        List<Proto.Organization> all = [];
        for (var token = ""; ;)
        {
            var page = await agency.Organizations.ListOrganizationsAsync(new() { PageSize = 2, PageToken = token }, agency.Own);
            all.AddRange(page.Organizations);
            if ((token = page.NextPageToken).Length == 0)
                return all;
        }
    }

    // FollowMerge moves assignments; coverage comes under both names, and two are what is kept of merges. No deadline here is about a person.
    [Fact]
    public async Task Every_table_with_a_person_is_known_to_the_merge()
    {
        Assert.Equal(["assignments", "coverage", "deadlines", "followed_merges", "meeting_individuals", "moved_rows"], await service.WithDb(db => Task.FromResult(PersonTables.Of(db))));
        Assert.Equal(0, await service.Count("deadlines where individual_id is not null"));
    }

    [Fact]
    public async Task After_a_merge_the_assignments_are_the_survivors_a_person_counts_once_and_an_undo_gives_them_back()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Member(StaffRole.Esp);
        var (stays, moves) = (agency.Assignment(member), agency.Assignment(member));
        Assert.NotEqual(stays.Individual, moves.Individual);
        foreach (var request in new[] { stays, moves })
            await agency.Caseloads.AssignIndividualAsync(request, agency.Own);
        Assert.Equal(2, (await Caseload()).ActiveCount);
        var preview = await new Proto.Merges.MergesClient(service.Channel).PreviewMergeAsync(new() { Survivor = stays.Individual, Merged = moves.Individual }, agency.Own);
        Assert.Equal(("assignments", 1), (Assert.Single(preview.Moves).Kind, preview.Moves[0].Count));
        Assert.Equal("assignments_to_one_staff_member", Assert.Single(preview.Conflicts).Kind);
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        await service.Send([new IndividualsMergedV1
        {
            IndividualId = new(Guid.Parse(stays.Individual[12..])),
            MergedId = new(Guid.Parse(moves.Individual[12..])),
            Provider = agency.Code,
        }]);
        await Poll.Until(async () => (await Caseload()).ActiveCount == 1);
        Assert.Equal([stays.Individual, stays.Individual],
            (await agency.Caseloads.ListAssignmentsAsync(new() { StaffMember = member }, agency.Own)).Assignments.Select(a => a.Individual));
        var inBetween = agency.Assignment(await agency.Member(StaffRole.Esp));
        inBetween.Individual = stays.Individual;
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        var made = (await agency.Caseloads.AssignIndividualAsync(inBetween, agency.Own)).Assignment;
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        Proto.Merges.MergesClient merges = new(service.Channel);
        Assert.Equal(Grpc.Core.StatusCode.NotFound, (await service.RefusedWithoutTrace(() => Listed())).Code);
        IndividualsSeparatedV1 undo = new()
        {
            IndividualId = new(Guid.Parse(stays.Individual[12..])),
            SeparatedId = new(Guid.Parse(moves.Individual[12..])),
            Provider = agency.Code,
            Sequence = 2,
        };
        await service.Send([undo], times: 2);
        await Poll.Until(async () => (await Caseload()).ActiveCount == 2);
        Assert.Equal(new[] { stays.Individual, moves.Individual }.Order(),
            (await agency.Caseloads.ListAssignmentsAsync(new() { StaffMember = member }, agency.Own)).Assignments.Select(a => a.Individual).Order());
        Assert.Equal(moves.Individual[12..], await service.Scalar(
            $"select body->>'individualId' from outbox_rows where type = 'ips.staffing.assignment-joined.v1' and body->>'provider' = '{agency.Code}' order by sequence desc limit 1"));

        var listed = await Listed();
        Assert.Equal((stays.Individual, "assignments", made.Name), (listed.Survivor, Assert.Single(listed.Records).Kind, listed.Records[0].Name));

        async Task<Proto.ListMadeWhileMergedResponse> Listed() => await merges.ListMadeWhileMergedAsync(new() { Name = moves.Individual }, agency.Own);

        async Task<Proto.Caseload> Caseload() => await agency.Caseloads.CheckCaseloadAsync(
            new() { StaffMember = member, Program = "nc-core", AsOf = service.Day() }, agency.Own);
    }
}
