namespace Ips.Policies.Admission;

/// <summary>Entrance criteria of nc-state and what the nc-core contract adds.</summary>
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
    private static readonly RuleId AssessmentAge = RuleId.Of("NC-ELIG-013");
    private static readonly RuleId AssessorScope = RuleId.Of("NC-ELIG-014");
    private static readonly RuleId ContractAge = RuleId.Of("NCC-ELIG-001");
    private static readonly RuleId PrimaryDiagnosis = RuleId.Of("NCC-ELIG-002");
    private static readonly RuleId ContractPattern = RuleId.Of("NCC-ELIG-003");
    private static readonly RuleId ImportedText = RuleId.Of("NCC-ELIG-004");
    private static readonly RuleId OtherBhService = RuleId.Of("NCC-ELIG-006");
    private static readonly RuleId ReferredOut = RuleId.Of("NCC-ELIG-007");

    private static readonly Parameter<int> MinAge = Parameter<int>.Of(MinimumAge, "min_age");
    private static readonly Parameter<int> AdultAge = Parameter<int>.Of(QualifyingDiagnosis, "adult_age");
    private static readonly Parameter<int> AssessmentYears = Parameter<int>.Of(AssessmentAge, "valid_years");
    private static readonly Parameter<int> ContractMinAge = Parameter<int>.Of(ContractAge, "min_age");
    private static readonly Parameter<int> ContractAdultAge = Parameter<int>.Of(PrimaryDiagnosis, "adult_age");
    private static readonly Parameter<DateOnly> StateTextFrom = Parameter<DateOnly>.Of(ImportedText, "state_text_from");
    private static readonly Parameter<int> ContactDays = Parameter<int>.Of(OtherBhService, "lookback_days");

    /// <summary>NC-ELIG-001 to -014.</summary>
    public static void State(AdmissionFacts facts, Ruling ruling)
    {
        if (!ruling.Has(Enrolled))
            return;
        var day = ruling.AsOf;
        ruling.Judge(Enrolled, facts.LmeMcoEnrollmentDate <= day is var enrolled && facts.LmeMcoEnrollmentDate is null ? null : enrolled,
                $"enrolled with the LME/MCO from {facts.LmeMcoEnrollmentDate}, first service {day}", Fact.Of("lmeMcoEnrollmentDate", facts.LmeMcoEnrollmentDate))
            .ToMeet($"lmeMcoEnrollmentDate on or before {day}");
        ruling.Judge(BenefitPlan, facts.BenefitPlanFrom is null ? null : facts.BenefitPlanFrom <= day && !(facts.BenefitPlanTo < day),
                $"the Benefit Plan runs from {facts.BenefitPlanFrom} to {facts.BenefitPlanTo}, first service {day}", Fact.Of("benefitPlanFrom", facts.BenefitPlanFrom))
            .ToMeet($"a Benefit Plan that covers {day}");
        Age(MinimumAge, ruling.Value(MinAge), facts, ruling);
        ruling.Judge(QualifyingDiagnosis, Qualifies(facts, day, ruling.Value(AdultAge)),
                $"age {AgeOn(facts, day)}, recorded classes {Classes(facts)}", Fact.Of("birthDate", facts.BirthDate), Fact.Of("diagnoses", facts.Diagnoses),
                new("diagnoses[].severity", facts.Diagnoses is null || !facts.Diagnoses.Any(d => d is { Class: DiagnosisClass.Sud, Severity: null })))
            .ToMeet($"a diagnosis of class SMI or SPMI from age {ruling.Value(AdultAge)}, SED below it, or SUD with severity severe");
        ruling.Judge(WantsToWork, facts.DesireToWork == false ? false : facts.DesireToWorkDate is { } recorded ? recorded <= day : null,
                $"desire to work {(facts.DesireToWork == false ? "denied" : "recorded")} {facts.DesireToWorkDate}, first service {day}",
                Fact.Of("desireToWorkDate", facts.DesireToWorkDate))
            .ToMeet($"desireToWorkDate on or before {day}");
        ruling.Judge(EmploymentPattern, Known.Any(facts.EducationGoalLinkedToEmployment, facts.EmploymentHistory is { } h ? h != EmploymentHistory.Stable : null) is var pattern
                && facts is { EmploymentHistory: EmploymentHistory.Stable, EducationGoalLinkedToEmployment: null } ? false : pattern == true ? true : facts.EmploymentHistory is null ? null : false,
                $"employment history {Code(facts.EmploymentHistory)}, education goal tied to employment {facts.EducationGoalLinkedToEmployment == true}",
                Fact.Of("employmentHistory", facts.EmploymentHistory))
            .ToMeet("an employment history other than stable, or an education goal tied to an employment goal");
        ruling.Judge(NeedsAssistance, Known.All(facts.NeedForAssistance, facts.NeedLinkedToDiagnosis),
                $"needs more help than an employer gives: {facts.NeedForAssistance}; because of the condition: {facts.NeedLinkedToDiagnosis}",
                Fact.Of("needForAssistance", facts.NeedForAssistance), Fact.Of("needLinkedToDiagnosis", facts.NeedLinkedToDiagnosis))
            .ToMeet("needForAssistance and needLinkedToDiagnosis both true");
        ruling.Judge(Necessity, Reviewed(facts.MedicalNecessityFinding), $"medical necessity finding: {Code(facts.MedicalNecessityFinding)}",
                Fact.Of("medicalNecessityFinding", facts.MedicalNecessityFinding))
            .ToMeet("medicalNecessityFinding met");
        ruling.Judge(AssessedBefore, facts.AssessmentDate is { } assessed ? assessed <= day : null, $"assessed {facts.AssessmentDate}, first service {day}",
                Fact.Of("assessmentDate", facts.AssessmentDate))
            .ToMeet($"assessmentDate on or before {day}");
        var validThrough = facts.AssessmentDate is { } done ? Days.YearsAfter(done, ruling.Value(AssessmentYears)) : (DateOnly?)null;
        ruling.Judge(AssessmentAge, validThrough is { } last ? day <= last : null, $"assessed {facts.AssessmentDate}, serves admissions through {validThrough}",
                Fact.Of("assessmentDate", facts.AssessmentDate))
            .ToMeet($"assessmentDate on or after {day.AddYears(-ruling.Value(AssessmentYears))}");
        ruling.Judge(AssessorScope, facts.AssessorScopeIncludesDiagnosis, $"the assessor may establish diagnoses: {facts.AssessorScopeIncludesDiagnosis}",
                Fact.Of("assessorScopeIncludesDiagnosis", facts.AssessorScopeIncludesDiagnosis))
            .ToMeet("an assessment by a practitioner whose scope includes diagnosis");
        ruling.Answer("assessmentValidThrough", validThrough);
    }

    /// <summary>NCC-ELIG-001 to -007.</summary>
    public static void Contract(AdmissionFacts facts, Ruling ruling)
    {
        var day = ruling.AsOf;
        Age(ContractAge, ruling.Value(ContractMinAge), facts, ruling);
        ruling.Judge(PrimaryDiagnosis, PrimaryQualifies(facts, day, ruling.Value(ContractAdultAge)),
                $"age {AgeOn(facts, day)}, recorded classes {Classes(facts)}, the primary one decides",
                Fact.Of("diagnoses", facts.Diagnoses), new("diagnoses[].primary", facts.Diagnoses is null || facts.Diagnoses.Any(d => d.Primary == true)),
                new("birthDate", facts.BirthDate is not null || facts.Diagnoses?.Any(d => d is { Primary: true, Class: DiagnosisClass.Sed }) != true))
            .ToMeet($"a primary diagnosis of class SMI, SPMI or SUD, or SED below age {ruling.Value(ContractAdultAge)}");
        ruling.Judge(ContractPattern, facts.EmploymentHistory switch
            {
                null => Verdict.NeedsFacts,
                EmploymentHistory.Stable => Verdict.NotMet,
                EmploymentHistory.Underemployed => Verdict.NeedsReview,
                _ => Verdict.Met,
            }, $"employment history {Code(facts.EmploymentHistory)}", Fact.Of("employmentHistory", facts.EmploymentHistory))
            .ToMeet("an employment history other than stable");
        ruling.Judge(ImportedText, day >= ruling.Value(StateTextFrom) ? Verdict.Met : Verdict.NeedsReview,
            $"the imported state text is on file from {ruling.Value(StateTextFrom)}; first service {day}");
        var latest = facts.OtherBhServiceLastContact is { } contact ? Days.After(contact, ruling.Value(ContactDays)) : (DateOnly?)null;
        ruling.Judge(OtherBhService, facts.DeclinesBhServices == true ? false : latest is { } through ? day <= through : null,
                $"latest contact in another behavioural-health service {facts.OtherBhServiceLastContact}, counts through {latest}",
                Fact.Of("otherBhServiceLastContact", facts.OtherBhServiceLastContact))
            .ToMeet($"otherBhServiceLastContact on or after {day.AddDays(-ruling.Value(ContactDays))}");
        if (facts.DeclinesBhServices != true)
            return;
        ruling.Judge(ReferredOut, facts.ReferralOutDate is null ? null : true, $"referred to other employment services on {facts.ReferralOutDate}",
                Fact.Of("referralOutDate", facts.ReferralOutDate))
            .ToMeet("a recorded referral to other employment services");
        ruling.Answer("recordAs", "not_served_contract_condition");
    }

    internal static void Age(RuleId rule, int minimum, AdmissionFacts facts, Ruling ruling) =>
        ruling.Judge(rule, facts.BirthDate is { } birth ? Days.YearsAfter(birth, minimum) <= ruling.AsOf : null,
                $"age {AgeOn(facts, ruling.AsOf)} on {ruling.AsOf}, at least {minimum} needed", Fact.Of("birthDate", facts.BirthDate))
            .ToMeet($"first service on or after {(facts.BirthDate is { } b ? Days.YearsAfter(b, minimum) : null)}");

    internal static Verdict Reviewed(MedicalNecessity? finding) => finding switch
    {
        MedicalNecessity.Met => Verdict.Met,
        MedicalNecessity.NotMet => Verdict.NotMet,
        _ => Verdict.NeedsReview,
    };

    internal static string Code<T>(T? code) where T : struct, Enum => code is { } value ? Codes.Of(value) : "not known";

    /// <summary>One diagnosis inside its age band is enough; a class outside its band does not count.</summary>
    private static bool? Qualifies(AdmissionFacts facts, DateOnly day, int adultAge)
    {
        if (facts.Diagnoses is not { } diagnoses)
            return null;
        bool? adult = facts.BirthDate is { } birth ? Days.YearsAfter(birth, adultAge) <= day : null;
        bool? qualifies = false;
        foreach (var diagnosis in diagnoses)
        {
            var counts = diagnosis.Class switch
            {
                DiagnosisClass.Smi or DiagnosisClass.Spmi => adult,
                DiagnosisClass.Sed => !adult,
                DiagnosisClass.Sud => diagnosis.Severity is { } severity ? severity == Severity.Severe : null,
                _ => false,
            };
            qualifies = Known.Any(qualifies, counts);
        }

        return qualifies;
    }

    private static bool? PrimaryQualifies(AdmissionFacts facts, DateOnly day, int adultAge)
    {
        if (facts.Diagnoses is not { } diagnoses)
            return null;
        bool? qualifies = null;
        foreach (var diagnosis in diagnoses)
        {
            if (diagnosis.Primary != true)
                continue;
            bool? counts = diagnosis.Class switch
            {
                DiagnosisClass.Smi or DiagnosisClass.Spmi or DiagnosisClass.Sud => true,
                DiagnosisClass.Sed => facts.BirthDate is { } birth ? Days.YearsAfter(birth, adultAge) > day : null,
                _ => false,
            };
            if (counts == true)
                return true;
            qualifies = counts ?? qualifies;
        }

        return qualifies;
    }

    private static string AgeOn(AdmissionFacts facts, DateOnly day) =>
        facts.BirthDate is { } birth ? Days.Age(birth, day).ToString(System.Globalization.CultureInfo.InvariantCulture) : "not known";

    private static string Classes(AdmissionFacts facts) => facts.Diagnoses is { Count: > 0 } diagnoses
        ? string.Join(", ", diagnoses.Select(d => d.Severity is { } s ? $"{Code(d.Class)} {Codes.Of(s)}" : Code(d.Class)))
        : facts.Diagnoses is null ? "not known" : "none";
}
