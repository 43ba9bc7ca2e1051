using System.Text.Json.Serialization;

namespace Ips.Policies.Admission;

/// <summary>What is known about a person whom the program may admit, with first service on the as-of day. <see langword="null"/> means not known.</summary>
public sealed record AdmissionFacts
{
    /// <summary>Date of birth.</summary>
    [AnyDay]
    public DateOnly? BirthDate { get; init; }

    /// <summary>First day of enrolment with the LME/MCO.</summary>
    [AnyDay]
    public DateOnly? LmeMcoEnrollmentDate { get; init; }

    /// <summary>First day of the state-funded Benefit Plan.</summary>
    [AnyDay]
    public DateOnly? BenefitPlanFrom { get; init; }

    /// <summary>Last day of the plan, included; absent with <see cref="BenefitPlanFrom"/> present means open.</summary>
    [AnyDay]
    public DateOnly? BenefitPlanTo { get; init; }

    /// <summary>All recorded diagnoses; an empty list means none.</summary>
    public IReadOnlyList<Diagnosis>? Diagnoses { get; init; }

    /// <summary>Whether the person wants to work.</summary>
    public bool? DesireToWork { get; init; }

    /// <summary>Day the wish to work was recorded.</summary>
    [Act]
    public DateOnly? DesireToWorkDate { get; init; }

    /// <summary>Employment pattern recorded by the assessor.</summary>
    public EmploymentHistory? EmploymentHistory { get; init; }

    /// <summary>An education goal tied to an employment goal.</summary>
    public bool? EducationGoalLinkedToEmployment { get; init; }

    /// <summary>Needs more help than an employer usually gives.</summary>
    public bool? NeedForAssistance { get; init; }

    /// <summary>That need comes from limits caused by the qualifying condition.</summary>
    public bool? NeedLinkedToDiagnosis { get; init; }

    /// <summary>Day the assessment was completed.</summary>
    [Act]
    public DateOnly? AssessmentDate { get; init; }

    /// <summary>The assessor may establish diagnoses.</summary>
    public bool? AssessorScopeIncludesDiagnosis { get; init; }

    /// <summary>Finding of a qualified reviewer of the payer.</summary>
    public MedicalNecessity? MedicalNecessityFinding { get; init; }

    /// <summary>Latest contact in a behavioural-health service other than IPS.</summary>
    [Act]
    public DateOnly? OtherBhServiceLastContact { get; init; }

    /// <summary>Only if given: the person does not want behavioural-health services.</summary>
    public bool? DeclinesBhServices { get; init; }

    /// <summary>Referral to other employment services.</summary>
    [Act]
    public DateOnly? ReferralOutDate { get; init; }

    /// <summary>My Choice Louisiana status.</summary>
    public MyChoiceStatus? MyChoiceStatus { get; init; }

    /// <summary>Who recommended IPS.</summary>
    public Recommender? RecommendedBy { get; init; }

    /// <summary>Served by Louisiana Rehabilitation Services.</summary>
    public bool? LrsServed { get; init; }

    /// <summary>Needs more intensive supports.</summary>
    public bool? NeedsMoreIntensiveSupports { get; init; }

    /// <summary>The service is otherwise available under a Rehabilitation Act program.</summary>
    public bool? RehabActServiceAvailable { get; init; }

    /// <summary>An open Missouri VR case.</summary>
    public bool? OpenVrCase { get; init; }

    /// <summary>Only if given: the day from which every active team of the agency in the program is suspended.</summary>
    [AnyDay]
    public DateOnly? TeamsSuspendedOn { get; init; }
}

/// <summary>A recorded diagnosis by class.</summary>
/// <param name="Class">Class given by the assessor.</param>
/// <param name="Severity">For SUD.</param>
/// <param name="Primary">Primary diagnosis.</param>
/// <param name="Qualifying">The plan treats it as a qualifying mental-health diagnosis.</param>
public sealed record Diagnosis(DiagnosisClass Class, Severity? Severity, bool? Primary, bool? Qualifying);

/// <summary>Class of a diagnosis.</summary>
public enum DiagnosisClass
{
    /// <summary>Serious mental illness.</summary>
    [JsonStringEnumMemberName("SMI")] Smi,

    /// <summary>Severe and persistent mental illness.</summary>
    [JsonStringEnumMemberName("SPMI")] Spmi,

    /// <summary>Serious emotional disturbance.</summary>
    [JsonStringEnumMemberName("SED")] Sed,

    /// <summary>Substance use disorder.</summary>
    [JsonStringEnumMemberName("SUD")] Sud,

    /// <summary>Intellectual or developmental disability.</summary>
    [JsonStringEnumMemberName("IDD")] Idd,

    /// <summary>Another mental-health condition.</summary>
    [JsonStringEnumMemberName("OTHER_MH")] OtherMh,
}

/// <summary>Severity of a substance use disorder.</summary>
public enum Severity
{
    /// <summary>Mild.</summary>
    Mild,

    /// <summary>Moderate.</summary>
    Moderate,

    /// <summary>Severe.</summary>
    Severe,
}

/// <summary>Employment pattern.</summary>
public enum EmploymentHistory
{
    /// <summary>Never employed.</summary>
    NeverEmployed,

    /// <summary>Without a job.</summary>
    Unemployed,

    /// <summary>Working below ability or hours wanted.</summary>
    Underemployed,

    /// <summary>Jobs now and then.</summary>
    Sporadic,

    /// <summary>Work broken off by the condition.</summary>
    Interrupted,

    /// <summary>Work that comes and goes.</summary>
    Intermittent,

    /// <summary>Steady work.</summary>
    Stable,
}

/// <summary>Recorded finding of a qualified reviewer of the payer.</summary>
public enum MedicalNecessity
{
    /// <summary>Medically necessary.</summary>
    Met,

    /// <summary>Not medically necessary.</summary>
    NotMet,
}

/// <summary>My Choice Louisiana: left a nursing facility, or diverted from that level of care.</summary>
public enum MyChoiceStatus
{
    /// <summary>Left a nursing facility.</summary>
    Transitioned,

    /// <summary>Diverted from a nursing facility.</summary>
    Diverted,

    /// <summary>Neither.</summary>
    None,
}

/// <summary>Who recommended IPS.</summary>
public enum Recommender
{
    /// <summary>Licensed mental health professional.</summary>
    [JsonStringEnumMemberName("LMHP")] Lmhp,

    /// <summary>Physician.</summary>
    Physician,

    /// <summary>Employment specialist.</summary>
    Specialist,

    /// <summary>No one.</summary>
    None,
}
