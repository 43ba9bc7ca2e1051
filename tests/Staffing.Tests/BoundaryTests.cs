using Ips.Contracts.Common.V1;
using Xunit;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>Rules on both sides of their boundary that no other test of the service reaches; the clock stands at 2026-03-02.</summary>
[Collection("staffing")]
public sealed class BoundaryTests(StaffingService service)
{
    [Theory]
    [InlineData(StaffRole.Epm, Proto.CredentialType.Cpss, "NC-STAFF-003")]
    [InlineData(StaffRole.BenefitsCounselor, Proto.CredentialType.Cwic, "NC-STAFF-004")]
    [InlineData(StaffRole.ProgramAssistant, Proto.CredentialType.Unspecified, "NC-STAFF-006")]
    public async Task A_role_needs_a_diploma_beside_its_credential(StaffRole role, Proto.CredentialType credential, string rule)
    {
        var agency = await Agency.Register(service, "nc-state");
        foreach (var (education, expected) in new[] { (Proto.Education.Ged, Verdict.Met), (Proto.Education.None, Verdict.NotMet) })
        {
            var member = await agency.Hire(-10, r => r.Education = education);
            if (credential != Proto.CredentialType.Unspecified)
            {
                await agency.Staff.AddCredentialAsync(new()
                {
                    StaffMember = member,
                    Credential = new() { Type = credential, Jurisdiction = "NC", ValidFrom = service.Day(-100) },
                    RequestId = StaffingService.NewId(),
                }, agency.Own);
            }

            Assert.Equal(expected, Assert.Single((await agency.Check(member, role)).Decision.Findings, f => f.RuleId == rule).Verdict);
        }
    }

    [Theory]
    [InlineData("nc-state", StaffRole.Esp, 25, "NC-STAFF-008", true)]
    [InlineData("nc-state", StaffRole.TeamLead, 9, "NC-STAFF-007", true)]
    [InlineData("la-acla", StaffRole.Esp, 20, "ACLA-STAFF-001", true)]
    [InlineData("mo-dmh-vr", StaffRole.Esp, 20, "MO-STAFF-007", true)]
    [InlineData("mo-dmh-vr", StaffRole.TeamLead, 3, "MO-STAFF-003", false)]
    public async Task A_caseload_has_its_limit_in_each_program_and_advice_only_warns(string program, StaffRole role, int most, string rule, bool refuses)
    {
        var agency = await Agency.Register(service, program);
        var member = await agency.Hire();
        await agency.Assign(member, role, percent: 100);
        Proto.AssignIndividualResponse answer = new();
        for (var i = 0; i < most; i++)
            answer = await agency.Caseloads.AssignIndividualAsync(agency.Assignment(member), agency.Own);
        Assert.Equal((most, Verdict.Met), (answer.Caseload.ActiveCount, Finding(answer).Verdict));
        Assert.NotNull(answer.Assignment);
        answer = await agency.Caseloads.AssignIndividualAsync(agency.Assignment(member), agency.Own);
        Assert.Equal((most + 1, Verdict.NotMet, refuses), (answer.Caseload.ActiveCount, Finding(answer).Verdict, Finding(answer).Deciding));
        Assert.Equal(refuses, answer.Assignment is null);

        Finding Finding(Proto.AssignIndividualResponse of) => Assert.Single(of.Caseload.Decision.Findings, f => f.RuleId == rule);
    }

    [Fact]
    public async Task An_entry_of_a_list_excludes_in_the_other_plan_of_Louisiana_too_LHCC_STAFF_001()
    {
        var agency = await Agency.Register(service, "la-lhcc");
        var member = await agency.Hire();
        await agency.ClearedForHire(member, -10);
        await agency.Assign(member, StaffRole.Esp);
        Assert.Equal(Verdict.Met, await Excluded());
        await agency.Cleared(member, Proto.ClearanceKind.AdverseActions, -1, Proto.ClearanceResult.Fail);
        Assert.Equal(Verdict.NotMet, await Excluded());

        async Task<Verdict> Excluded() => Assert.Single((await agency.Verify(member)).Clearance.Findings, f => f.RuleId == "LHCC-STAFF-001").Verdict;
    }

    [Theory]
    [InlineData("nc-state", StaffRole.TeamLead, Proto.TrainingCourse.SupervisingCpss, "NC-TRN-003", "2025-09-01", "2025-11-30")]
    [InlineData("nc-state", StaffRole.Epm, Proto.TrainingCourse.EmploymentPeerMentoring, "NC-TRN-004", "2025-08-15", "2026-02-15")]
    [InlineData("la-acla", StaffRole.Esp, Proto.TrainingCourse.Cips, "LA-TRN-009", "2024-02-20", "2026-02-20")]
    [InlineData("la-acla", StaffRole.Epm, Proto.TrainingCourse.Cips, "LA-TRN-010", "2022-02-10", "2026-02-10")]
    [InlineData("la-acla", StaffRole.Esp, Proto.TrainingCourse.BasicClinicalCompetency, "LA-TRN-007", "2026-01-05", "2026-02-09")]
    [InlineData("la-acla", StaffRole.Esp, Proto.TrainingCourse.IpsTraining, "LA-TRN-008", "2026-01-05", "2026-02-09")]
    [InlineData("la-lhcc", StaffRole.Esp, Proto.TrainingCourse.Cips, "LA-TRN-009", "2024-02-20", "2026-02-20")]
    [InlineData("la-lhcc", StaffRole.Epm, Proto.TrainingCourse.Cips, "LA-TRN-010", "2022-02-10", "2026-02-10")]
    [InlineData("la-lhcc", StaffRole.Esp, Proto.TrainingCourse.BasicClinicalCompetency, "LA-TRN-007", "2026-01-05", "2026-02-09")]
    [InlineData("la-lhcc", StaffRole.Esp, Proto.TrainingCourse.IpsTraining, "LA-TRN-008", "2026-01-05", "2026-02-09")]
    [InlineData("mo-dmh-vr", StaffRole.Esp, Proto.TrainingCourse.IpsPrinciples, "MO-TRN-001", "2026-01-05", "2026-02-09")]
    [InlineData("mo-dmh-vr", StaffRole.Esp, Proto.TrainingCourse.EmployerRelationships, "MO-TRN-002", "2026-01-05", "2026-02-09")]
    [InlineData("mo-dmh-vr", StaffRole.Esp, Proto.TrainingCourse.Disclosure, "MO-TRN-003", "2026-01-05", "2026-02-09")]
    [InlineData("mo-dmh-vr", StaffRole.Esp, Proto.TrainingCourse.ActiveListening, "MO-TRN-004", "2026-01-05", "2026-02-09")]
    [InlineData("mo-dmh-vr", StaffRole.Esp, Proto.TrainingCourse.JobSupports, "MO-TRN-006", "2026-01-05", "2026-02-09")]
    public async Task A_course_is_in_time_on_its_last_day_and_late_on_the_next(
        string program, StaffRole role, Proto.TrainingCourse course, string rule, string hired, string due)
    {
        var agency = await Agency.Register(service, program);
        foreach (var (late, expected) in new[] { (0, Verdict.Met), (1, Verdict.NotMet) })
        {
            // In Louisiana the day before the first service is the last, in Missouri the day of the local plan.
            var member = await Employed(agency, role, hired, r => r.Particulars = program.StartsWith("la-", StringComparison.Ordinal)
                ? new() { Licensed = false, FirstServiceDate = After(due, 1) } : new());
            if (program == "mo-dmh-vr")
            {
                await agency.Training.SetTrainingTargetAsync(
                    new() { StaffMember = member, Course = course, TargetDate = due, RequestId = StaffingService.NewId() }, agency.Own);
            }

            await agency.Training.RecordCompletionAsync(new()
            {
                StaffMember = member,
                Completion = new() { Course = course, CompletedOn = After(due, late) },
                RequestId = StaffingService.NewId(),
            }, agency.Own);
            Assert.Equal(expected, (await Trained(agency, member, rule)).Verdict);
        }
    }

    [Fact]
    public async Task A_certificate_is_48_months_old_at_most_at_hire_and_one_of_MINT_of_any_age_NC_TRN_008_NC_TRN_010()
    {
        var agency = await Agency.Register(service, "nc-state");
        foreach (var (certified, expected) in new[] { ("2021-12-15", Verdict.Met), ("2021-12-14", Verdict.NotMet) })
        {
            var member = await Employed(agency, StaffRole.Esp, "2025-12-15");
            await Waive(member, Proto.TrainingCourse.Ips101, certified);
            Assert.Equal(expected, (await Trained(agency, member, "NC-TRN-008")).Verdict);
            await Waive(member, Proto.TrainingCourse.Mi, "2010-01-01", mint: true);
            Assert.Equal(Verdict.Met, (await Trained(agency, member, "NC-TRN-010")).Verdict);
        }

        async Task Waive(string member, Proto.TrainingCourse course, string certified, bool mint = false) => await agency.Training.GrantWaiverAsync(
            new() { StaffMember = member, Course = course, CertificateDate = certified, Mint = mint, RequestId = StaffingService.NewId() }, agency.Own);
    }

    [Theory]
    [InlineData("la-acla")]
    [InlineData("la-lhcc")]
    public async Task A_nurse_needs_no_First_Aid_LA_TRN_003(string program)
    {
        var agency = await Agency.Register(service, program);
        var member = await Employed(agency, StaffRole.Esp, "2025-06-02", r => r.Particulars = new() { Profession = Proto.Profession.Rn });
        Assert.Equal(Verdict.Met, (await Trained(agency, member, "LA-TRN-003")).Verdict);
    }

    [Fact]
    public async Task A_counselor_without_a_certificate_is_qualified_for_six_months_and_a_peer_specialist_of_Louisiana_holds_the_credential()
    {
        var agency = await Agency.Register(service, "nc-state");
        var counselor = await Employed(agency, StaffRole.BenefitsCounselor, "2025-08-31");
        Assert.Equal((Verdict.Met, Verdict.NotMet), (await Of(agency, counselor, StaffRole.BenefitsCounselor, "NC-STAFF-005", "2026-02-28"),
            await Of(agency, counselor, StaffRole.BenefitsCounselor, "NC-STAFF-005", "2026-03-01")));

        foreach (var program in new[] { "la-acla", "la-lhcc" })
        {
            var plan = await Agency.Register(service, program);
            var peer = await plan.Hire();
            Assert.Equal(Verdict.NotMet, await Of(plan, peer, StaffRole.Epm, "LA-STAFF-003"));
            await plan.Staff.AddCredentialAsync(new()
            {
                StaffMember = peer,
                Credential = new() { Type = Proto.CredentialType.PeerSupport, Jurisdiction = "LA", ValidFrom = service.Day(-100) },
                RequestId = StaffingService.NewId(),
            }, plan.Own);
            Assert.Equal(Verdict.Met, await Of(plan, peer, StaffRole.Epm, "LA-STAFF-003"));
        }

        static async Task<Verdict> Of(Agency agency, string member, StaffRole role, string rule, string asOf = "") =>
            Assert.Single((await agency.Check(member, role, asOf)).Decision.Findings, f => f.RuleId == rule).Verdict;
    }

    [Theory]
    [InlineData("nc-state", Proto.TeamMeetingKind.TreatmentTeam, "NC-PROG-006")]
    [InlineData("mo-dmh-vr", Proto.TeamMeetingKind.TreatmentTeam, "MO-INT-003")]
    [InlineData("mo-dmh-vr", Proto.TeamMeetingKind.UnitSupervision, "MO-STAFF-004")]
    public async Task One_meeting_a_week_is_enough_and_a_week_without_one_is_not(string program, Proto.TeamMeetingKind kind, string rule)
    {
        var agency = await Agency.Register(service, program);
        var (lead, esp) = (await agency.Hire(-100), await agency.Hire(-100));
        await agency.Assign(lead, StaffRole.TeamLead, -100);
        await agency.Assign(esp, StaffRole.Esp, -100);
        foreach (var day in new[] { "2026-02-08", "2026-02-09", "2026-02-20" })
            await Meet(day);
        Assert.Equal(Verdict.NotMet, await Weekly());
        await Meet("2026-03-01");
        Assert.Equal(Verdict.Met, await Weekly());

        async Task Meet(string day)
        {
            var planned = await agency.Meetings.PlanMeetingAsync(new() { Team = agency.Team, Kind = kind, Day = day, RequestId = StaffingService.NewId() }, agency.Own);
            await agency.Meetings.HoldMeetingAsync(new()
            {
                Name = planned.Name,
                Etag = planned.Etag,
                Attendees =
                {
                    new Proto.Attendee { StaffMember = lead, Attendance = Proto.Attendance.InPerson },
                    new Proto.Attendee { StaffMember = esp, Attendance = Proto.Attendance.InPerson },
                },
                WholeMeeting = true,
                RequestId = StaffingService.NewId(),
            }, agency.Own);
        }

        async Task<Verdict> Weekly() => Assert.Single((await agency.Meetings.CheckMeetingsAsync(new()
        {
            Team = agency.Team,
            Kind = kind,
            MonthStart = "2026-02-01",
            StaffMember = kind == Proto.TeamMeetingKind.TreatmentTeam ? esp : "",
        }, agency.Own)).Decision.Findings, f => f.RuleId == rule).Verdict;
    }

    private static string After(string day, int days) => DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture).AddDays(days).ToString("O");

    private static async Task<string> Employed(Agency agency, StaffRole role, string hired, Action<Proto.RegisterStaffMemberRequest>? with = null)
    {
        var member = await agency.Hire(with: r =>
        {
            r.HireDate = hired;
            with?.Invoke(r);
        });
        await agency.Staff.AssignRoleAsync(
            new() { StaffMember = member, Team = agency.Team, Role = role, From = hired, RequestId = StaffingService.NewId() }, agency.Own);
        return member;
    }

    private static async Task<Finding> Trained(Agency agency, string member, string rule) =>
        Assert.Single((await agency.Verify(member)).Training.Findings, f => f.RuleId == rule);
}
