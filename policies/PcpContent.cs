namespace Ips.Policies;

/// <summary>Content of a Person-Centered Plan. The rules of a request and of a milestone each require some of it.</summary>
public enum PcpContent
{
    /// <summary>Behavioural-health interventions.</summary>
    BhInterventions,

    /// <summary>IPS interventions.</summary>
    IpsInterventions,

    /// <summary>Career goals.</summary>
    CareerGoals,

    /// <summary>Current employment status.</summary>
    EmploymentStatus,

    /// <summary>Progress.</summary>
    Progress,

    /// <summary>Challenges.</summary>
    Challenges,

    /// <summary>Goal attainment.</summary>
    GoalAttainment,

    /// <summary>Step-down or warm hand-off.</summary>
    StepDownOrWarmHandoff,

    /// <summary>Services the person moves to or stays in.</summary>
    ContinuingServices,
}
