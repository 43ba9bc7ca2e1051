using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Fidelity.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Testing;
using Xunit;
using Course = Ips.Contracts.Staffing.V1.TrainingCourse;
using Education = Ips.Contracts.Staffing.V1.Education;

namespace Ips.Platform.Tests;

/// <summary>
/// The staff steps of the journey of each program on the running platform: an agency opens a team, hires, clears where the program asks for it, checks the lists,
/// trains, gives a caseload and meets; then the gate, the caseload, the meetings, the team and the deadlines answer. The platform is the test's own: on that of
/// the other tests nothing happens in another state.
/// </summary>
public sealed class StaffStepsTests(Platform platform) : IClassFixture<Platform>, IDisposable
{
    private const string Lists = "LASTNAME,FIRSTNAME,MIDNAME,BUSNAME,GENERAL,SPECIALTY,UPIN,NPI,DOB,ADDRESS,CITY,STATE,ZIP,EXCLTYPE,EXCLDATE,REINDATE,WAIVERDATE,WVRSTATE\n";
    private static readonly string Document = new('e', 64);
    private readonly List<GrpcChannel> channels = [];
    private string provider = "";
    private DateOnly today;

    public void Dispose() => channels.ForEach(channel => channel.Dispose());

    [Theory]
    [InlineData("nc-state", "NC", "NC-STAFF-002", "NC-STAFF-008", Course.Ips101, Course.PcEmploymentPlanning, Course.Mi, Course.MiEmployment)]
    [InlineData("nc-core", "NC", "NC-STAFF-002", "NC-STAFF-008", Course.Ips101, Course.PcEmploymentPlanning, Course.Mi, Course.MiEmployment)]
    [InlineData("la-acla", "LA", "LA-STAFF-002", "ACLA-STAFF-001", Course.IpsTraining, Course.CrisisIntervention, Course.FirstAidCpr, Course.BasicClinicalCompetency,
        Course.Cips, Course.Confidentiality, Course.Hipaa, Course.MandatedReporting)]
    [InlineData("la-lhcc", "LA", "LA-STAFF-002", "", Course.IpsTraining, Course.CrisisIntervention, Course.FirstAidCpr, Course.BasicClinicalCompetency,
        Course.Cips, Course.Confidentiality, Course.Hipaa, Course.MandatedReporting)]
    [InlineData("mo-dmh-vr", "MO", "MO-BILL-013", "MO-STAFF-007", Course.IpsPrinciples, Course.EmployerRelationships, Course.Disclosure, Course.ActiveListening,
        Course.JobSupports)]
    public async Task An_agency_of_a_program_takes_its_staff_from_hire_to_the_day_of_service(
        string program, string state, string qualifies, string limits, params Course[] courses)
    {
        today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-6));
        provider = $"steps-{program}";
        var louisiana = state == "LA";
        await new Organizations.OrganizationsClient(Channel("staffing")).CreateOrganizationAsync(new()
        {
            OrganizationId = provider,
            Organization = new() { DisplayName = $"Steps of {program}", Kind = OrganizationKind.Provider, Programs = { program }, UsState = state },
            RequestId = NewId(),
        }, As("ops", "ips"));
        var team = (await new Teams.TeamsClient(Channel("staffing")).CreateTeamAsync(new()
        {
            Team = new() { Provider = $"organizations/{provider}", DisplayName = "Steps", Program = program, OperationStart = On(-30) },
            RequestId = NewId(),
        }, Own)).Name;

        // Hired, in a role, and not yet qualified: the answer names what is missing.
        var lead = await Hire("Lead", team, StaffRole.TeamLead);
        var esp = await Hire("Specialist", team, StaffRole.Esp);
        var hired = await Verify(esp, program);
        Assert.Equal((QualificationGate.Blocked, false), (hired.Gate, hired.Qualified));
        Assert.Contains(hired.OpenItems, item => item.Blocks && item.RuleId == qualifies);

        await Staff.RecordExperienceAsync(new()
        {
            StaffMember = esp,
            Experience = new()
            {
                Kinds = { ExperienceKind.PaidWork, ExperienceKind.Vocational, ExperienceKind.SevereMentalIllness },
                From = On(-2000),
                Through = On(-20),
                HoursPerWeek = 40,
            },
            RequestId = NewId(),
        }, Own);
        foreach (var (type, of) in new[] { (CredentialType.Cesp, "NC"), (CredentialType.CssMo, "MO") })
            await Staff.AddCredentialAsync(new() { StaffMember = esp, Credential = new() { Type = type, Jurisdiction = of, ValidFrom = On(-20) }, RequestId = NewId() }, Own);
        if (louisiana)
        {
            Assert.Equal(QualificationGate.Blocked, (await Verify(esp, program)).Gate);
            await Clear(esp);
            Assert.True((await Clearances.CheckClearanceAsync(new() { StaffMember = esp, Program = program, Role = StaffRole.Esp, RequestId = NewId() }, Own)).Cleared);
        }

        // The list of the month: no one is on it, and that is on file for each.
        var import = await Import(Lists + "SOMEONE,ELSE,,,,,,0000000000,19500101,,,LA,,1128b4,20190520,00000000,00000000,\n");
        Assert.Equal((1, 2, 0, 0), (import.Lines, import.PeopleChecked, import.ConfirmedHits, import.PossibleHits));

        foreach (var course in courses)
        {
            await Training.RecordCompletionAsync(
                new() { StaffMember = esp, Completion = new() { Course = course, CompletedOn = On(-1), DocumentSha256 = Document }, RequestId = NewId() }, Own);
        }

        var transcript = await Training.GetTranscriptAsync(new() { StaffMember = esp }, Own);
        Assert.NotEmpty(transcript.Requirements);
        Assert.All(transcript.Requirements.Where(r => r.TrainingYear == 0), r =>
            Assert.True(r.State is RequirementState.Completed or RequirementState.Exempt, $"{r.RuleId} is {r.State}"));

        // The person is registered in Eligibility and comes on the caseload within the limit.
        var person = (await new Individuals.IndividualsClient(Channel("eligibility")).RegisterIndividualAsync(new()
        {
            Provider = $"organizations/{provider}",
            GivenName = "Sandbox",
            FamilyName = "Steps",
            BirthDate = "1990-05-05",
            Identifiers = { new Identifier { System = "steps-member", Value = NewId() } },
            RequestId = NewId(),
        }, Own)).Name;
        if (louisiana)
        {
            // There a team takes no one before its first fidelity review.
            var early = await Assign();
            Assert.Null(early.Assignment);
            Assert.Contains("LA-FID-011", early.TeamFindings.Select(f => f.RuleId));
            await Review(team, program);
        }

        var assigned = await Assign();
        Assert.Equal((person, 1), (assigned.Assignment.Individual, assigned.Caseload.ActiveCount));
        Assert.All(assigned.Caseload.Decision.Findings.Where(f => f.RuleId == limits), f => Assert.Equal(Verdict.Met, f.Verdict));
        Assert.Equal(limits.Length > 0, assigned.Caseload.Decision.Findings.Any(f => f.RuleId == limits));

        var kind = state == "NC" ? TeamMeetingKind.VocationalUnit : TeamMeetingKind.UnitSupervision;
        var planned = await Meetings.PlanMeetingAsync(new() { Team = team, Kind = kind, Day = On(0), RequestId = NewId() }, Own);
        var held = await Meetings.HoldMeetingAsync(new()
        {
            Name = planned.Name,
            Etag = planned.Etag,
            Attendees = { new[] { lead, esp }.Select(one => new Attendee { StaffMember = one, Attendance = Attendance.InPerson }) },
            Individuals = { person },
            WholeMeeting = true,
            MinutesSha256 = Document,
            RequestId = NewId(),
        }, Own);
        Assert.Equal((TeamMeetingState.Held, person), (held.State, Assert.Single(held.Individuals)));
        Assert.Equal(1, (await Meetings.CheckMeetingsAsync(new() { Team = team, Kind = kind, MonthStart = $"{today:yyyy-MM}-01" }, Own)).Held);

        // The day of service: qualified with every finding; the day before the hire is not.
        var serves = await Verify(esp, program);
        Assert.True(serves.Gate == QualificationGate.Qualified, string.Join("; ", serves.OpenItems.Select(item => $"{item.RuleId} {item.WouldBeMet}")));
        Assert.Equal((team, Verdict.Met), (serves.Team, Assert.Single(serves.Decision.Findings, f => f.RuleId == qualifies).Verdict));
        Assert.Equal(louisiana, serves.Clearance is not null);
        Assert.Equal(QualificationGate.Blocked, (await Verify(esp, program, -11)).Gate);

        // What the team, its schedule and the agency still lack is named, each with its rule.
        var check = await new Teams.TeamsClient(Channel("staffing")).CheckTeamAsync(new() { Team = team }, Own);
        Assert.Equal(1, check.ActiveServed);
        Assert.NotEmpty(check.Decision.Findings);
        var ready = await new Organizations.OrganizationsClient(Channel("staffing")).CheckProviderReadinessAsync(
            new() { Provider = $"organizations/{provider}", Program = program }, Own);
        Assert.All(ready.Decision.Findings, f => Assert.NotEmpty(f.Citation.Section));
        var due = (await new StaffDeadlines.StaffDeadlinesClient(Channel("staffing")).ListStaffDeadlinesAsync(new() { Team = team, PageSize = 200 }, Own)).Deadlines;
        Assert.NotEmpty(due);
        Assert.All(due, deadline => Assert.NotEmpty(deadline.RuleId));

        async Task<AssignIndividualResponse> Assign() => await Caseloads.AssignIndividualAsync(
            new() { Individual = person, StaffMember = esp, Program = program, From = On(0), RequestId = NewId() }, Own);
    }

    private Staff.StaffClient Staff => new(Channel("staffing"));

    private Clearances.ClearancesClient Clearances => new(Channel("staffing"));

    private Training.TrainingClient Training => new(Channel("staffing"));

    private Caseloads.CaseloadsClient Caseloads => new(Channel("staffing"));

    private Meetings.MeetingsClient Meetings => new(Channel("staffing"));

    private async Task<string> Hire(string name, string team, StaffRole role)
    {
        var staff = (await Staff.RegisterStaffMemberAsync(new()
        {
            Provider = $"organizations/{provider}",
            DisplayName = $"Sandbox {name}",
            HireDate = On(-10),
            Education = Education.Bachelor,
            Particulars = new() { GivenName = "Sandbox", FamilyName = $"Steps{name}", BirthDate = "1985-03-04", Licensed = true, RecentEmploymentHistory = true, BillsCommunitySupport = true },
            RequestId = NewId(),
        }, Own)).Name;
        await Staff.AssignRoleAsync(new() { StaffMember = staff, Team = team, Role = role, From = On(-10), FtePercent = 100, RequestId = NewId() }, Own);
        return staff;
    }

    private async Task Clear(string staff)
    {
        foreach (var kind in Enum.GetValues<ClearanceKind>().Where(kind => kind != ClearanceKind.Unspecified))
        {
            await Clearances.RecordClearanceAsync(new()
            {
                StaffMember = staff,
                Clearance = new()
                {
                    Kind = kind,
                    DoneOn = On(-11),
                    Result = ClearanceResult.Pass,
                    SexOffenderRegistry = kind == ClearanceKind.Background,
                    UnderWrittenPolicy = kind == ClearanceKind.DrugScreen,
                    DocumentSha256 = Document,
                },
                RequestId = NewId(),
            }, Own);
        }
    }

    /// <summary>The state agency of the program records a review that the team passed.</summary>
    private async Task Review(string team, string program) => Assert.Equal(100, (await new Reviews.ReviewsClient(Channel("fidelity")).RecordReviewAsync(new()
    {
        Team = team,
        Program = program,
        Evaluator = Evaluator.Dhhs,
        LastOnsiteDay = On(-25),
        FinalReportReceivedDate = On(-5),
        Scores = { Enumerable.Range(1, 25).Select(item => new ItemScore { Item = item, Score = 4 }) },
        RequestId = NewId(),
    }, As("state", "la-ldh"))).Total);

    private async Task<ListImport> Import(string file)
    {
        using var call = Clearances.ImportExclusionList(Own);
        await call.RequestStream.WriteAsync(new() { List = ExclusionList.OigLeie, RequestId = NewId() });
        await call.RequestStream.WriteAsync(new() { Content = ByteString.CopyFromUtf8(file) });
        await call.RequestStream.CompleteAsync();
        return await call;
    }

    private async Task<Qualification> Verify(string staff, string program, int day = 0) =>
        await Staff.VerifyQualificationAsync(new() { StaffMember = staff, Program = program, ServiceDate = On(day) }, Own);

    private string On(int days) => $"{today.AddDays(days):yyyy-MM-dd}";

    private Metadata Own => As("provider", provider);

    private GrpcChannel Channel(string service)
    {
        var channel = GrpcChannel.ForAddress(platform.Grpc(service));
        channels.Add(channel);
        return channel;
    }

    private Metadata As(string role, string organization) => new() { { "authorization", $"Bearer {platform.Token(role, organization)}" } };

    private static string NewId() => Guid.CreateVersion7().ToString();
}
