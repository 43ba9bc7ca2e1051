using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.Admission;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>
/// The recorded facts about a person in the form that the admission decision reads, for every program. A fact that is not recorded is unknown.
/// </summary>
internal static class AdmissionEvidence
{
    /// <param name="individual">The person with all facts.</param>
    /// <param name="person">The person's own data.</param>
    /// <param name="text">The program's text in force.</param>
    /// <param name="asOf">The day.</param>
    /// <param name="teamsSuspendedOn">The day from which every team of the agency is suspended, of a person who is to be admitted; null when one takes people,
    /// and of a person whom the agency serves.</param>
    public static AdmissionFacts Of(Individual individual, Person person, PackDay text, DateOnly asOf, DateOnly? teamsSuspendedOn = null)
    {
        var enrollment = individual.CoverageOn(text, asOf) ?? individual.Enrollments.MaxBy(e => e.From);
        var intake = individual.Intakes.MaxBy(i => i.RecordedAt);
        var assessment = individual.Assessments.Where(a => a.CompletedOn <= asOf).MaxBy(a => a.CompletedOn) ?? individual.Assessments.MinBy(a => a.CompletedOn);
        var finding = individual.NecessityFindings.Where(f => f.FoundOn <= asOf).MaxBy(f => (f.FoundOn, f.RecordedAt));
        var choice = individual.MyChoices.Where(c => c.From <= asOf).MaxBy(c => (c.From, c.RecordedAt));
        var recommendation = individual.Recommendations.Where(r => r.RecommendedOn <= asOf).MaxBy(r => (r.RecommendedOn, r.RecordedAt));
        return new()
        {
            BirthDate = person.BirthDate,
            LmeMcoEnrollmentDate = enrollment?.From,
            BenefitPlanFrom = enrollment?.BenefitPlanFrom,
            BenefitPlanTo = enrollment?.BenefitPlanThrough,
            Diagnoses = Diagnoses(individual, asOf),
            DesireToWork = intake?.DesireToWork,
            DesireToWorkDate = intake?.DesireToWorkDate,
            EmploymentHistory = EligibilityVocabulary.Read<Proto.EmploymentHistory>(intake?.EmploymentHistory)?.ToPolicy(),
            EducationGoalLinkedToEmployment = intake?.EducationGoalLinkedToEmployment,
            NeedForAssistance = intake?.NeedForAssistance,
            NeedLinkedToDiagnosis = intake?.NeedLinkedToDiagnosis,
            AssessmentDate = assessment?.CompletedOn,
            AssessorScopeIncludesDiagnosis = assessment?.AssessorScopeIncludesDiagnosis,
            MedicalNecessityFinding = EligibilityVocabulary.Read<Proto.MedicalNecessity>(finding?.Finding)?.ToPolicy(),
            OtherBhServiceLastContact = intake?.OtherBhServiceLastContact,
            DeclinesBhServices = intake?.DeclinesBhServices,
            ReferralOutDate = intake?.ReferralOutDate,
            MyChoiceStatus = EligibilityVocabulary.Read<Proto.MyChoiceStatus>(choice?.Status)?.ToPolicy(),
            RecommendedBy = EligibilityVocabulary.Read<Proto.Recommender>(recommendation?.By)?.ToPolicy(),
            LrsServed = Has(individual, "lrs", asOf),
            NeedsMoreIntensiveSupports = intake?.NeedsMoreIntensiveSupports,
            RehabActServiceAvailable = Has(individual, "rehabilitation_act", asOf),
            OpenVrCase = Has(individual, "vr_case", asOf),
            TeamsSuspendedOn = teamsSuspendedOn,
        };
    }

    /// <summary>The person's own data, and the facts that the decision reads, or would read if another one of them were corrected.</summary>
    public static IEnumerable<RestedOn> Used(Individual individual) =>
    [
        new(individual.Id.Value, individual.PersonalDataVersion),
        .. individual.Facts.Where(f => f.SupersededAt is null
            && f is Enrollment or Individuals.Diagnosis or Intake or Assessment or NecessityFinding or MyChoice or Recommendation or OtherService).Used(),
    ];

    /// <summary>
    /// Whether the person has a service on a day. The latest recorded span that covers the day decides; after an ended span the result is no, before the first
    /// span it is unknown.
    /// </summary>
    public static bool? Has(Individual individual, string service, DateOnly day)
    {
        var spans = individual.OtherServices.Where(s => s.Service == service).ToList();
        if (spans.Where(s => s.Covers(day)).MaxBy(s => s.RecordedAt) is { } covering)
            return !covering.Absent;
        return spans.Exists(s => s.From <= day && !s.Absent) ? false : null;
    }

    // A later diagnosis says nothing about an earlier day. An ended diagnosis means that there is none any more.
    private static IReadOnlyList<Policies.Admission.Diagnosis>? Diagnoses(Individual individual, DateOnly asOf)
    {
        var made = individual.Diagnoses.Where(d => !(d.DiagnosedOn > asOf)).ToList();
        return made.Count == 0 ? null : [.. made.Where(d => d.Holds(asOf)).OrderBy(d => d.Id).Select(Read)];
    }

    private static Policies.Admission.Diagnosis Read(Individuals.Diagnosis diagnosis) => new(
        EligibilityVocabulary.Read<Proto.DiagnosisClass>(diagnosis.Class)?.ToPolicy()
            ?? throw new InvalidOperationException("A diagnosis is stored with a class that the packs do not know."),
        EligibilityVocabulary.Read<Proto.DiagnosisSeverity>(diagnosis.Severity)?.ToPolicy(), diagnosis.Primary, diagnosis.Qualifying);
}
