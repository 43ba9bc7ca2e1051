namespace Ips.Policies.Admission;

/// <summary>What is known about the refusal of a person. <see langword="null"/> means not known.</summary>
public sealed record DenialReasonFacts
{
    /// <summary>The reason entered.</summary>
    public DenialReason? DenialReason { get; init; }

    /// <summary>Who refuses.</summary>
    public DeniedBy? DeniedBy { get; init; }

    /// <summary>Day of the referral to other employment services.</summary>
    [Act]
    public DateOnly? ReferralOutDate { get; init; }
}

/// <summary>Who refuses a person.</summary>
public enum DeniedBy
{
    /// <summary>The plan, by its coverage.</summary>
    Payer,

    /// <summary>The organization that gives IPS.</summary>
    Provider,
}

/// <summary>Reason entered for refusing a person.</summary>
public enum DenialReason
{
    /// <summary>Uses substances now.</summary>
    ActiveSubstanceUse,

    /// <summary>Criminal record.</summary>
    CriminalBackground,

    /// <summary>Symptoms now.</summary>
    ActiveSymptoms,

    /// <summary>Does not keep to treatment or medication, or misses appointments.</summary>
    Nonadherence,

    /// <summary>Appearance.</summary>
    PersonalPresentation,

    /// <summary>Thought not ready for work.</summary>
    JobReadiness,

    /// <summary>Pre-vocational steps not completed.</summary>
    PrevocationalNotCompleted,

    /// <summary>Used substances before.</summary>
    SubstanceUseHistory,

    /// <summary>History of violence.</summary>
    ViolenceHistory,

    /// <summary>Cognition.</summary>
    Cognition,

    /// <summary>No home.</summary>
    Homelessness,

    /// <summary>Work history.</summary>
    WorkHistory,

    /// <summary>Hospital stays.</summary>
    Hospitalization,

    /// <summary>Level of disability.</summary>
    DisabilityLevel,

    /// <summary>A diagnosis.</summary>
    Diagnosis,

    /// <summary>Not enrolled with the LME/MCO.</summary>
    NotEnrolledLmeMco,

    /// <summary>No Benefit Plan.</summary>
    NoBenefitPlan,

    /// <summary>Below the minimum age.</summary>
    UnderMinimumAge,

    /// <summary>No qualifying diagnosis.</summary>
    NoQualifyingDiagnosis,

    /// <summary>Does not want to work.</summary>
    NoDesireToWork,

    /// <summary>No employment need.</summary>
    NoEmploymentNeed,

    /// <summary>Needs no more help than an employer gives.</summary>
    NoNeedForAssistance,

    /// <summary>No current assessment.</summary>
    NoCurrentAssessment,

    /// <summary>Not medically necessary.</summary>
    NotMedicallyNecessary,

    /// <summary>Has ACT.</summary>
    ActActive,

    /// <summary>Has IPS from another provider.</summary>
    OtherIpsProvider,

    /// <summary>The person declined.</summary>
    IndividualDeclined,

    /// <summary>The person does not want behavioural-health services.</summary>
    DeclinesBhServices,

    /// <summary>Not in My Choice Louisiana.</summary>
    NotMyChoice,

    /// <summary>No permitted professional recommended IPS.</summary>
    NoRecommendation,

    /// <summary>Served by Louisiana Rehabilitation Services.</summary>
    LrsServed,

    /// <summary>Available under a Rehabilitation Act program.</summary>
    RehabActAvailable,

    /// <summary>No open VR case.</summary>
    NoOpenVrCase,
}
