using System.Text.Json.Serialization;

namespace Ips.Policies.Staffing;

/// <summary>What is known about a team and its readiness. <see langword="null"/> means not known; counts are people.</summary>
public sealed record TeamFacts
{
    /// <summary>Start of continuous operation (Louisiana: implementation).</summary>
    [AnyDay]
    public DateOnly? OperationStart { get; init; }

    /// <summary>Team Leads or supervisors.</summary>
    public int? TeamLeads { get; init; }

    /// <summary>Specialists.</summary>
    public int? Esps { get; init; }

    /// <summary>Employment peer mentors.</summary>
    public int? Epms { get; init; }

    /// <summary>Program assistants.</summary>
    public int? ProgramAssistants { get; init; }

    /// <summary>Benefits counselors; the role is optional.</summary>
    public int? BenefitsCounselors { get; init; }

    /// <summary>People served on the as-of day.</summary>
    public int? ActiveServed { get; init; }

    /// <summary>Only if given: day on which the IPS Fidelity Action Plan was developed.</summary>
    [Act]
    public DateOnly? ActionPlanDate { get; init; }

    /// <summary>What the plan holds.</summary>
    public IReadOnlyList<ActionPlanContent>? ActionPlanContents { get; init; }

    /// <summary>Who has received the plan.</summary>
    public IReadOnlyList<ActionPlanReader>? ActionPlanSharedWith { get; init; }

    /// <summary>Total of the self-evaluation sent for contracting.</summary>
    [Fidelity.TotalScore]
    public int? SelfEvaluationScore { get; init; }

    /// <summary>Readiness visit before implementation.</summary>
    [Act]
    public DateOnly? ReadinessVisitDate { get; init; }

    /// <summary>Ratings of the readiness checklist.</summary>
    public IReadOnlyList<ReadinessRating>? ReadinessRatings { get; init; }

    /// <summary>Only if given: what the visitors did during the readiness visit.</summary>
    public IReadOnlyList<ReadinessVisitPart>? ReadinessVisitParts { get; init; }

    /// <summary>Who took part in the leadership meeting of that visit.</summary>
    public IReadOnlyList<LeadershipAttendee>? LeadershipAttendees { get; init; }

    /// <summary>Whether a mental health agency and an employment agency provide the service together.</summary>
    public bool? TwoAgencies { get; init; }
}

/// <summary>Part of a readiness visit.</summary>
public enum ReadinessVisitPart
{
    /// <summary>A meeting with the leadership of the agency.</summary>
    LeadershipMeeting,

    /// <summary>An employment meeting was observed.</summary>
    EmploymentMeeting,

    /// <summary>A meeting with the employment staff as a group.</summary>
    StaffGroup,

    /// <summary>A meeting with a small group of people who have received services.</summary>
    PeopleServed,
}

/// <summary>Participant of the leadership meeting.</summary>
public enum LeadershipAttendee
{
    /// <summary>Executive director.</summary>
    ExecutiveDirector,

    /// <summary>Clinical director.</summary>
    ClinicalDirector,

    /// <summary>Counselors or a supervisor of Vocational Rehabilitation.</summary>
    VrStaff,

    /// <summary>Employment supervisor.</summary>
    EmploymentSupervisor,

    /// <summary>Top leader of the mental health agency.</summary>
    MentalHealthAgencyLeader,

    /// <summary>Top leader of the employment agency.</summary>
    EmploymentAgencyLeader,
}

/// <summary>A domain of the readiness checklist with its rating.</summary>
/// <param name="Domain">The domain.</param>
/// <param name="Rating">What the visitors found.</param>
public sealed record ReadinessRating(ReadinessDomain Domain, Readiness Rating);

/// <summary>Content of an action plan.</summary>
public enum ActionPlanContent
{
    /// <summary>All current barriers.</summary>
    Barriers,

    /// <summary>Specific steps against them.</summary>
    Steps,
}

/// <summary>Receiver of an action plan.</summary>
public enum ActionPlanReader
{
    /// <summary>North Carolina Department of Health and Human Services.</summary>
    [JsonStringEnumMemberName("DHHS")] Dhhs,

    /// <summary>Provider network staff of the LME/MCO.</summary>
    [JsonStringEnumMemberName("LME_MCO")] LmeMco,
}

/// <summary>Domain of the Missouri readiness checklist, in its order.</summary>
public enum ReadinessDomain
{
    /// <summary>Motivation to implement.</summary>
    Motivation,

    /// <summary>Agency mission supports recovery and employment.</summary>
    Mission,

    /// <summary>Role of the leadership in implementation.</summary>
    LeadershipRole,

    /// <summary>Financial planning.</summary>
    Financial,

    /// <summary>Partnership with Vocational Rehabilitation.</summary>
    VrPartnership,

    /// <summary>Integration of employment with treatment.</summary>
    Integration,

    /// <summary>Interest of the employment team.</summary>
    Interest,

    /// <summary>Beliefs about recovery.</summary>
    Beliefs,

    /// <summary>Supervision.</summary>
    Supervision,

    /// <summary>Participation of clients.</summary>
    ClientParticipation,
}

/// <summary>Rating of a readiness domain.</summary>
public enum Readiness
{
    /// <summary>Ready.</summary>
    Ready,

    /// <summary>Work is needed.</summary>
    WorkNeeded,

    /// <summary>The agency has no employment unit.</summary>
    NotApplicable,
}
