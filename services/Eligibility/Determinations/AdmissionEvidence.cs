using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.Admission;

namespace Ips.Eligibility.Determinations;

/// <summary>The recorded facts about a person as the admission decision reads them. What is not recorded stays not known.</summary>
internal static class AdmissionEvidence
{
    public static AdmissionFacts Of(Individual individual, Person person, DateOnly asOf)
    {
        var enrollment = individual.Enrollments.Where(e => e.Covers(asOf)).MaxBy(e => e.From) ?? individual.Enrollments.MaxBy(e => e.From);
        var intake = individual.Intakes.MaxBy(i => i.RecordedAt);
        var assessment = individual.Assessments.Where(a => a.CompletedOn <= asOf).MaxBy(a => a.CompletedOn) ?? individual.Assessments.MinBy(a => a.CompletedOn);
        var finding = individual.NecessityFindings.Where(f => f.FoundOn <= asOf).MaxBy(f => (f.FoundOn, f.RecordedAt));
        return new()
        {
            BirthDate = person.BirthDate,
            LmeMcoEnrollmentDate = enrollment?.From,
            BenefitPlanFrom = enrollment?.BenefitPlanFrom,
            BenefitPlanTo = enrollment?.BenefitPlanThrough,
            Diagnoses = !individual.Diagnoses.Any() ? null : [.. individual.Diagnoses.OrderBy(d => d.RecordedAt).ThenBy(d => d.Id).Select(Read)],
            DesireToWork = intake?.DesireToWork,
            DesireToWorkDate = intake?.DesireToWorkDate,
            EmploymentHistory = Code<EmploymentHistory>(intake?.EmploymentHistory),
            EducationGoalLinkedToEmployment = intake?.EducationGoalLinkedToEmployment,
            NeedForAssistance = intake?.NeedForAssistance,
            NeedLinkedToDiagnosis = intake?.NeedLinkedToDiagnosis,
            AssessmentDate = assessment?.CompletedOn,
            AssessorScopeIncludesDiagnosis = assessment?.AssessorScopeIncludesDiagnosis,
            MedicalNecessityFinding = Code<MedicalNecessity>(finding?.Finding),
            OtherBhServiceLastContact = intake?.OtherBhServiceLastContact,
            DeclinesBhServices = intake?.DeclinesBhServices,
            ReferralOutDate = intake?.ReferralOutDate,
        };
    }

    private static Policies.Admission.Diagnosis Read(Individuals.Diagnosis diagnosis) =>
        new(Codes.Parse<DiagnosisClass>(diagnosis.Class) ?? throw new InvalidOperationException("A diagnosis is stored with a class that the packs do not know."), Code<Severity>(diagnosis.Severity), diagnosis.Primary, null);

    private static T? Code<T>(string? code) where T : struct, Enum => code is null ? null : Codes.Parse<T>(code);
}
