namespace Ips.Policies.Staffing;

/// <summary>What is known about the meetings or the community time of a month. <see langword="null"/> means not known.</summary>
public sealed record MeetingFacts
{
    /// <summary>Which requirement is tested; required.</summary>
    public required MeetingKind MeetingKind { get; init; }

    /// <summary>First day of the month tested; required.</summary>
    [Month]
    [AnyDay]
    public required DateOnly Month { get; init; }

    /// <summary>Meetings held for the weeks of the month.</summary>
    public IReadOnlyList<Meeting>? Meetings { get; init; }

    /// <summary>People on the caseload of the specialist.</summary>
    public int? CaseloadCount { get; init; }

    /// <summary>Minutes of work in the community.</summary>
    public int? CommunityMinutes { get; init; }

    /// <summary>Minutes of work scheduled.</summary>
    public int? ScheduledMinutes { get; init; }

    /// <summary>Contacts in the community.</summary>
    public int? CommunityContacts { get; init; }

    /// <summary>All contacts.</summary>
    public int? TotalContacts { get; init; }

    /// <summary>The list, or those of its members that a meeting lacks.</summary>
    internal Fact[] Details(params string[] members) => Meetings is not { } meetings ? [new("meetings", false)]
        : [.. members.Select(member => new Fact($"meetings[].{member}", meetings.All(m => m.Has(member))))];
}

/// <summary>One meeting held. <see langword="null"/> means not known.</summary>
public sealed record Meeting
{
    /// <summary>Day of the meeting.</summary>
    [Act]
    public DateOnly? Date { get; init; }

    /// <summary>How the team met.</summary>
    public MeetingMode? Mode { get; init; }

    /// <summary>The video platform meets the federal privacy rules.</summary>
    public bool? HipaaPlatform { get; init; }

    /// <summary>Hybrid: people in the room.</summary>
    public int? StaffInRoom { get; init; }

    /// <summary>Hybrid: people who took part.</summary>
    public int? StaffTotal { get; init; }

    /// <summary>All IPS staff were present or excused.</summary>
    public bool? AllStaffPresent { get; init; }

    /// <summary>Only if given: staff who joined by telephone.</summary>
    public int? TelephoneParticipants { get; init; }

    /// <summary>Minutes of the meeting are on file.</summary>
    public bool? Documented { get; init; }

    /// <summary>Only if given: an administrative meeting.</summary>
    public bool? Administrative { get; init; }

    /// <summary>Group or individual supervision.</summary>
    public MeetingFormat? Format { get; init; }

    /// <summary>The specialist stayed for all of it.</summary>
    public bool? WholeMeeting { get; init; }

    /// <summary>Only if given: what was discussed with the vocational rehabilitation agency, by the minutes.</summary>
    public IReadOnlyList<MeetingTopic>? Topics { get; init; }

    /// <summary>Whether a member is known, or not needed for the mode.</summary>
    internal bool Has(string member) => member switch
    {
        "date" => Date is not null,
        "mode" => Mode is not null,
        "hipaaPlatform" => HipaaPlatform is not null || Mode is not (MeetingMode.Video or MeetingMode.Hybrid),
        "staffInRoom" => StaffInRoom is not null || Mode != MeetingMode.Hybrid,
        "staffTotal" => StaffTotal is not null || Mode != MeetingMode.Hybrid,
        "allStaffPresent" => AllStaffPresent is not null,
        "documented" => Documented is not null,
        "format" => Format is not null,
        "topics" => Topics is not null,
        _ => WholeMeeting is not null,
    };
}

/// <summary>A monthly requirement on meetings or on time in the community. Each program has some of them.</summary>
public enum MeetingKind
{
    /// <summary>North Carolina: the whole IPS team.</summary>
    VocationalUnit,

    /// <summary>The treatment team that the staff is assigned to.</summary>
    TreatmentTeam,

    /// <summary>The vocational rehabilitation agency.</summary>
    Vr,

    /// <summary>Time or contacts in the community.</summary>
    CommunityTime,

    /// <summary>Louisiana: supervision of a specialist.</summary>
    Supervision,

    /// <summary>Louisiana and Missouri: supervision of the employment unit.</summary>
    UnitSupervision,
}

/// <summary>What a team and the vocational rehabilitation agency discuss.</summary>
public enum MeetingTopic
{
    /// <summary>Referrals.</summary>
    Referrals,

    /// <summary>People whom both serve.</summary>
    SharedIndividuals,

    /// <summary>Benefits counseling.</summary>
    BenefitsCounseling,

    /// <summary>Shared outcomes.</summary>
    SharedOutcomes,

    /// <summary>Access to funding.</summary>
    AccessToFunding,
}

/// <summary>How a team met.</summary>
public enum MeetingMode
{
    /// <summary>In one room.</summary>
    InPerson,

    /// <summary>By video.</summary>
    Video,

    /// <summary>Some in the room, some by video.</summary>
    Hybrid,

    /// <summary>By telephone.</summary>
    Telephone,
}

/// <summary>Form of supervision.</summary>
public enum MeetingFormat
{
    /// <summary>Several specialists together.</summary>
    Group,

    /// <summary>One specialist.</summary>
    Individual,
}
