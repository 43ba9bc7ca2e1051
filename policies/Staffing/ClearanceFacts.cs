namespace Ips.Policies.Staffing;

/// <summary>What is known about a person's checks before and during employment in Louisiana. <see langword="null"/> means not known.</summary>
public sealed record ClearanceFacts
{
    /// <summary>The role of the person.</summary>
    public required StaffRole Role { get; init; }

    /// <summary>Planned or actual first day.</summary>
    public DateOnly? EmploymentDate { get; init; }

    /// <summary>Day of the criminal background check.</summary>
    public DateOnly? BackgroundCheckDate { get; init; }

    /// <summary>Its result.</summary>
    public BackgroundCheck? BackgroundCheckResult { get; init; }

    /// <summary>The sex-offender registry was part of the check.</summary>
    public bool? SexOffenderRegistryChecked { get; init; }

    /// <summary>The result is in the personnel record.</summary>
    public bool? ResultOnFile { get; init; }

    /// <summary>Day on which the OIG exclusion list was checked before hire.</summary>
    public DateOnly? LeieCheckDate { get; init; }

    /// <summary>Day on which the LDH adverse actions list was checked before hire.</summary>
    public DateOnly? AdverseActionsCheckDate { get; init; }

    /// <summary>Excluded, or a negative finding, on either list.</summary>
    public bool? ExclusionFinding { get; init; }

    /// <summary>Day of the tuberculosis test.</summary>
    public DateOnly? TbTestDate { get; init; }

    /// <summary>Its result.</summary>
    public TbResult? TbResult { get; init; }

    /// <summary>The agency has a written drug-testing policy.</summary>
    public bool? DrugPolicyWritten { get; init; }

    /// <summary>The person passed the drug screen that the policy asks for.</summary>
    public bool? DrugScreenPassed { get; init; }

    /// <summary>Months after hire in which the exclusion list was checked, as their first days.</summary>
    public IReadOnlyList<DateOnly>? LeieCheckMonths { get; init; }

    /// <summary>Months after hire in which the adverse actions list was checked, as their first days.</summary>
    public IReadOnlyList<DateOnly>? AdverseActionsCheckMonths { get; init; }

    internal static ClearanceFacts Read(FactReader facts) => new()
    {
        Role = facts.RequiredCode<StaffRole>("role"),
        EmploymentDate = facts.Date("employmentDate"),
        BackgroundCheckDate = facts.Date("backgroundCheckDate"),
        BackgroundCheckResult = facts.Code<BackgroundCheck>("backgroundCheckResult"),
        SexOffenderRegistryChecked = facts.Flag("sexOffenderRegistryChecked"),
        ResultOnFile = facts.Flag("resultOnFile"),
        LeieCheckDate = facts.Date("leieCheckDate"),
        AdverseActionsCheckDate = facts.Date("adverseActionsCheckDate"),
        ExclusionFinding = facts.Flag("exclusionFinding"),
        TbTestDate = facts.Date("tbTestDate"),
        TbResult = facts.Code<TbResult>("tbResult"),
        DrugPolicyWritten = facts.Flag("drugPolicyWritten"),
        DrugScreenPassed = facts.Flag("drugScreenPassed"),
        LeieCheckMonths = facts.Months("leieCheckMonths"),
        AdverseActionsCheckMonths = facts.Months("adverseActionsCheckMonths"),
    };
}

/// <summary>Result of a background check.</summary>
public enum BackgroundCheck
{
    /// <summary>Passed.</summary>
    Pass,

    /// <summary>Failed.</summary>
    Fail,
}

/// <summary>Result of a tuberculosis test.</summary>
public enum TbResult
{
    /// <summary>Negative.</summary>
    Negative,

    /// <summary>Positive, and not in a communicable state.</summary>
    PositiveCleared,

    /// <summary>Positive without clearance.</summary>
    Positive,
}
