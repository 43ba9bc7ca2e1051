using Grpc.Core;
using Ips.Contracts.Common.V1;
using Xunit;
using Course = Ips.Contracts.Staffing.V1.TrainingCourse;
using State = Ips.Contracts.Staffing.V1.RequirementState;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>What training is required, until when, and how it stands. The clock stands at 2026-03-02.</summary>
[Collection("staffing")]
public sealed class TrainingTests(StaffingService service)
{
    [Fact]
    public async Task A_role_makes_its_requirements_with_rule_pack_and_deadline()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Hire(-10);
        await agency.Assign(member, StaffRole.Esp, -5);
        var required = (await Transcript(agency, member)).Requirements;
        // Five days after hire the role begins: its day starts the clocks.
        Assert.Equal(
            [("NC-TRN-001", service.Day(85), 0), ("NC-TRN-002", service.Day(85), 0), ("NC-TRN-005", "2026-08-25", 0), ("NC-TRN-006", "2027-02-19", 1)],
            required.Select(r => (r.RuleId, r.DueOn, r.TrainingYear)));
        Assert.All(required, r => Assert.Equal((true, State.Assigned, "nc-core", StaffRole.Esp),
            (r.Name.StartsWith("trainingRequirements/", StringComparison.Ordinal) && r.PackVersion.Length > 0, r.State, r.Program, r.Role)));
        var due = (await agency.Deadlines.ListStaffDeadlinesAsync(new() { StaffMember = member }, agency.Own)).Deadlines
            .Where(d => d.Subject != member).ToList();
        Assert.Equal(required.Select(r => (r.RuleId, r.DueOn, r.Name, member)).OrderBy(d => d.DueOn).ThenBy(d => d.RuleId),
            due.Select(d => (d.RuleId, d.DueOn, d.Subject, d.StaffMember)).OrderBy(d => d.DueOn).ThenBy(d => d.RuleId));
        Assert.All(due, d => Assert.Equal((true, true, "training"), (d.RuleSays.Length > 0, d.Citation.Section.Length > 0, d.Kind)));
    }

    [Theory]
    // Ninety days after hire: the last day is in time, the next is late.
    [InlineData(-90, 0, State.Completed)]
    [InlineData(-91, 0, State.CompletedLate)]
    [InlineData(-90, null, State.DueSoon)]
    [InlineData(-91, null, State.Overdue)]
    [InlineData(-60, null, State.DueSoon)]
    [InlineData(-59, null, State.Assigned)]
    public async Task A_requirement_is_due_ninety_days_after_hire(int hired, int? completed, State state)
    {
        foreach (var program in new[] { "nc-core", "nc-state" })
        {
            var agency = await Agency.Register(service, program);
            var member = await agency.Hire(hired);
            await agency.Assign(member, StaffRole.Esp, hired);
            if (completed is { } day)
                await Complete(agency, member, Course.Ips101, day);
            Assert.Equal(state, Requirement(await Transcript(agency, member), "NC-TRN-001").State);
            Assert.Equal(completed is not null, await service.Scalar($"select d.state from deadlines d join training_requirements r"
                + $" on d.subject = 'trainingRequirements/' || r.id where r.staff_member_id = '{member[6..]}' and r.rule_id = 'NC-TRN-001'") is "Met");
        }
    }

    [Theory]
    [InlineData("2025-08-31", 0, State.CompletedLate)]
    [InlineData("2025-09-02", 0, State.Completed)]
    [InlineData("2025-09-01", 0, State.CompletedLate)]
    public async Task Six_months_end_on_the_same_day_of_the_month(string hired, int completed, State state)
    {
        var agency = await Agency.Register(service);
        var member = await agency.Hire(with: r => r.HireDate = hired);
        await agency.Staff.AssignRoleAsync(new() { StaffMember = member, Team = agency.Team, Role = StaffRole.Esp, From = hired, RequestId = StaffingService.NewId() }, agency.Own);
        await Complete(agency, member, Course.MiEmployment, completed);
        Assert.Equal(state, Requirement(await Transcript(agency, member), "NC-TRN-005").State);
    }

    [Fact]
    public async Task Every_role_of_North_Carolina_has_its_courses()
    {
        var agency = await Agency.Register(service);
        foreach (var (role, rules) in new[]
        {
            (StaffRole.TeamLead, "NC-TRN-001 NC-TRN-002 NC-TRN-003 NC-TRN-005 NC-TRN-006"), (StaffRole.Epm, "NC-TRN-001 NC-TRN-002 NC-TRN-004 NC-TRN-006"),
            (StaffRole.BenefitsCounselor, "NC-TRN-001 NC-TRN-005 NC-TRN-006"), (StaffRole.ProgramAssistant, ""),
        })
        {
            var member = await agency.Hire(-10);
            await agency.Assign(member, role);
            Assert.Equal(rules, string.Join(' ', (await Transcript(agency, member)).Requirements.Select(r => r.RuleId)));
        }
    }

    [Theory]
    // Forty-eight months before hire on 2026-02-20.
    [InlineData("2022-02-20", false, State.Waived)]
    [InlineData("2022-02-19", false, State.Assigned)]
    [InlineData("2010-01-01", true, State.Waived)]
    public async Task A_certificate_waives_a_course_for_48_months_and_one_of_MINT_for_ever(string certificate, bool mint, State state)
    {
        var agency = await Agency.Register(service);
        var member = await agency.Hire(-10);
        await agency.Assign(member, StaffRole.Esp);
        await agency.Training.GrantWaiverAsync(
            new() { StaffMember = member, Course = Course.Mi, CertificateDate = certificate, Mint = mint, RequestId = StaffingService.NewId() }, agency.Own);
        Assert.Equal(state, Requirement(await Transcript(agency, member), "NC-TRN-005").State);
    }

    [Fact]
    public async Task A_trainer_of_MINT_is_exempt()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Hire(-10, r => r.Particulars = new() { MintTrainer = true });
        await agency.Assign(member, StaffRole.Esp);
        Assert.Equal(State.Exempt, Requirement(await Transcript(agency, member), "NC-TRN-005").State);
    }

    [Theory]
    [InlineData(600, State.Completed)]
    [InlineData(599, State.Assigned)]
    public async Task Ten_hours_a_year_are_counted_from_hire_and_initial_courses_do_not_count(int minutes, State state)
    {
        var agency = await Agency.Register(service, "nc-state");
        var member = await agency.Hire(-100);
        await agency.Assign(member, StaffRole.Esp, -100);
        await Complete(agency, member, Course.Annual, -101, 600);
        await Complete(agency, member, Course.Annual, -100, minutes - 100);
        await Complete(agency, member, Course.Annual, 0, 100);
        await Complete(agency, member, Course.Ips101, -50, 600);
        var year = Requirement(await Transcript(agency, member), "NC-TRN-006");
        Assert.Equal((state, 1, service.Day(264)), (year.State, year.TrainingYear, year.DueOn));
        var later = (await Transcript(agency, member, service.Day(265))).Requirements.Where(r => r.RuleId == "NC-TRN-006").Select(r => (r.TrainingYear, r.State));
        Assert.Equal([(1, minutes == 600 ? State.Completed : State.Overdue), (2, State.Assigned)], later);
    }

    [Fact]
    public async Task Louisiana_counts_from_hire_exempts_by_profession_and_asks_for_a_valid_card()
    {
        foreach (var program in new[] { "la-acla", "la-lhcc" })
        {
            var agency = await Agency.Register(service, program);
            var member = await agency.Hire(-90, r => r.Particulars = new() { Licensed = false });
            await agency.Assign(member, StaffRole.Esp, -90);
            var open = await Transcript(agency, member);
            Assert.Equal((service.Day(), State.DueSoon), (Requirement(open, "LA-TRN-001").DueOn, Requirement(open, "LA-TRN-001").State));
            Assert.Equal("2027-12-02", Requirement(open, "LA-TRN-009").DueOn);
            Assert.Equal((State.Assigned, ""), (Requirement(open, "LA-TRN-007").State, Requirement(open, "LA-TRN-007").DueOn));
            await Complete(agency, member, Course.FirstAidCpr, -10, expires: 0);
            Assert.Equal(State.Completed, Requirement(await Transcript(agency, member), "LA-TRN-002").State);
            Assert.Equal(State.Expired, Requirement(await Transcript(agency, member, service.Day(1)), "LA-TRN-002").State);

            var nurse = await agency.Hire(-200, r => r.Particulars = new() { Licensed = true, Profession = Proto.Profession.Rn });
            await agency.Assign(nurse, StaffRole.Epm, -200);
            var exempt = await Transcript(agency, nurse);
            Assert.Equal((State.Exempt, State.Exempt), (Requirement(exempt, "LA-TRN-001").State, Requirement(exempt, "LA-TRN-007").State));
            Assert.Equal("2029-08-14", Requirement(exempt, "LA-TRN-010").DueOn);
        }
    }

    [Fact]
    public async Task Louisiana_asks_a_specialist_for_three_topics_of_continuing_education_once()
    {
        var agency = await Agency.Register(service, "la-lhcc");
        var member = await agency.Hire(-500);
        await agency.Assign(member, StaffRole.Esp, -500);
        await Complete(agency, member, Course.Confidentiality, -400);
        await Complete(agency, member, Course.Hipaa, -10);
        var open = Requirement(await Transcript(agency, member), "LA-TRN-006");
        Assert.Equal((State.NoTargetDate, ""), (open.State, open.DueOn));
        await Complete(agency, member, Course.MandatedReporting, 0);
        Assert.Equal(State.Completed, Requirement(await Transcript(agency, member), "LA-TRN-006").State);
        var lead = await agency.Hire(-10);
        await agency.Assign(lead, StaffRole.TeamLead, -10);
        Assert.DoesNotContain((await Transcript(agency, lead)).Requirements, r => r.RuleId == "LA-TRN-006");
    }

    [Theory]
    [InlineData(-11, State.Completed)]
    [InlineData(-10, State.CompletedLate)]
    public async Task Louisiana_wants_the_training_on_a_day_before_the_first_service(int completed, State state)
    {
        var agency = await Agency.Register(service, "la-acla");
        var member = await agency.Hire(-30, r => r.Particulars = new() { Licensed = false, FirstServiceDate = service.Day(-10) });
        await agency.Assign(member, StaffRole.TeamLead, -30);
        await Complete(agency, member, Course.IpsTraining, completed);
        await Complete(agency, member, Course.BasicClinicalCompetency, completed);
        var transcript = await Transcript(agency, member);
        Assert.Equal((state, state), (Requirement(transcript, "LA-TRN-007").State, Requirement(transcript, "LA-TRN-008").State));
    }

    [Theory]
    [InlineData("la-acla")]
    [InlineData("la-lhcc")]
    public async Task The_crisis_training_is_in_order_for_a_crisis_within_a_year(string program)
    {
        var agency = await Agency.Register(service, program);
        var member = await agency.Hire(-500);
        await agency.Assign(member, StaffRole.Esp, -500);
        Assert.Equal(State.Overdue, await Crisis(0));
        await agency.Training.RecordCompletionAsync(new()
        {
            StaffMember = member,
            Completion = new() { Course = Course.CrisisIntervention, CompletedOn = "2025-03-01" },
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        Assert.Equal((State.Completed, State.Expired), (await Crisis(-1), await Crisis(0)));

        async Task<State> Crisis(int day) => Requirement(await agency.Training.GetTranscriptAsync(
            new() { StaffMember = member, CrisisResponseDate = service.Day(day) }, agency.Own), "LA-TRN-005").State;
    }

    [Fact]
    public async Task Missouri_takes_the_day_of_the_local_plan()
    {
        var agency = await Agency.Register(service, "mo-dmh-vr");
        var member = await agency.Hire(-10);
        await agency.Assign(member, StaffRole.Esp);
        var open = await Transcript(agency, member);
        Assert.Equal("MO-TRN-001 MO-TRN-002 MO-TRN-003 MO-TRN-004 MO-TRN-006", string.Join(' ', open.Requirements.Select(r => r.RuleId)));
        Assert.All(open.Requirements, r => Assert.Equal((State.NoTargetDate, ""), (r.State, r.DueOn)));
        foreach (var (day, state) in new[] { (0, State.DueSoon), (-1, State.Overdue), (31, State.Assigned) })
        {
            await agency.Training.SetTrainingTargetAsync(
                new() { StaffMember = member, Course = Course.Disclosure, TargetDate = service.Day(day), RequestId = StaffingService.NewId() }, agency.Own);
            Assert.Equal(state, Requirement(await Transcript(agency, member), "MO-TRN-003").State);
        }
    }

    [Fact]
    public async Task A_file_of_completions_stores_good_lines_names_the_others_and_changes_nothing_the_second_time()
    {
        var (agency, other) = (await Agency.Register(service), await Agency.Register(service));
        var (member, foreign) = (await agency.Hire(-20), await other.Hire(-20));
        await agency.Assign(member, StaffRole.Esp);
        Proto.ImportCompletionsRequest request = new()
        {
            RequestId = StaffingService.NewId(),
            Csv = string.Join("\n", "staff_member,course,completed_on,expires_on,minutes", $"{member},IPS_101,{service.Day(-1)},,", $"{member},ANNUAL,{service.Day(-1)},,90",
                $"{member},NO_COURSE,{service.Day(1)},,x", $"{foreign},IPS_101,{service.Day(-1)},,", "a,b", $"{member},ANNUAL,{service.Day(-1)},{service.Day(-2)},",
                $"{member},IPS_101,{service.Day(-1)},,"),
        };
        var import = await agency.Training.ImportCompletionsAsync(request, agency.Own);
        Assert.Equal((2, 1, 4), (import.Stored, import.RepeatedLines, import.Refused));
        Assert.Equal("4 course, 4 completed_on, 4 minutes, 5 staff_member, 6 , 7 expires_on, 7 minutes", string.Join(", ", import.Errors.Select(e => $"{e.Line} {e.Column}")));
        Assert.Equal(State.Completed, Requirement(await Transcript(agency, member), "NC-TRN-001").State);
        var before = await service.Count("training_completions");
        request.RequestId = StaffingService.NewId();
        var again = await agency.Training.ImportCompletionsAsync(request, agency.Own);
        Assert.Equal((0, 3, 4, before), (again.Stored, again.RepeatedLines, again.Refused, await service.Count("training_completions")));
        foreach (var csv in new[] { "", "a,b\n" })
        {
            request.Csv = csv;
            Assert.Equal("csv", Assert.Single((await service.RefusedWithoutTrace(async () => await agency.Training.ImportCompletionsAsync(request, agency.Own))).Fields));
        }
    }

    [Fact]
    public async Task The_matrix_of_a_team_has_a_row_for_each_who_holds_a_role_on_the_day()
    {
        var agency = await Agency.Register(service);
        var (now, ended) = (await agency.Hire(-20), await agency.Hire(-20));
        await agency.Assign(now, StaffRole.Esp);
        await agency.Assign(ended, StaffRole.Esp, -20, -1);
        var matrix = await agency.Training.GetTrainingMatrixAsync(new() { Team = agency.Team }, agency.Own);
        Assert.Equal((now, 4), (Assert.Single(matrix.Rows).StaffMember, matrix.Rows[0].Requirements.Count));
        Assert.Equal(ended, Assert.Single((await agency.Training.GetTrainingMatrixAsync(new() { Team = agency.Team, AsOf = service.Day(-15) }, agency.Own)).Rows).StaffMember);
    }

    [Fact]
    public async Task A_completion_is_checked_recorded_once_and_withdrawn()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Hire(-20);
        await agency.Assign(member, StaffRole.Esp);
        var done = await Complete(agency, member, Course.Ips101, -1);
        Assert.Equal(StatusCode.AlreadyExists, (await service.RefusedWithoutTrace(() => Complete(agency, member, Course.Ips101, -1))).Code);
        Assert.Equal("completion.completed_on", Assert.Single((await service.RefusedWithoutTrace(() => Complete(agency, member, Course.Mi, 1))).Fields));
        Assert.Equal("completion.minutes", Assert.Single((await service.RefusedWithoutTrace(() => Complete(agency, member, Course.Annual, 0))).Fields));
        Proto.WithdrawCompletionRequest withdraw = new() { StaffMember = member, CompletionId = done.Id, RequestId = StaffingService.NewId() };
        await agency.Training.WithdrawCompletionAsync(withdraw, agency.Own);
        Assert.Equal(State.Assigned, Requirement(await Transcript(agency, member), "NC-TRN-001").State);
        Assert.Equal("Open", await service.Scalar($"select d.state from deadlines d join training_requirements r"
            + $" on d.subject = 'trainingRequirements/' || r.id where r.staff_member_id = '{member[6..]}' and r.rule_id = 'NC-TRN-001'"));
        Assert.Equal("course", Assert.Single((await service.RefusedWithoutTrace(async () => await agency.Training.GrantWaiverAsync(
            new() { StaffMember = member, Course = Course.Annual, CertificateDate = service.Day(), RequestId = StaffingService.NewId() }, agency.Own))).Fields));
        var foreign = service.As(Roles.Provider, "agency-foreign");
        foreach (var call in new Func<Task>[]
        {
            () => Complete(agency, member, Course.Mi, 0, caller: foreign),
            async () => await agency.Training.GetTranscriptAsync(new() { StaffMember = member }, foreign),
            async () => await agency.Training.GetTrainingMatrixAsync(new() { Team = agency.Team }, foreign),
            async () => await agency.Training.WithdrawCompletionAsync(withdraw, foreign),
            async () => await agency.Training.SetTrainingTargetAsync(
                new() { StaffMember = member, Course = Course.Mi, TargetDate = service.Day(), RequestId = StaffingService.NewId() }, foreign),
            async () => await agency.Training.GrantWaiverAsync(
                new() { StaffMember = member, Course = Course.Mi, CertificateDate = service.Day(), RequestId = StaffingService.NewId() }, foreign),
        })
            Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(call)).Code);
        Assert.Empty((await agency.Deadlines.ListStaffDeadlinesAsync(new() { StaffMember = member }, foreign)).Deadlines);
    }

    [Fact]
    public async Task A_later_text_never_shortens_the_day_of_a_requirement_that_was_made()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Hire(-91);
        await agency.Assign(member, StaffRole.Esp, -91);
        Assert.Equal(State.Overdue, Requirement(await Transcript(agency, member), "NC-TRN-001").State);
        // As an earlier text with more days made it.
        await service.Scalar($"update training_requirements set due_on = '{service.Day(20)}', pack_version = 'earlier'"
            + $" where staff_member_id = '{member[6..]}' and rule_id = 'NC-TRN-001' returning 1");
        await Complete(agency, member, Course.Mi, 0);
        var stored = Requirement(await Transcript(agency, member), "NC-TRN-001");
        Assert.Equal((State.DueSoon, service.Day(20), "earlier"), (stored.State, stored.DueOn, stored.PackVersion));
        Assert.Equal(service.Day(20), (await agency.Deadlines.ListStaffDeadlinesAsync(new() { Subject = stored.Name }, agency.Own)).Deadlines[0].DueOn);
    }

    [Fact]
    public async Task A_benefits_counselor_has_six_months_for_the_certificate_and_a_deadline_for_it()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Hire(-10);
        await agency.Assign(member, StaffRole.BenefitsCounselor);
        var due = Assert.Single((await agency.Deadlines.ListStaffDeadlinesAsync(new() { Subject = member }, agency.Own)).Deadlines, d => d.Kind == "certificate");
        Assert.Equal(("NC-STAFF-005", "2026-08-20"), (due.RuleId, due.DueOn));
        await agency.Staff.AddCredentialAsync(
            new() { StaffMember = member, Credential = new() { Type = Proto.CredentialType.Cwic }, RequestId = StaffingService.NewId() }, agency.Own);
        Assert.DoesNotContain((await agency.Deadlines.ListStaffDeadlinesAsync(new() { Subject = member }, agency.Own)).Deadlines, d => d.Kind == "certificate");
    }

    private static Proto.TrainingRequirement Requirement(Proto.Transcript transcript, string rule) => Assert.Single(transcript.Requirements, r => r.RuleId == rule);

    private static async Task<Proto.Transcript> Transcript(Agency agency, string member, string day = "") =>
        await agency.Training.GetTranscriptAsync(new() { StaffMember = member, AsOf = day }, agency.Own);

    private async Task<Proto.Completion> Complete(
        Agency agency, string member, Course course, int day, int minutes = 0, int? expires = null, Metadata? caller = null) =>
        await agency.Training.RecordCompletionAsync(new()
        {
            StaffMember = member,
            Completion = new()
            {
                Course = course,
                CompletedOn = service.Day(day),
                Minutes = minutes,
                ExpiresOn = expires is { } last ? service.Day(last) : "",
            },
            RequestId = StaffingService.NewId(),
        }, caller ?? agency.Own);
}
