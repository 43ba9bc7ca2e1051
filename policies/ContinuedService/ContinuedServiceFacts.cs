namespace Ips.Policies.ContinuedService;

/// <summary>What is known about a person who may continue. <see langword="null"/> means not known.</summary>
public sealed record ContinuedServiceFacts
{
    /// <summary>Progress toward employment goals.</summary>
    public Progress? Progress { get; init; }

    /// <summary>There is a written reason that continuing is effective for the Career Profile goals.</summary>
    public bool? EffectivenessDocumented { get; init; }

    /// <summary>Career Profile interventions must change and are being changed.</summary>
    public bool? InterventionsModified { get; init; }

    /// <summary>Has a job on the as-of day.</summary>
    public bool? Employed { get; init; }

    /// <summary>First day of the present job.</summary>
    [Act]
    public DateOnly? JobStartDate { get; init; }

    /// <summary>Follow-along supports of the Career Profile are needed.</summary>
    public bool? FollowAlongNeeded { get; init; }

    /// <summary>Needs help to learn to manage benefits.</summary>
    public bool? BenefitsSupportNeeded { get; init; }

    /// <summary>What the person wants to change at work.</summary>
    public ChangeGoal? ChangeGoal { get; init; }

    /// <summary>The member wants and benefits from support.</summary>
    public bool? MemberWantsSupport { get; init; }

    /// <summary>Months in service; for information only, it never decides.</summary>
    public int? MonthsInService { get; init; }
}

/// <summary>Progress toward employment goals.</summary>
public enum Progress
{
    /// <summary>Little progress.</summary>
    Little,

    /// <summary>Progress.</summary>
    Progressing,

    /// <summary>Goals reached.</summary>
    GoalsMet,
}

/// <summary>What the person wants to change at work.</summary>
public enum ChangeGoal
{
    /// <summary>Another job.</summary>
    ChangeJob,

    /// <summary>More hours.</summary>
    IncreaseHours,

    /// <summary>Advancement.</summary>
    Advance,

    /// <summary>Nothing.</summary>
    None,
}
