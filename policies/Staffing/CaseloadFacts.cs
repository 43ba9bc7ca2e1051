namespace Ips.Policies.Staffing;

/// <summary>What is known about the caseload of a specialist or the span of a supervisor. <see langword="null"/> means not known.</summary>
public sealed record CaseloadFacts
{
    /// <summary>Team Lead (supervisor) or specialist; other roles have no caseload rule.</summary>
    public required StaffRole Role { get; init; }

    /// <summary>Active people assigned.</summary>
    public int? ActiveCount { get; init; }

    /// <summary>Only if given: case management in the month, in minutes.</summary>
    public int? CaseManagementMinutes { get; init; }

    /// <summary>Working time of the specialist in the month, in minutes.</summary>
    public int? FteMinutes { get; init; }

    /// <summary>That month, by its first day.</summary>
    [Month]
    [AnyDay]
    public DateOnly? WorkMonth { get; init; }

    /// <summary>Last day on which the specialist may give other services too, set when the role began; blank where none was set.</summary>
    [AnyDay]
    public DayOrBlank? SplitTimeThrough { get; init; }

    /// <summary>Time given to the role of the specialist, percent of full time.</summary>
    public int? SpecialistFtePercent { get; init; }

    /// <summary>Specialists under the supervisor.</summary>
    public int? SpecialistsSupervised { get; init; }

    /// <summary>Time given to IPS supervision, percent of full time.</summary>
    public int? SupervisorIpsFtePercent { get; init; }

    /// <summary>No supervision besides IPS.</summary>
    public bool? SupervisesOnlyIps { get; init; }

    /// <summary>Only if given: treatment teams of the specialist.</summary>
    public int? TeamsAttached { get; init; }

    /// <summary>People of the caseload that come from those teams.</summary>
    public int? CaseloadFromTeams { get; init; }

    /// <summary>Referrals in the period.</summary>
    public int? ReferralsTotal { get; init; }

    /// <summary>Referrals in the period that come from those teams.</summary>
    public int? ReferralsFromTeams { get; init; }
}
