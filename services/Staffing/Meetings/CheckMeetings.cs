using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Staffing;
using Ips.Staffing.Db;
using Ips.Staffing.Teams;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Meetings;

/// <summary>Reads meetings, and decides whether a month had those that the program requires.</summary>
public sealed class CheckMeetings(StaffingDb db, PolicyService policies)
{
    private const int DaysOfWeek = 7;

    // Longer than the span over which a pack counts topics.
    private const int MonthsOfTopics = 11;

    public async Task<Result<Proto.ListMeetingsResponse>> Handle(Proto.ListMeetingsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var team = fields.Id<TeamId>("team", request.Team);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = await db.Meetings.AsNoTracking().Include(m => m.Attendees).Include(m => m.Reviewed).AsSplitQuery().Where(m => m.TeamId == team)
            .ToPage(page, m => m.Id, cancellationToken);
        return new Proto.ListMeetingsResponse { Meetings = { items.Select(m => m.ToProto()) }, NextPageToken = next };
    }

    public async Task<Result<Proto.MeetingCompliance>> Handle(Proto.CheckMeetingsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<TeamId>("team", request.Team);
        fields.Choice("kind", request.Kind);
        fields.Require(request.Kind is not (Proto.TeamMeetingKind.FieldMentoring or Proto.TeamMeetingKind.OutcomeReview
            or Proto.TeamMeetingKind.EmploymentCollaborative or Proto.TeamMeetingKind.AssistanceCall or Proto.TeamMeetingKind.SteeringCommittee), "kind", "has no requirement for a month; CheckSchedule answers for it");
        var month = Month(fields, request.MonthStart);
        var staff = fields.OptionalId<StaffMemberId>("staff_member", request.StaffMember);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Teams.AsNoTracking().Include(t => t.Roles).SingleOrDefaultAsync(t => t.Id == id, cancellationToken) is not { } team)
            return new Problem.NotFound("team", request.Team);
        if (staff is { } person && !await db.Staff.AnyAsync(m => m.Id == person && m.Provider == team.Provider, cancellationToken))
            return new Problem.NotFound("staff member", request.StaffMember);

        // The weeks of the month by their Monday reach into the next one; what is discussed is counted over the months before too.
        var (first, after) = (FirstDay(request.Kind, month), month.AddMonths(1).AddDays(DaysOfWeek));
        var held = await db.Meetings.AsNoTracking().Include(m => m.Attendees).Where(m => m.TeamId == id && m.Kind == request.Kind
            && m.State == Proto.TeamMeetingState.Held && m.Day >= first && m.Day < after).OrderBy(m => m.Day).ToListAsync(cancellationToken);
        if (staff is { } one)
            held = held.FindAll(m => m.StaffMemberId == one || m.Attendees.Exists(a => a.StaffMemberId == one && a.Attendance != Proto.Attendance.Excused));
        var today = policies.Today(team.Program)!.Value;
        var last = month.AddMonths(1).AddDays(-1);
        var counted = last < today ? last : today;
        int? caseload = staff is not { } member ? null : await db.Assignments.Where(a => a.StaffMemberId == member && a.From <= counted
            && (a.Through == null || a.Through >= counted)).Select(a => a.IndividualId).Distinct().CountAsync(cancellationToken);
        return policies.Decide(team.Program, MeetingDecision.Kind, today, Facts(team, request.Kind, month, held, caseload)).Then(decision => Answer(id, month, held.Count(m => m.Day >= month), decision));
    }

    /// <summary>The first day of the meetings that a month is decided on.</summary>
    internal static DateOnly FirstDay(Proto.TeamMeetingKind kind, DateOnly month) =>
        kind == Proto.TeamMeetingKind.Vr ? month.AddMonths(-MonthsOfTopics) : month;

    /// <summary>The facts of a month.</summary>
    /// <param name="team">The team with its roles.</param>
    /// <param name="kind">The kind of the meetings.</param>
    /// <param name="month">Its first day.</param>
    /// <param name="held">Meetings of that kind that were held from <see cref="FirstDay"/> to the end of its weeks.</param>
    /// <param name="caseload">People of the one specialist whom it is about; null for the team.</param>
    internal static MeetingFacts Facts(Team team, Proto.TeamMeetingKind kind, DateOnly month, IReadOnlyList<TeamMeeting> held, int? caseload) => new()
    {
        MeetingKind = kind.ToPolicy(),
        Month = month,
        Meetings = [.. held.Select(m => Read(m, team))],
        CaseloadCount = caseload,
    };

    public async Task<Result<Proto.MeetingCompliance>> Handle(Proto.CheckCommunityTimeRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<TeamId>("team", request.Team);
        var month = Month(fields, request.MonthStart);
        foreach (var (name, has, value) in new[]
        {
            ("community_minutes", request.HasCommunityMinutes, request.CommunityMinutes), ("scheduled_minutes", request.HasScheduledMinutes, request.ScheduledMinutes),
            ("community_contacts", request.HasCommunityContacts, request.CommunityContacts), ("total_contacts", request.HasTotalContacts, request.TotalContacts),
        })
            fields.Number(name, has ? value : 0, 0, 1_000_000);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Teams.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, cancellationToken) is not { } team)
            return new Problem.NotFound("team", request.Team);
        MeetingFacts facts = new()
        {
            MeetingKind = MeetingKind.CommunityTime,
            Month = month,
            CommunityMinutes = request.HasCommunityMinutes ? request.CommunityMinutes : null,
            ScheduledMinutes = request.HasScheduledMinutes ? request.ScheduledMinutes : null,
            CommunityContacts = request.HasCommunityContacts ? request.CommunityContacts : null,
            TotalContacts = request.HasTotalContacts ? request.TotalContacts : null,
        };
        return policies.Decide(team.Program, MeetingDecision.Kind, policies.Today(team.Program)!.Value, facts).Then(decision => Answer(id, month, 0, decision));
    }

    private static Proto.MeetingCompliance Answer(TeamId team, DateOnly month, int held, DecisionRecord decision) => new()
    {
        Team = team.Name,
        MonthStart = month.Day(),
        Held = held,
        Compliant = decision.Decision.Verdict == Verdict.Met,
        Decision = decision.ToProto(stored: false),
    };

    private static DateOnly Month(RequestValidator fields, string value)
    {
        var month = fields.Day("month_start", value);
        fields.Require(value.Length == 0 || month.Day is 1 || month == default, "month_start", "is not the first day of a month");
        return month;
    }

    /// <summary>How the team met follows from how each one took part.</summary>
    private static Meeting Read(TeamMeeting meeting, Team team)
    {
        var (room, video, telephone) = (Count(Proto.Attendance.InPerson), Count(Proto.Attendance.Video), Count(Proto.Attendance.Telephone));
        return new()
        {
            Date = meeting.Day,
            Mode = room + video == 0 ? MeetingMode.Telephone : video == 0 ? MeetingMode.InPerson : room == 0 ? MeetingMode.Video : MeetingMode.Hybrid,
            HipaaPlatform = meeting.HipaaPlatform,
            StaffInRoom = room,
            StaffTotal = room + video + telephone,
            // There or excused: everyone who held a role in the team on the day.
            AllStaffPresent = team.Roles.Where(r => r.HeldOn(meeting.Day)).All(r => meeting.Attendees.Exists(a => a.StaffMemberId == r.StaffMemberId)),
            TelephoneParticipants = telephone,
            Documented = meeting.MinutesSha256.Length > 0,
            Administrative = meeting.Administrative,
            Format = meeting.StaffMemberId is null ? MeetingFormat.Group : MeetingFormat.Individual,
            WholeMeeting = meeting.WholeMeeting,
            Topics = meeting.Kind == Proto.TeamMeetingKind.Vr ? [.. meeting.Topics.Select(t => t.ToPolicy())] : null,
        };

        int Count(Proto.Attendance attendance) => meeting.Attendees.Count(a => a.Attendance == attendance);
    }
}
