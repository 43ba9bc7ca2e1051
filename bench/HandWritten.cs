using Ips.Policies.Admission;

namespace Ips.Bench;

/// <summary>The conditions of an nc-core admission as anyone would write them by hand: a yes or a no, no reasons, no dates of change, no citations.</summary>
internal static class HandWritten
{
    private static readonly DateOnly StateTextFrom = new(2023, 10, 1);

    public static bool Admits(AdmissionFacts facts, DateOnly day) =>
        facts.LmeMcoEnrollmentDate <= day
        && facts.BenefitPlanFrom <= day && !(facts.BenefitPlanTo < day)
        && facts.BirthDate is { } birth && birth.AddYears(16) <= day
        && Qualifies(facts.Diagnoses, birth.AddYears(18) <= day)
        && facts.DesireToWork != false && facts.DesireToWorkDate <= day
        && (facts.EmploymentHistory is { } history && history != EmploymentHistory.Stable || facts.EducationGoalLinkedToEmployment == true)
        && facts.NeedForAssistance == true && facts.NeedLinkedToDiagnosis == true
        && facts.MedicalNecessityFinding == MedicalNecessity.Met
        && facts.AssessmentDate is { } assessed && assessed <= day && day <= assessed.AddYears(1)
        && facts.AssessorScopeIncludesDiagnosis == true
        && PrimaryQualifies(facts.Diagnoses, birth.AddYears(18) <= day)
        && facts.EmploymentHistory is not (EmploymentHistory.Stable or EmploymentHistory.Underemployed)
        && day >= StateTextFrom
        && facts.DeclinesBhServices != true
        && facts.OtherBhServiceLastContact is { } contact && day <= contact.AddDays(90);

    private static bool Qualifies(IReadOnlyList<Diagnosis>? diagnoses, bool adult)
    {
        for (var i = 0; i < diagnoses?.Count; i++)
        {
            var diagnosis = diagnoses[i];
            if (diagnosis.Class switch
            {
                DiagnosisClass.Smi or DiagnosisClass.Spmi => adult,
                DiagnosisClass.Sed => !adult,
                DiagnosisClass.Sud => diagnosis.Severity == Severity.Severe,
                _ => false,
            })
                return true;
        }

        return false;
    }

    private static bool PrimaryQualifies(IReadOnlyList<Diagnosis>? diagnoses, bool adult)
    {
        for (var i = 0; i < diagnoses?.Count; i++)
        {
            var diagnosis = diagnoses[i];
            if (diagnosis.Primary == true && (diagnosis.Class is DiagnosisClass.Smi or DiagnosisClass.Spmi or DiagnosisClass.Sud
                || diagnosis.Class == DiagnosisClass.Sed && !adult))
                return true;
        }

        return false;
    }
}
