namespace Ips.Policies.Staffing;

/// <summary>What is known about the meetings or the community time of a month. <see langword="null"/> means not known.</summary>
public sealed record MeetingFacts
{
    /// <summary>What is tested.</summary>
    public required MeetingKind MeetingKind { get; init; }

    /// <summary>First day of the month tested.</summary>
    public required DateOnly Month { get; init; }

    /// <summary>Meetings held for the weeks of the month.</summary>
    public IReadOnlyList<Meeting>? Meetings { get; init; }

    /// <summary>People on the caseload of the specialist.</summary>
    public int? CaseloadCount { get; init; }

    /// <summary>Work time in the community, in minutes.</summary>
    public int? CommunityMinutes { get; init; }

    /// <summary>Scheduled work time, in minutes.</summary>
    public int? ScheduledMinutes { get; init; }

    /// <summary>Contacts in the community.</summary>
    public int? CommunityContacts { get; init; }

    /// <summary>All contacts.</summary>
    public int? TotalContacts { get; init; }

    internal static MeetingFacts Read(FactReader facts) => new()
    {
        MeetingKind = facts.RequiredCode<MeetingKind>("meetingKind"),
        Month = facts.RequiredMonth("month"),
        Meetings = facts.List("meetings", Meeting.Read),
        CaseloadCount = facts.Integer("caseloadCount"),
        CommunityMinutes = facts.Integer("communityMinutes"),
        ScheduledMinutes = facts.Integer("scheduledMinutes"),
        CommunityContacts = facts.Integer("communityContacts"),
        TotalContacts = facts.Integer("totalContacts"),
    };
}

/// <summary>A meeting that was held.</summary>
/// <param name="Date">Day of the meeting.</param>
/// <param name="Mode">How people met.</param>
/// <param name="HipaaPlatform">For video and hybrid: the platform is HIPAA compliant.</param>
/// <param name="StaffInRoom">For hybrid: staff in the room.</param>
/// <param name="StaffTotal">For hybrid: all staff who took part.</param>
/// <param name="AllStaffPresent">All IPS staff were present or excused.</param>
/// <param name="TelephoneParticipants">Only if given: staff who joined by telephone.</param>
/// <param name="Documented">Minutes are on file.</param>
/// <param name="Administrative">Only if given: an administrative meeting.</param>
/// <param name="Format">Group or individual supervision.</param>
/// <param name="WholeMeeting">The specialist stayed for all of it.</param>
public sealed record Meeting(
    DateOnly Date, MeetingMode? Mode = null, bool? HipaaPlatform = null, int? StaffInRoom = null, int? StaffTotal = null, bool? AllStaffPresent = null,
    int? TelephoneParticipants = null, bool? Documented = null, bool? Administrative = null, MeetingFormat? Format = null, bool? WholeMeeting = null)
{
    /// <summary>Someone took part by telephone, or the whole meeting was a call.</summary>
    public bool? ByTelephone => TelephoneParticipants > 0 ? true : Mode is { } mode ? mode == MeetingMode.Telephone : null;

    /// <summary>A hybrid meeting is virtual unless at least half of the staff are in the room.</summary>
    public bool? Virtual => Mode switch
    {
        null => null,
        MeetingMode.Video => true,
        MeetingMode.Hybrid => StaffInRoom is { } room && StaffTotal is { } all ? 2L * room < all : null,
        _ => false,
    };

    /// <summary>Neither a call nor on a platform without HIPAA compliance.</summary>
    public bool? OnAcceptedPlatform => Mode switch
    {
        null => null,
        MeetingMode.InPerson => true,
        MeetingMode.Telephone => false,
        _ => HipaaPlatform,
    };

    internal static Meeting Read(FactReader facts) => new(
        facts.RequiredDate("date"), facts.Code<MeetingMode>("mode"), facts.Flag("hipaaPlatform"), facts.Integer("staffInRoom"), facts.Integer("staffTotal"),
        facts.Flag("allStaffPresent"), facts.Integer("telephoneParticipants"), facts.Flag("documented"), facts.Flag("administrative"),
        facts.Code<MeetingFormat>("format"), facts.Flag("wholeMeeting"));
}

/// <summary>What a meeting question is about.</summary>
public enum MeetingKind
{
    /// <summary>Weekly meeting of the IPS team.</summary>
    VocationalUnit,

    /// <summary>Meeting of the behavioural-health treatment team.</summary>
    TreatmentTeam,

    /// <summary>Meeting with the state vocational rehabilitation agency.</summary>
    Vr,

    /// <summary>Share of work in the community.</summary>
    CommunityTime,

    /// <summary>Supervision of a specialist.</summary>
    Supervision,

    /// <summary>Supervision of the employment unit.</summary>
    UnitSupervision,
}

/// <summary>How people met.</summary>
public enum MeetingMode
{
    /// <summary>All in one room.</summary>
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
    /// <summary>In a group.</summary>
    Group,

    /// <summary>One to one.</summary>
    Individual,
}
