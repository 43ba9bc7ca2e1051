using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Ips.Testing;
using Xunit;
using Course = Ips.Contracts.Staffing.V1.TrainingCourse;
using End = Ips.Contracts.Staffing.V1.AssignmentEnd;
using FactKind = Ips.Contracts.Staffing.V1.OrganizationFactKind;
using Gate = Ips.Contracts.Staffing.V1.QualificationGate;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>What is on file beside the decisions: what a rule leaves to a person, whom a meeting reviewed, why an assignment ended, and the day that unblocks.</summary>
[Collection("staffing")]
public sealed class RecordedTests(StaffingService service)
{
    private static readonly string Document = new('d', 64);

    [Fact]
    public async Task A_license_has_a_state_and_a_scope_and_none_of_the_same_scope_shares_its_days()
    {
        var agency = await Agency.Register(service, "la-acla");
        var member = await agency.Hire();
        await agency.Assign(member, StaffRole.Esp);
        var before = (await agency.Verify(member)).OpenItems;
        Proto.Credential license = new()
        {
            Type = Proto.CredentialType.License,
            Jurisdiction = "LA",
            Scope = "Licensed professional counselor: counseling and psychotherapy",
            Issuer = "LPC Board",
            ValidFrom = "2025-01-01",
            ValidThrough = "2026-12-31",
        };
        await Add(license);
        var onFile = Assert.Single((await agency.Get(member)).Credentials);
        Assert.Equal((license.Scope, "LA"), (onFile.Scope, onFile.Jurisdiction));
        // Whether a service is within it is for its board: no decision reads it.
        Assert.Equal(before, (await agency.Verify(member)).OpenItems);

        Assert.Equal(StatusCode.AlreadyExists, (await service.RefusedWithoutTrace(() => Add(new(license) { ValidFrom = "2026-12-31", ValidThrough = "" }))).Code);
        await Add(new(license) { ValidFrom = "2027-01-01", ValidThrough = "" });
        Assert.Equal(["credential.jurisdiction", "credential.scope"],
            (await service.RefusedWithoutTrace(() => Add(new() { Type = Proto.CredentialType.License }))).Fields.Order(StringComparer.Ordinal));
        Assert.Equal(["credential.scope"], (await service.RefusedWithoutTrace(() => Add(new() { Type = Proto.CredentialType.Cesp, Scope = "any" }))).Fields);

        async Task Add(Proto.Credential credential) =>
            await agency.Staff.AddCredentialAsync(new() { StaffMember = member, Credential = credential, RequestId = StaffingService.NewId() }, agency.Own);
    }

    [Theory]
    [InlineData("mo-dmh-vr", FactKind.ImplementationPlan)]
    [InlineData("nc-state", FactKind.WrittenPolicy)]
    public async Task A_plan_and_a_policy_are_on_file_with_title_and_document_and_decide_nothing(string program, FactKind kind)
    {
        var agency = await Agency.Register(service, program);
        var before = (await Readiness()).Decision.Findings;
        Assert.Equal(["fact.reference"], (await service.RefusedWithoutTrace(() => Record(""))).Fields);
        await Record("IPS plan 2025");
        var listed = Assert.Single((await agency.Organizations.ListOrganizationFactsAsync(new() { Organization = agency.Name, Kind = kind }, agency.Own)).Facts);
        Assert.Equal(("IPS plan 2025", Document, "2025-05-01"), (listed.Reference, listed.DocumentSha256, listed.From));
        Assert.Equal(before, (await Readiness()).Decision.Findings);

        async Task Record(string title) => await agency.Organizations.RecordOrganizationFactAsync(new()
        {
            Organization = agency.Name,
            Fact = new() { Kind = kind, From = "2025-05-01", Reference = title, DocumentSha256 = Document },
            RequestId = StaffingService.NewId(),
        }, agency.Own);

        async Task<Proto.ProviderReadiness> Readiness() =>
            await agency.Organizations.CheckProviderReadinessAsync(new() { Provider = agency.Name, Program = program }, agency.Own);
    }

    [Fact]
    public async Task A_local_governing_entity_is_an_organization_of_its_own_kind()
    {
        var code = StaffingService.NewCode("lge");
        Proto.Organizations.OrganizationsClient organizations = new(service.Calls);
        await organizations.CreateOrganizationAsync(new()
        {
            OrganizationId = code,
            Organization = new() { DisplayName = "A local governing entity", Kind = Proto.OrganizationKind.LocalGoverningEntity, UsState = "LA" },
            RequestId = StaffingService.NewId(),
        }, service.As(Roles.Ops, "platform"));
        var found = await organizations.ListOrganizationsAsync(
            new() { Kind = Proto.OrganizationKind.LocalGoverningEntity, PageSize = 200 }, service.As(Roles.Ops, "platform"));
        Assert.Contains($"organizations/{code}", found.Organizations.Select(o => o.Name));
        Assert.All(found.Organizations, o => Assert.Equal(Proto.OrganizationKind.LocalGoverningEntity, o.Kind));
    }

    [Fact]
    public async Task A_course_in_the_planning_of_benefits_is_on_the_transcript_and_requires_and_waives_nothing()
    {
        var agency = await Agency.Register(service, "mo-dmh-vr");
        var member = await agency.Hire();
        await agency.Assign(member, StaffRole.BenefitsCounselor);
        var before = await Transcript();
        await agency.Training.RecordCompletionAsync(new()
        {
            StaffMember = member,
            Completion = new() { Course = Course.BenefitsPlanning, CompletedOn = service.Day(-1), Minutes = 90, DocumentSha256 = Document },
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        Assert.Equal(["course"], (await service.RefusedWithoutTrace(async () => await agency.Training.GrantWaiverAsync(
            new() { StaffMember = member, Course = Course.BenefitsPlanning, CertificateDate = service.Day(-1), RequestId = StaffingService.NewId() }, agency.Own))).Fields);
        var after = await Transcript();
        var done = Assert.Single(after.Completions);
        Assert.Equal((Course.BenefitsPlanning, 90, Document), (done.Course, done.Minutes, done.DocumentSha256));
        Assert.Equal(before.Requirements, after.Requirements);

        async Task<Proto.Transcript> Transcript() => await agency.Training.GetTranscriptAsync(new() { StaffMember = member }, agency.Own);
    }

    [Fact]
    public async Task A_supervision_names_whom_it_reviewed_and_only_who_is_or_was_on_a_caseload_of_the_agency()
    {
        var agency = await Agency.Register(service);
        var (lead, esp) = (await agency.Member(StaffRole.TeamLead), await agency.Member(StaffRole.Esp));
        var (first, second) = (await Served(agency, esp), await Served(agency, esp));
        var foreign = await Agency.Register(service);
        var elsewhere = await Served(foreign, await foreign.Member(StaffRole.Esp));

        var planned = await Planned(agency, esp);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(() => Held(agency, planned, lead, first, elsewhere))).Code);
        Assert.Equal(["individuals[0]"], (await service.RefusedWithoutTrace(() => Held(agency, planned, lead, "individuals/x"))).Fields);
        var held = await Held(agency, planned, lead, second, first, first);
        Assert.Equal(new[] { first, second }.Order(StringComparer.Ordinal), held.Individuals);
        var listed = (await agency.Meetings.ListMeetingsAsync(new() { Team = agency.Team }, agency.Own)).Meetings.Single(m => m.Name == held.Name);
        Assert.Equal(held, listed);
        Assert.Empty((await foreign.Meetings.ListMeetingsAsync(new() { Team = agency.Team }, foreign.Own)).Meetings);
    }

    [Fact]
    public async Task A_member_with_a_caseload_sees_of_a_meeting_the_people_on_it()
    {
        var agency = await Agency.Register(service);
        var (lead, mine, other) = (await agency.Member(StaffRole.TeamLead), await agency.Member(StaffRole.Esp), await agency.Member(StaffRole.Esp));
        var (ours, theirs) = (await Served(agency, mine), await Served(agency, other));
        await Held(agency, await Planned(agency, mine), lead, ours, theirs);
        Proto.Members.MembersClient members = new(service.Calls);
        await members.CreateMemberAsync(Member("nina", Proto.MemberRole.Administrator, ""), agency.Ops);
        var nina = service.As(Roles.Provider, agency.Code, "nina");
        await members.CreateMemberAsync(Member("sam", Proto.MemberRole.Specialist, mine), nina);
        Assert.Equal(new[] { ours, theirs }.Order(StringComparer.Ordinal), await Seen(nina));
        Assert.Equal([ours], await Seen(service.As(Roles.Provider, agency.Code, "sam")));

        async Task<IReadOnlyList<string>> Seen(Metadata who) => (await agency.Meetings.ListMeetingsAsync(new() { Team = agency.Team }, who)).Meetings.Single(m => m.Individuals.Count > 0).Individuals;

        Proto.CreateMemberRequest Member(string subject, Proto.MemberRole role, string staff) => new()
        {
            Member = new() { Organization = agency.Name, Issuer = TestIssuer.Authority, Subject = subject, Roles = { role }, StaffMember = staff, From = service.Day(-10) },
            RequestId = StaffingService.NewId(),
        };
    }

    [Fact]
    public async Task A_meeting_names_the_survivor_of_a_merge_and_after_its_undo_the_person_again()
    {
        var agency = await Agency.Register(service);
        var (lead, esp) = (await agency.Member(StaffRole.TeamLead), await agency.Member(StaffRole.Esp));
        var (stays, moves) = (await Served(agency, esp), await Served(agency, esp));
        var first = await Held(agency, await Planned(agency, esp), lead, stays, moves);
        Proto.Merges.MergesClient merges = new(service.Channel);
        var preview = await merges.PreviewMergeAsync(new() { Survivor = stays, Merged = moves }, agency.Own);
        Assert.Equal([("assignments", 1), ("meeting_individuals", 1)], preview.Moves.Select(m => (m.Kind, m.Count)));
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        await service.Send([new IndividualsMergedV1 { IndividualId = new(Guid.Parse(stays[12..])), MergedId = new(Guid.Parse(moves[12..])), Provider = agency.Code }]);
        await Poll.Until(async () => await Reviewed() == stays);
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        var inBetween = await Held(agency, await Planned(agency, esp), lead, moves);
        Assert.Equal([stays], inBetween.Individuals);
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        await service.Send([new IndividualsSeparatedV1
        {
            IndividualId = new(Guid.Parse(stays[12..])),
            SeparatedId = new(Guid.Parse(moves[12..])),
            Provider = agency.Code,
            Sequence = 2,
        }], times: 2);
        var both = string.Join(' ', new[] { stays, moves }.Order(StringComparer.Ordinal));
        await Poll.Until(async () => await Reviewed() == both);
        // What was recorded in between stays with the survivor, and a person has to look whose it is.
        var made = Assert.Single((await merges.ListMadeWhileMergedAsync(new() { Name = moves }, agency.Own)).Records);
        Assert.Equal(("meeting_individuals", inBetween.Name), (made.Kind, made.Name));

        async Task<string> Reviewed() => string.Join(' ', (await agency.Meetings.ListMeetingsAsync(new() { Team = agency.Team }, agency.Own)).Meetings
            .Single(m => m.Name == first.Name).Individuals);
    }

    [Fact]
    public async Task An_assignment_says_why_it_ended_and_who_goes_on_after_a_step_down()
    {
        var agency = await Agency.Register(service, "la-lhcc");
        var (esp, other) = (await agency.Member(StaffRole.Esp), await agency.Member(StaffRole.Esp));
        var team = (await agency.Teams.CreateTreatmentTeamAsync(
            new() { TreatmentTeam = new() { DisplayName = "ACT 1" }, RequestId = StaffingService.NewId() }, agency.Own)).Name;
        var (down, plain, moved) = (await Assigned(), await Assigned(), await Assigned());

        Assert.Equal(["stepped_down_to"], (await service.RefusedWithoutTrace(() => Ends(down, stepDown: false, team))).Fields);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(() => Ends(down, stepDown: true, $"treatmentTeams/{Guid.CreateVersion7()}"))).Code);
        var ended = await Ends(down, stepDown: true, team);
        Assert.Equal((End.StepDown, team, service.Day()), (ended.EndedBy, ended.SteppedDownTo, ended.Through));
        Assert.Equal(End.Unspecified, (await Ends(plain, stepDown: false)).EndedBy);
        await agency.Caseloads.TransferCaseloadAsync(
            new() { StaffMember = esp, ToStaffMember = other, Program = "la-lhcc", From = service.Day(1), RequestId = StaffingService.NewId() }, agency.Own);
        var listed = (await agency.Caseloads.ListAssignmentsAsync(new() { StaffMember = esp }, agency.Own)).Assignments.ToDictionary(a => a.Name);
        Assert.Equal((End.StepDown, End.Unspecified, End.Transfer), (listed[down.Name].EndedBy, listed[plain.Name].EndedBy, listed[moved.Name].EndedBy));
        await agency.Staff.SeparateStaffMemberAsync(new()
        {
            StaffMember = other,
            LastDay = service.Day(3),
            Reason = Proto.SeparationReason.Resigned,
            Etag = (await agency.Get(other)).Etag,
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        Assert.Equal(End.Separation, Assert.Single((await agency.Caseloads.ListAssignmentsAsync(new() { StaffMember = other }, agency.Own)).Assignments).EndedBy);

        async Task<Proto.Assignment> Assigned() => (await agency.Caseloads.AssignIndividualAsync(agency.Assignment(esp), agency.Own)).Assignment;

        async Task<Proto.Assignment> Ends(Proto.Assignment assignment, bool stepDown, string to = "") => await agency.Caseloads.EndAssignmentAsync(new()
        {
            Name = assignment.Name,
            Etag = assignment.Etag,
            Through = service.Day(),
            StepDown = stepDown,
            SteppedDownTo = to,
            RequestId = StaffingService.NewId(),
        }, agency.Own);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [InlineData(null)]
    public async Task A_role_says_whether_the_person_works_far_away(bool? far)
    {
        var agency = await Agency.Register(service);
        var member = await agency.Hire();
        Proto.AssignRoleRequest request = new() { StaffMember = member, Team = agency.Team, Role = StaffRole.Esp, From = service.Day(), RequestId = StaffingService.NewId() };
        if (far is { } known)
            request.LongDistance = known;
        await agency.Staff.AssignRoleAsync(request, agency.Own);
        var role = Assert.Single((await agency.Get(member)).Roles);
        Assert.Equal(far, role.HasLongDistance ? role.LongDistance : null);
    }

    [Fact]
    public async Task A_blocked_day_names_the_first_later_day_on_which_nothing_blocks()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Hire(5);
        // Without a credential no day comes.
        Assert.Equal("", await Opens(member));
        await agency.Assign(member, StaffRole.Esp, 7);
        Assert.Equal("", await Opens(member));
        await agency.Staff.AddCredentialAsync(new()
        {
            StaffMember = member,
            Credential = new() { Type = Proto.CredentialType.Cesp, ValidFrom = service.Day(9), ValidThrough = service.Day(20) },
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        Assert.Equal(service.Day(9), await Opens(member));
        Assert.Equal(service.Day(9), await Opens(member, 8));
        Assert.Equal((Gate.Blocked, Gate.Qualified), ((await agency.Verify(member, 8)).Gate, (await agency.Verify(member, 9)).Gate));
        // On a day that is open, after the last day of the credential, and when no one asks, there is none.
        Assert.Equal(("", "", ""), (await Opens(member, 9), await Opens(member, 21), (await agency.Verify(member)).OpensOn));

        async Task<string> Opens(string who, int day = 0) => (await agency.Staff.VerifyQualificationAsync(
            new() { StaffMember = who, Program = agency.Program, ServiceDate = service.Day(day), LookAhead = true }, agency.Own)).OpensOn;
    }

    [Fact]
    public async Task Experience_that_lasts_opens_the_gate_on_the_day_on_which_it_is_enough()
    {
        var agency = await Agency.Register(service, "la-acla");
        var member = await agency.Hire(-10, r => r.Education = Proto.Education.Hs);
        await agency.ClearedForHire(member, -10);
        await agency.Assign(member, StaffRole.Esp);
        await agency.Worked(member, "2023-01-01", "2025-12-31", Proto.ExperienceKind.PaidWork);
        await agency.Worked(member, "2025-04-01", "", Proto.ExperienceKind.SevereMentalIllness);
        var opens = (await agency.Staff.VerifyQualificationAsync(
            new() { StaffMember = member, Program = agency.Program, ServiceDate = service.Day(), LookAhead = true }, agency.Own)).OpensOn;
        var day = DateOnly.ParseExact(opens, "yyyy-MM-dd").DayNumber - DateOnly.ParseExact(service.Day(), "yyyy-MM-dd").DayNumber;
        Assert.Equal((true, false), ((await agency.Verify(member, day - 1)).Gate == Gate.Blocked, (await agency.Verify(member, day)).Gate == Gate.Blocked));
    }

    private static async Task<string> Served(Agency agency, string staff)
    {
        var request = agency.Assignment(staff);
        await agency.Caseloads.AssignIndividualAsync(request, agency.Own);
        return request.Individual;
    }

    private async Task<Proto.Meeting> Planned(Agency agency, string esp) => await agency.Meetings.PlanMeetingAsync(
        new() { Team = agency.Team, Kind = Proto.TeamMeetingKind.Supervision, StaffMember = esp, Day = service.Day(), RequestId = StaffingService.NewId() }, agency.Own);

    private static async Task<Proto.Meeting> Held(Agency agency, Proto.Meeting planned, string lead, params IEnumerable<string> reviewed) =>
        await agency.Meetings.HoldMeetingAsync(new()
        {
            Name = planned.Name,
            Etag = planned.Etag,
            Attendees = { new[] { lead, planned.StaffMember }.Select(one => new Proto.Attendee { StaffMember = one, Attendance = Proto.Attendance.InPerson }) },
            Individuals = { reviewed },
            MinutesSha256 = Document,
            RequestId = StaffingService.NewId(),
        }, agency.Own);
}
