namespace Ips.Policies;

/// <summary>
/// What a service uses a rule for. A rule's entry lists its duties, and a service asks the program's pack for the rule of a duty, so that no service writes the
/// id of a rule. Where a program's pack gives a duty to no rule, the program has no such rule; the rule of another program never stands in.
/// </summary>
public enum RuleDuty
{
    /// <summary>Eligibility is verified for each day of service.</summary>
    EachDateOfService,

    /// <summary>Who gives the service holds a role in a team.</summary>
    ServiceByTeamMember,

    /// <summary>The service needs an authorization.</summary>
    Authorization,

    /// <summary>Milestone 2 needs an authorization of its own.</summary>
    AuthorizationOfM2,

    /// <summary>Milestone 6 needs an authorization of its own.</summary>
    AuthorizationOfM6,

    /// <summary>The documents of a request for prior authorization are sufficient.</summary>
    SufficientDocumentation,

    /// <summary>Sets the last day for the first request for an authorization.</summary>
    FirstRequest,

    /// <summary>Sets the last day for the request to renew an authorization.</summary>
    RenewalRequest,

    /// <summary>No other agency gives the service in the same period.</summary>
    OneProvider,

    /// <summary>Assertive Community Treatment is not given in the same period.</summary>
    NoActBeside,

    /// <summary>Why a person is discharged.</summary>
    Discharge,

    /// <summary>Sets the last day on which an assessment supports an admission.</summary>
    AssessmentAge,

    /// <summary>Sets the last day to renew a service order.</summary>
    OrderRenewal,

    /// <summary>Sets the day of the referral to the vocational rehabilitation agency.</summary>
    ReferralDue,

    /// <summary>The person has a Career Profile.</summary>
    CareerProfileOnFile,

    /// <summary>Lists the contents of a Career Profile.</summary>
    CareerProfileContents,

    /// <summary>The plan shows frequency and intensity of each service.</summary>
    PlannedIntensity,

    /// <summary>It is arranged who answers crises.</summary>
    CrisisCoverage,

    /// <summary>With an enhanced service the integrated plan lists employment.</summary>
    PlanWithEnhancedService,

    /// <summary>A reviewer finds the service medically necessary.</summary>
    NecessityFinding,

    /// <summary>Judged with the finding of medical necessity. Many rules may have this duty.</summary>
    PartOfNecessity,

    /// <summary>A criterion of every day of service, asked again at a reverification. Many rules may have this duty.</summary>
    Lasting,

    /// <summary>A document that arrives later meets the rule. Many rules may have this duty.</summary>
    MetByDocuments,

    /// <summary>The reasons reveal the diagnosis. Many rules may have this duty.</summary>
    RevealsDiagnosis,

    /// <summary>May modify a request but denies none. Many rules may have this duty.</summary>
    DeniesNothing,

    /// <summary>What the text has where other programs have a request for authorization.</summary>
    InsteadOfAuthorization,

    /// <summary>What the text has where other programs renew an authorization.</summary>
    InsteadOfRenewal,

    /// <summary>What the text has where other programs have a service order.</summary>
    InsteadOfOrder,

    /// <summary>What the text has where other programs refer to the vocational rehabilitation agency.</summary>
    InsteadOfReferral,

    /// <summary>What the text has where other programs review whether the service may continue.</summary>
    InsteadOfContinuedService,
}

/// <summary>Questions about duties.</summary>
public static class RuleDuties
{
    /// <summary>Whether several rules of a program may have the duty; of the others one rule has it.</summary>
    public static bool IsShared(this RuleDuty duty) =>
        duty is RuleDuty.PartOfNecessity or RuleDuty.Lasting or RuleDuty.MetByDocuments or RuleDuty.RevealsDiagnosis or RuleDuty.DeniesNothing;

    /// <summary>The id of the rule with the duty in a program of the shipped packs; <see langword="null"/> where the program has no such rule.</summary>
    public static string? FindIn(this RuleDuty duty, string program) =>
        PolicyEngine.Shipped.Programs.GetValueOrDefault(program)?.RuleFor(duty)?.Id.Value;

    /// <summary>Whether a rule of a program of the shipped packs has the duty.</summary>
    public static bool IsOf(this RuleDuty duty, string program, string rule) =>
        PolicyEngine.Shipped.Programs.GetValueOrDefault(program)?.RulesFor(duty).Any(r => r.Id.Value == rule) == true;
}
