namespace Ips.Policies.Staffing;

/// <summary>What is known about the checks of a person before and after hire in Louisiana. <see langword="null"/> means not known.</summary>
public sealed record ClearanceFacts
{
    /// <summary>Role of the person; required. The checks are the same in every role.</summary>
    public required StaffRole Role { get; init; }

    /// <summary>Planned or actual first day of work.</summary>
    [AnyDay]
    public DateOnly? EmploymentDate { get; init; }

    /// <summary>Day of the criminal background check.</summary>
    [Act]
    public DateOnly? BackgroundCheckDate { get; init; }

    /// <summary>Outcome of that check.</summary>
    public CheckResult? BackgroundCheckResult { get; init; }

    /// <summary>The sex offender registry was part of the check.</summary>
    public bool? SexOffenderRegistryChecked { get; init; }

    /// <summary>The result is in the personnel record.</summary>
    public bool? ResultOnFile { get; init; }

    /// <summary>Day the federal exclusion list was checked before hire.</summary>
    [Act]
    public DateOnly? LeieCheckDate { get; init; }

    /// <summary>Day the state's adverse actions list was checked before hire.</summary>
    [Act]
    public DateOnly? AdverseActionsCheckDate { get; init; }

    /// <summary>Only if given: the results of all checks of the two lists are kept.</summary>
    public bool? ListResultsOnFile { get; init; }

    /// <summary>Excluded, or a negative finding, on either list.</summary>
    public bool? ExclusionFinding { get; init; }

    /// <summary>Day of the tuberculosis test.</summary>
    [Act]
    public DateOnly? TbTestDate { get; init; }

    /// <summary>Outcome of that test.</summary>
    public TbResult? TbResult { get; init; }

    /// <summary>The agency has written drug-testing policies.</summary>
    public bool? DrugPolicyWritten { get; init; }

    /// <summary>The person passed the drug screen that those policies require.</summary>
    public bool? DrugScreenPassed { get; init; }

    /// <summary>Months after hire, as their first days, in which the federal list was checked.</summary>
    [Month]
    [Act]
    public IReadOnlyList<DateOnly>? LeieCheckMonths { get; init; }

    /// <summary>Months after hire, as their first days, in which the state's list was checked.</summary>
    [Month]
    [Act]
    public IReadOnlyList<DateOnly>? AdverseActionsCheckMonths { get; init; }
}

/// <summary>Outcome of a background check.</summary>
public enum CheckResult
{
    /// <summary>Passed.</summary>
    Pass,

    /// <summary>Failed.</summary>
    Fail,
}

/// <summary>Outcome of a tuberculosis test.</summary>
public enum TbResult
{
    /// <summary>No tuberculosis.</summary>
    Negative,

    /// <summary>Positive test, cleared: not in a communicable state.</summary>
    PositiveCleared,

    /// <summary>Positive test, not cleared.</summary>
    Positive,
}
