namespace Ips.Policies.Discharges;

/// <summary>What is known about a person who may be discharged. <see langword="null"/> means not known.</summary>
public sealed record DischargeFacts
{
    /// <summary>The reason.</summary>
    public DischargeReason? DischargeReason { get; init; }

    /// <summary>The reason is written in the service record.</summary>
    public bool? ReasonDocumented { get; init; }

    /// <summary>Stable positive employment outcome.</summary>
    public bool? StableOutcome { get; init; }

    /// <summary>The person still needs IPS.</summary>
    public bool? IpsStillNeeded { get; init; }

    /// <summary>Who requested the end of service.</summary>
    public DischargeRequester? RequestedBy { get; init; }

    /// <summary>Guardianship papers cover this decision.</summary>
    public bool? GuardianAuthorityCoversDecision { get; init; }

    /// <summary>Latest eligibility decision.</summary>
    public EligibilityOutcome? EligibilityDecision { get; init; }

    /// <summary>There is a written explanation for a closure such as relocation.</summary>
    public bool? AdministrativeExplanation { get; init; }

    /// <summary>The discharge plan was discussed with the person.</summary>
    public bool? DischargePlanDiscussed { get; init; }

    /// <summary>The discharge plan is in the service record.</summary>
    public bool? DischargePlanInRecord { get; init; }

    /// <summary>The person has an enhanced service.</summary>
    public bool? EnhancedService { get; init; }

    /// <summary>The plan was coordinated with the other providers.</summary>
    public bool? CoordinatedWithProviders { get; init; }

    /// <summary>It is clear that the member no longer wants work or IPS.</summary>
    public bool? ClearlyNoLongerWants { get; init; }

    /// <summary>Who takes over job supports.</summary>
    public StepDown? StepDownTo { get; init; }
}

/// <summary>Reason of a discharge.</summary>
public enum DischargeReason
{
    /// <summary>The employment outcome is reached.</summary>
    OutcomeAchieved,

    /// <summary>The person requests the end of service.</summary>
    IndividualRequest,

    /// <summary>Not eligible any more.</summary>
    NoLongerEligible,

    /// <summary>Moved away.</summary>
    Relocated,

    /// <summary>Missed appointments.</summary>
    MissedAppointments,

    /// <summary>Time in service.</summary>
    TimeLimit,

    /// <summary>No progress.</summary>
    NoProgress,
}

/// <summary>Who requested the end of service.</summary>
public enum DischargeRequester
{
    /// <summary>The person.</summary>
    Individual,

    /// <summary>A legal guardian.</summary>
    Guardian,

    /// <summary>Family.</summary>
    Family,

    /// <summary>The provider.</summary>
    Provider,
}

/// <summary>Latest eligibility decision.</summary>
public enum EligibilityOutcome
{
    /// <summary>Eligible.</summary>
    Eligible,

    /// <summary>Not eligible.</summary>
    NotEligible,
}

/// <summary>Who takes over job supports.</summary>
public enum StepDown
{
    /// <summary>A mental-health worker.</summary>
    MentalHealthWorker,

    /// <summary>No one.</summary>
    None,
}
