namespace Ips.Policies.Schedules;

/// <summary>What is known about something that a rule requires again and again, or once by a day. <see langword="null"/> means not known.</summary>
public sealed record ScheduledActFacts
{
    /// <summary>What is to be done; required.</summary>
    public required ScheduledAct Act { get; init; }

    /// <summary>
    /// Day on which its clock starts: the start in the role or of the team's operation; for a first review after an action plan the day of the plan.
    /// </summary>
    [Act]
    public DateOnly? StartedOn { get; init; }

    /// <summary>Done by the as-of day, on or after the start of its clock.</summary>
    public bool? Done { get; init; }

    /// <summary>The last day on which it was done.</summary>
    [Act]
    public DateOnly? LastDoneOn { get; init; }

    /// <summary>Only if given: total of the latest final fidelity review of the team.</summary>
    public int? FidelityTotal { get; init; }

    /// <summary>Only for the steering committee: who its members were when it last met.</summary>
    public IReadOnlyList<CommitteeMember>? CommitteeMembers { get; init; }

    /// <summary>Only for the steering committee: another agency gives IPS together with this one.</summary>
    public bool? PartnerAgency { get; init; }
}

/// <summary>A member of a steering committee.</summary>
public enum CommitteeMember
{
    /// <summary>From the family of a person served.</summary>
    Family,

    /// <summary>Served by the agency.</summary>
    Client,

    /// <summary>The supervisor of IPS.</summary>
    IpsSupervisor,

    /// <summary>The clinical director.</summary>
    ClinicalDirector,

    /// <summary>A counselor or supervisor of vocational rehabilitation.</summary>
    Vr,

    /// <summary>A high-level leader of the agency.</summary>
    AgencyLeader,

    /// <summary>From the agency that gives IPS together with this one.</summary>
    PartnerAgency,
}

/// <summary>Something that a rule requires by a day.</summary>
public enum ScheduledAct
{
    /// <summary>Supervision, in a group or individually.</summary>
    Supervision,

    /// <summary>The supervisor is in the field with a specialist.</summary>
    FieldMentoring,

    /// <summary>The supervisor takes part in a meeting of the treatment team.</summary>
    TreatmentTeamVisit,

    /// <summary>The supervisor reviews outcomes with the specialists and sets goals.</summary>
    OutcomeReview,

    /// <summary>VR counselors are invited to a meeting of the treatment team.</summary>
    VrInvitation,

    /// <summary>The provider takes part in the Employment Collaborative.</summary>
    EmploymentCollaborative,

    /// <summary>The provider takes part in the call for technical assistance.</summary>
    AssistanceCall,

    /// <summary>The first fidelity review of a team.</summary>
    FirstReview,

    /// <summary>The first fidelity review after an action plan that removed barriers.</summary>
    FirstReviewAfterPlan,

    /// <summary>The steering committee of the agency meets.</summary>
    SteeringCommittee,
}

/// <summary>Who has to meet a requirement.</summary>
public enum ScheduledFor
{
    /// <summary>Once for the whole team.</summary>
    Team,

    /// <summary>For each one whom the supervisor leads.</summary>
    Staff,

    /// <summary>For each employment specialist.</summary>
    Specialists,
}

/// <summary>How something that is to be done stands.</summary>
public enum ScheduledActStatus
{
    /// <summary>Not done yet, and the last day has not passed.</summary>
    Open,

    /// <summary>Done in the present period, or in time.</summary>
    Done,

    /// <summary>Done after the last day.</summary>
    DoneLate,

    /// <summary>Not done, and the last day has passed.</summary>
    Overdue,
}
