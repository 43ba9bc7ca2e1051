namespace Ips.Policies.Admission;

/// <summary>Entrance criteria of the North Carolina state text (NC-ELIG-001 to -014).</summary>
public static class NcAdmissionRules
{
    private static readonly RuleId Enrolled = RuleId.Of("NC-ELIG-001");
    private static readonly RuleId BenefitPlan = RuleId.Of("NC-ELIG-002");
    private static readonly RuleId MinimumAge = RuleId.Of("NC-ELIG-003");
    private static readonly RuleId QualifyingDiagnosis = RuleId.Of("NC-ELIG-004");
    private static readonly RuleId WantsToWork = RuleId.Of("NC-ELIG-005");
    private static readonly RuleId EmploymentPattern = RuleId.Of("NC-ELIG-006");
    private static readonly RuleId NeedsAssistance = RuleId.Of("NC-ELIG-007");
    private static readonly RuleId Necessity = RuleId.Of("NC-ELIG-009");
    private static readonly RuleId AssessedBefore = RuleId.Of("NC-ELIG-012");
    private static readonly RuleId AssessmentCurrent = RuleId.Of("NC-ELIG-013");
    private static readonly RuleId AssessorScope = RuleId.Of("NC-ELIG-014");

    private static readonly Parameter<int> MinAge = Parameter<int>.Of(MinimumAge, "min_age");
    private static readonly Parameter<int> AdultAge = Parameter<int>.Of(QualifyingDiagnosis, "adult_age");
    private static readonly Parameter<int> AssessmentYears = Parameter<int>.Of(AssessmentCurrent, "valid_years");

    internal static void Evaluate(AdmissionFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(Enrolled))
            return;
        RequireCoverage(facts, evaluation);
        Criteria.RequireAge(MinimumAge, MinAge, facts, evaluation);
        RequireDiagnosis(facts, evaluation);
        RequireWork(facts, evaluation);
        Criteria.RequireNecessity(Necessity, facts, evaluation);
        RequireAssessment(facts, evaluation);
    }

    private static void RequireCoverage(AdmissionFacts facts, RuleEvaluation evaluation)
    {
        var day = evaluation.AsOf;
        evaluation.Require(Enrolled, facts.LmeMcoEnrollmentDate is { } enrolled ? enrolled <= day : null,
                $"enrolled with the LME/MCO from {facts.LmeMcoEnrollmentDate}, first service {day}", Fact.Of(facts.LmeMcoEnrollmentDate))
            .Remedy($"lmeMcoEnrollmentDate on or before {day}");
        evaluation.Require(BenefitPlan, Ternary.All(facts.BenefitPlanFrom is { } from ? from <= day : null, !(facts.BenefitPlanTo < day)),
                $"the Benefit Plan runs from {facts.BenefitPlanFrom}{Words.Day(facts.BenefitPlanTo, " to ", " on")}, first service {day}",
                    Fact.Of(facts.BenefitPlanFrom))
            .Remedy($"a Benefit Plan that covers {day}");
    }

    private static void RequireDiagnosis(AdmissionFacts facts, RuleEvaluation evaluation)
    {
        var adultAge = evaluation.Value(AdultAge);
        evaluation.Require(QualifyingDiagnosis, Diagnoses.OneQualifies(facts, evaluation.AsOf, adultAge),
                $"age {Criteria.Age(facts, evaluation)}, recorded classes: {Diagnoses.Classes(facts)}",
                Fact.Of(facts.Diagnoses),
                new("birthDate", facts.BirthDate is not null || facts.Diagnoses is null || !Diagnoses.NeedsAge(facts.Diagnoses)),
                new("diagnoses[].severity", !Diagnoses.LacksSeverity(facts)))
            .Remedy($"a diagnosis of class SMI or SPMI from age {adultAge}, SED below it, or SUD with severity severe");
    }

    private static void RequireWork(AdmissionFacts facts, RuleEvaluation evaluation)
    {
        var day = evaluation.AsOf;
        evaluation.Require(WantsToWork, facts.DesireToWork == false ? false : facts.DesireToWorkDate is { } recorded ? recorded <= day : null,
                $"{(facts.DesireToWork == false ? "does not want to work" : "wish to work")} recorded on {facts.DesireToWorkDate}, first service {day}", Fact.Of(facts.DesireToWorkDate))
            .Remedy($"a wish to work recorded on or before {day}");
        evaluation.Require(EmploymentPattern,
                Ternary.Any(facts.EmploymentHistory is { } history ? history != EmploymentHistory.Stable : null, facts.EducationGoalLinkedToEmployment),
                $"employment history {facts.EmploymentHistory.Code()}, education goal tied to employment: {facts.EducationGoalLinkedToEmployment}",
                Fact.Of(facts.EmploymentHistory), Fact.Of(facts.EducationGoalLinkedToEmployment))
            .Remedy("an employment history other than stable, or an education goal tied to an employment goal");
        evaluation.Require(NeedsAssistance, Ternary.All(facts.NeedForAssistance, facts.NeedLinkedToDiagnosis),
                $"needs more help than an employer gives: {facts.NeedForAssistance}; because of the condition: {facts.NeedLinkedToDiagnosis}",
                Fact.Of(facts.NeedForAssistance), Fact.Of(facts.NeedLinkedToDiagnosis))
            .Remedy("needForAssistance and needLinkedToDiagnosis both true");
    }

    private static void RequireAssessment(AdmissionFacts facts, RuleEvaluation evaluation)
    {
        var (day, years) = (evaluation.AsOf, evaluation.Value(AssessmentYears));
        var assessed = Fact.Of(facts.AssessmentDate);
        evaluation.Require(AssessedBefore, facts.AssessmentDate is { } done ? done <= day : null,
                $"assessed {facts.AssessmentDate}, first service {day}", assessed)
            .Remedy($"assessmentDate on or before {day}");
        var validThrough = facts.AssessmentDate is { } date ? Days.YearsAfter(date, years) : (DateOnly?)null;
        evaluation.Require(AssessmentCurrent, validThrough is { } last ? day <= last : null,
                $"assessed {facts.AssessmentDate}, serves admissions through {validThrough}", assessed)
            .Remedy($"assessmentDate on or after {Days.EarliestReaching(day, years)}");
        evaluation.Require(AssessorScope, facts.AssessorScopeIncludesDiagnosis, $"the assessor may establish diagnoses: {facts.AssessorScopeIncludesDiagnosis}",
                Fact.Of(facts.AssessorScopeIncludesDiagnosis))
            .Remedy("an assessment by a practitioner whose scope includes diagnosis");
        evaluation.Answer("assessmentValidThrough", validThrough);
    }
}
