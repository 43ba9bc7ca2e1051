using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Every criterion of admission on both sides of its boundary, from recorded facts through the API; validate_only, so nothing is stored.</summary>
[Collection("eligibility")]
public sealed class CriteriaTests(EligibilityService service)
{
    // Days relative to the clock's day: enrollment and plan begin at -120, wish and assessment at -10, the other service's last contact at -12, the payer's
    // finding at -5.
    [Theory]
    [InlineData("nc-state", "NC-ELIG-001", -120, Verdict.Met)]
    [InlineData("nc-state", "NC-ELIG-001", -121, Verdict.NotMet)]
    [InlineData("nc-state", "NC-ELIG-002", -120, Verdict.Met)]
    [InlineData("nc-state", "NC-ELIG-002", -121, Verdict.NotMet)]
    [InlineData("nc-state", "NC-ELIG-005", -10, Verdict.Met)]
    [InlineData("nc-state", "NC-ELIG-005", -11, Verdict.NotMet)]
    [InlineData("nc-state", "NC-ELIG-009", -5, Verdict.Met)]
    [InlineData("nc-state", "NC-ELIG-009", -6, Verdict.NeedsReview)]
    [InlineData("nc-state", "NC-ELIG-012", -10, Verdict.Met)]
    [InlineData("nc-state", "NC-ELIG-012", -11, Verdict.NotMet)]
    [InlineData("nc-core", "NCC-ELIG-006", 78, Verdict.Met)]
    [InlineData("nc-core", "NCC-ELIG-006", 79, Verdict.NotMet)]
    [InlineData("la-lhcc", "LHCC-ELIG-003", -5, Verdict.Met)]
    [InlineData("la-lhcc", "LHCC-ELIG-003", -6, Verdict.NeedsReview)]
    public async Task A_day_decides(string program, string rule, int day, Verdict verdict) =>
        Assert.Equal(verdict, await VerdictFor(await (await PersonBuilder.Register(service)).WithFacts(), program, rule, service.Day(day)));

    [Fact]
    public async Task An_assessment_serves_admissions_through_the_same_day_a_year_later_NC_ELIG_013()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var last = DateOnly.FromDateTime(service.Clock.GetUtcNow().UtcDateTime).AddDays(-10).AddYears(1);
        Assert.Equal((Verdict.Met, Verdict.NotMet),
            (await VerdictFor(one, "nc-state", "NC-ELIG-013", last.Day()), await VerdictFor(one, "nc-state", "NC-ELIG-013", last.AddDays(1).Day())));
    }

    [Theory]
    // NCC-DEF-002: the contract's principles are those of the imported state text, which is on file from 2023-10-01.
    [InlineData("nc-core", "NCC-ELIG-004", "2023-10-01", Verdict.Met)]
    [InlineData("nc-core", "NCC-ELIG-004", "2023-09-30", Verdict.NeedsReview)]
    [InlineData("nc-state", "NC-HIST-001", "2023-09-30", Verdict.NeedsReview)]
    [InlineData("nc-core", "NCC-DEF-001", "2021-11-30", Verdict.NotMet)]
    [InlineData("la-acla", "ACLA-HIST-001", "2022-01-31", Verdict.NeedsReview)]
    [InlineData("la-lhcc", "LHCC-HIST-001", "2023-03-31", Verdict.NeedsReview)]
    public async Task The_text_of_the_day_answers(string program, string rule, string asOf, Verdict verdict) =>
        Assert.Equal(verdict, await VerdictFor(await (await PersonBuilder.Register(service)).WithFacts(), program, rule, asOf));

    [Theory]
    [InlineData("nc-state", "NC-HIST-001", "2023-10-01")]
    [InlineData("la-acla", "ACLA-HIST-001", "2022-02-01")]
    [InlineData("la-lhcc", "LHCC-HIST-001", "2023-04-01")]
    public async Task From_its_first_day_the_text_itself_answers(string program, string before, string first)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        Assert.DoesNotContain((await Tried(one, program, first)).Findings, f => f.RuleId == before);
    }

    [Fact]
    public async Task The_last_day_of_the_plan_is_covered_NC_ELIG_002()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var enrolled = Assert.Single((await one.Read()).Enrollments);
        var ended = enrolled.Clone();
        ended.BenefitPlanThrough = service.Day(-1);
        await one.Correct(new() { Name = enrolled.Fact, Etag = enrolled.Etag }, new() { Enrollment = ended });
        Assert.Equal((Verdict.Met, Verdict.NotMet),
            (await VerdictFor(one, "nc-state", "NC-ELIG-002", service.Day(-1)), await VerdictFor(one, "nc-state", "NC-ELIG-002", service.Day())));
    }

    [Theory]
    // NC-DEF-001: education counts where it serves employment.
    [InlineData("nc-state", "NC-ELIG-006", Proto.EmploymentHistory.Stable, false, Verdict.NotMet)]
    [InlineData("nc-state", "NC-ELIG-006", Proto.EmploymentHistory.Stable, true, Verdict.Met)]
    [InlineData("nc-state", "NC-ELIG-006", Proto.EmploymentHistory.Underemployed, false, Verdict.Met)]
    [InlineData("nc-core", "NCC-ELIG-003", Proto.EmploymentHistory.Stable, true, Verdict.NotMet)]
    [InlineData("nc-core", "NCC-ELIG-003", Proto.EmploymentHistory.Underemployed, false, Verdict.NeedsReview)]
    [InlineData("nc-core", "NCC-ELIG-003", Proto.EmploymentHistory.NeverEmployed, false, Verdict.Met)]
    public async Task The_history_of_work_decides_and_an_education_goal_only_under_the_state_text(
        string program, string rule, Proto.EmploymentHistory history, bool education, Verdict verdict)
    {
        var one = await WithIntake(i => (i.EmploymentHistory, i.EducationGoalLinkedToEmployment) = (history, education));
        Assert.Equal(verdict, await VerdictFor(one, program, rule));
    }

    [Theory]
    [InlineData(true, true, Verdict.Met)]
    [InlineData(true, false, Verdict.NotMet)]
    [InlineData(false, true, Verdict.NotMet)]
    public async Task The_need_comes_from_the_condition_NC_ELIG_007(bool need, bool linked, Verdict verdict) =>
        Assert.Equal(verdict,
            await VerdictFor(await WithIntake(i => (i.NeedForAssistance, i.NeedLinkedToDiagnosis) = (need, linked)), "nc-state", "NC-ELIG-007"));

    [Theory]
    [InlineData(true, Verdict.Met)]
    [InlineData(false, Verdict.NotMet)]
    public async Task A_person_who_wants_to_work_has_access_ACLA_ELIG_002(bool wants, Verdict verdict) =>
        Assert.Equal(verdict, await VerdictFor(await WithIntake(i => i.DesireToWork = wants), "la-acla", "ACLA-ELIG-002"));

    [Fact]
    public async Task A_person_who_declines_other_services_is_referred_elsewhere_NCC_ELIG_007()
    {
        Assert.Equal(Verdict.NeedsFacts, await VerdictFor(await WithIntake(i => i.DeclinesBhServices = true), "nc-core", "NCC-ELIG-007"));
        Assert.Equal(Verdict.Met,
            await VerdictFor(await WithIntake(i => (i.DeclinesBhServices, i.ReferralOutDate) = (true, service.Day(-1))), "nc-core", "NCC-ELIG-007"));
    }

    [Fact]
    public async Task The_assessor_may_establish_diagnoses_NC_ELIG_014()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        Assert.Equal(Verdict.Met, await VerdictFor(one, "nc-state", "NC-ELIG-014"));
        var assessed = Assert.Single((await one.Read()).Assessments);
        var other = assessed.Clone();
        other.AssessorScopeIncludesDiagnosis = false;
        await one.Correct(new() { Name = assessed.Fact, Etag = assessed.Etag }, new() { Assessment = other });
        Assert.Equal(Verdict.NotMet, await VerdictFor(one, "nc-state", "NC-ELIG-014"));
    }

    [Theory]
    [InlineData("nc-state", "NC-ELIG-004", Proto.DiagnosisClass.Sud, Proto.DiagnosisSeverity.Severe, Verdict.Met)]
    [InlineData("nc-state", "NC-ELIG-004", Proto.DiagnosisClass.Sud, Proto.DiagnosisSeverity.Moderate, Verdict.NotMet)]
    [InlineData("nc-core", "NCC-ELIG-002", Proto.DiagnosisClass.Sud, Proto.DiagnosisSeverity.Mild, Verdict.Met)]
    [InlineData("nc-core", "NCC-ELIG-002", Proto.DiagnosisClass.Idd, Proto.DiagnosisSeverity.Unspecified, Verdict.NotMet)]
    [InlineData("la-lhcc", "LHCC-ELIG-002", Proto.DiagnosisClass.Sud, Proto.DiagnosisSeverity.Severe, Verdict.NotMet)]
    [InlineData("la-lhcc", "LHCC-ELIG-002", Proto.DiagnosisClass.Smi, Proto.DiagnosisSeverity.Unspecified, Verdict.Met)]
    public async Task The_class_decides(string program, string rule, Proto.DiagnosisClass of, Proto.DiagnosisSeverity severity, Verdict verdict)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var recorded = Assert.Single((await one.Read()).Diagnoses);
        await one.Correct(new() { Name = recorded.Fact, Etag = recorded.Etag }, Records.Diagnosis(of, service.Day(-90), primary: true, severity));
        Assert.Equal(verdict, await VerdictFor(one, program, rule));
    }

    [Theory]
    [InlineData("la-acla", "LA-EXCL-002", Proto.OtherServiceKind.RehabilitationAct, true, Verdict.Met)]
    [InlineData("la-lhcc", "LA-EXCL-002", Proto.OtherServiceKind.RehabilitationAct, false, Verdict.NotMet)]
    public async Task A_service_of_another_agency_decides_once_it_is_known(
        string program, string rule, Proto.OtherServiceKind other, bool absent, Verdict verdict)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        Assert.Equal(Verdict.NeedsFacts, await VerdictFor(one, program, rule));
        await one.Record(Records.Service(other, service.Day(), absent: absent));
        Assert.Equal(verdict, await VerdictFor(one, program, rule));
    }

    private async Task<PersonBuilder> WithIntake(Action<Proto.Intake> change)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var recorded = (await one.Read()).Intake;
        var right = recorded.Clone();
        change(right);
        await one.Correct(new() { Name = recorded.Fact, Etag = recorded.Etag }, new() { Intake = right });
        return one;
    }

    private async Task<Verdict> VerdictFor(PersonBuilder one, string program, string rule, string? asOf = null) =>
        Assert.Single((await Tried(one, program, asOf ?? service.Day())).Findings, f => f.RuleId == rule).Verdict;

    private static async Task<Contracts.Common.V1.Decision> Tried(PersonBuilder one, string program, string asOf)
    {
        var request = one.Determination(program);
        (request.AsOf, request.ValidateOnly, request.RequestId) = (asOf, true, "");
        return (await one.Determinations.DetermineAsync(request, one.AsProvider)).Decision;
    }
}
