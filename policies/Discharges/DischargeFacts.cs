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

    /// <summary>Who asked to stop.</summary>
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

    internal static DischargeFacts Read(FactReader facts) => new()
    {
        DischargeReason = facts.Code<DischargeReason>("dischargeReason"),
        ReasonDocumented = facts.Flag("reasonDocumented"),
        StableOutcome = facts.Flag("stableOutcome"),
        IpsStillNeeded = facts.Flag("ipsStillNeeded"),
        RequestedBy = facts.Code<DischargeRequester>("requestedBy"),
        GuardianAuthorityCoversDecision = facts.Flag("guardianAuthorityCoversDecision"),
        EligibilityDecision = facts.Code<EligibilityOutcome>("eligibilityDecision"),
        AdministrativeExplanation = facts.Flag("administrativeExplanation"),
        DischargePlanDiscussed = facts.Flag("dischargePlanDiscussed"),
        DischargePlanInRecord = facts.Flag("dischargePlanInRecord"),
        EnhancedService = facts.Flag("enhancedService"),
        CoordinatedWithProviders = facts.Flag("coordinatedWithProviders"),
        ClearlyNoLongerWants = facts.Flag("clearlyNoLongerWants"),
        StepDownTo = facts.Code<StepDown>("stepDownTo"),
    };
}

/// <summary>Reason of a discharge.</summary>
public enum DischargeReason
{
    /// <summary>The employment outcome is reached.</summary>
    OutcomeAchieved,

    /// <summary>The person asks to stop.</summary>
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

/// <summary>Who asked to stop.</summary>
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

    /// <summary>Nobody.</summary>
    None,
}
