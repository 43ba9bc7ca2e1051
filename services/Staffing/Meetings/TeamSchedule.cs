using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Policies;
using Ips.Policies.Schedules;
using Ips.Staffing.Db;
using Ips.Staffing.StaffMembers;
using Ips.Staffing.Teams;
using Microsoft.EntityFrameworkCore;
using Kind = Ips.Contracts.Staffing.V1.TeamMeetingKind;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Meetings;

/// <summary>
/// What a program requires of a team or its staff every week, month or quarter, and its first review: read from what is on file, decided, and set as deadlines. What is
/// required again and again has a clock from the start of the team or the role, but not from before the team was recorded: what it did before is not known here.
/// </summary>
public sealed class TeamSchedule(StaffingDb db, PolicyService policies, TimeProvider clock)
{
    // Longer than any period. What was last done before that is overdue anyway.
    private const int DaysRead = 400;

    /// <summary>Kinds of deadlines of what is required again and again, and of first reviews.</summary>
    public static readonly HashSet<string> Kinds = [.. Enum.GetValues<ScheduledAct>().Select(KindOf)];

    /// <summary>How one thing stands that is required of the team or of one staff member.</summary>
    private sealed record Standing(ScheduledAct Act, StaffMemberId? Staff, DateOnly? LastDoneOn, DecisionRecord Decision)
    {
        public ScheduledActStatus? Status => Decision.Value<string>("status") is { } status ? Codes.Parse<ScheduledActStatus>(status) : null;

        /// <summary>Required once, and done.</summary>
        public bool IsOver => Act is ScheduledAct.FirstReview or ScheduledAct.FirstReviewAfterPlan && LastDoneOn is not null;

        public DateOnly? DueOn => Decision.Value<DateOnly?>("dueOn");

        public Proto.ScheduledItem ToProto() => new()
        {
            Act = Act.ToProto(),
            StaffMember = Staff?.Name ?? "",
            LastDoneOn = LastDoneOn.Day(),
            DueOn = DueOn.Day(),
            State = Status?.ToProto() ?? (Decision.Decision.Verdict == Policies.Verdict.Met ? Proto.ScheduledActState.NotDue : Proto.ScheduledActState.Unspecified),
            Decision = Decision.ToProto(stored: false),
        };
    }

    public async Task<Result<Proto.TeamSchedule>> Handle(Proto.CheckScheduleRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<TeamId>("team", request.Team);
        var asOf = fields.OptionalDay("as_of", request.AsOf);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Teams.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, cancellationToken) is not { } team)
            return new Problem.NotFound("team", request.Team);
        var day = asOf ?? policies.Today(team.Program)!.Value;
        var roles = await Roles(team, cancellationToken);
        var standings = On(team, await Readiness(team, cancellationToken), roles, await Meetings(roles, team, day, cancellationToken), day);
        return new Proto.TeamSchedule { Team = id.Name, Day = day.Day(), Items = { standings.Select(standing => standing.ToProto()) } };
    }

    /// <summary>Meetings of a team with what else its schedule reads.</summary>
    /// <param name="Readiness">What it has for its first review; null without a record.</param>
    /// <param name="Roles">Roles in the program of those who hold or held one in the team.</param>
    /// <param name="Meetings">Meetings that were not cancelled.</param>
    public sealed record Source(ReadinessOnFile? Readiness, IReadOnlyList<RoleHeld> Roles, IReadOnlyList<TeamMeeting> Meetings);

    /// <summary>Reads what <see cref="Decide"/> needs from a day on.</summary>
    public async Task<Source> Read(Team team, DateOnly from, CancellationToken cancellationToken)
    {
        var roles = await Roles(team, cancellationToken);
        return new(await Readiness(team, cancellationToken), roles, await Meetings(roles, team, from, cancellationToken));
    }

    /// <summary>The decisions on what is required on a day, of the team or of a staff member.</summary>
    public IEnumerable<(string About, DecisionRecord Decision)> Decide(Team team, Source source, DateOnly day) =>
        On(team, source.Readiness, source.Roles, source.Meetings, day).Select(standing => (standing.Staff?.Name ?? team.Id.Name, standing.Decision));

    /// <summary>Sets the deadlines of a team that was formed now, or of one with a meeting that changed. Neither is stored yet.</summary>
    public async Task Sync(Team team, TeamMeeting? changed, Changes changes, CancellationToken cancellationToken)
    {
        var today = policies.Today(team.Program)!.Value;
        var roles = await Roles(team, cancellationToken);
        var meetings = await Meetings(roles, team, today, cancellationToken);
        if (changed is not null)
        {
            meetings.RemoveAll(m => m.Id == changed.Id);
            meetings.AddRange(changed.State != Proto.TeamMeetingState.Cancelled ? [changed] : []);
        }

        var standings = On(team, await Readiness(team, cancellationToken), roles, meetings, today);
        await Set(team, [.. roles.Select(r => r.StaffMemberId).Distinct()], standings, changes, cancellationToken);
    }

    /// <summary>Sets the deadlines of a team whose readiness or reviews changed: of its first review and of its steering committee. It is not stored yet.</summary>
    public async Task Sync(Team team, ReadinessOnFile changed, Changes changes, CancellationToken cancellationToken)
    {
        var today = policies.Today(team.Program)!.Value;
        await Set(team, [], On(team, changed, [], await Meetings([], team, today, cancellationToken), today)
            .Where(standing => standing.Act is ScheduledAct.FirstReview or ScheduledAct.FirstReviewAfterPlan or ScheduledAct.SteeringCommittee), changes,
            cancellationToken);
    }

    /// <summary>Sets the deadlines of a staff member whose roles changed.</summary>
    public async Task Sync(StaffMember member, Changes changes, CancellationToken cancellationToken)
    {
        foreach (var team in member.Roles.Select(r => r.Team!).DistinctBy(t => t.Program))
        {
            var today = policies.Today(team.Program)!.Value;
            var roles = member.Roles.FindAll(r => r.Team!.Program == team.Program);
            var meetings = await Meetings(roles, team, today, cancellationToken);
            // A role that begins later has its clocks from its first day.
            var days = roles.Where(r => r.From > today && !(r.Through < r.From)).Select(r => r.From).Append(today).Distinct().Order();
            var standings = days.SelectMany(day => On(team, null, roles, meetings, day)).Where(standing => standing.Staff is not null).DistinctBy(standing => standing.Act);
            await Set(team, [member.Id], standings, changes, cancellationToken);
        }
    }

    private async Task Set(Team team, IReadOnlyList<StaffMemberId> staff, IEnumerable<Standing> standings, Changes changes, CancellationToken cancellationToken)
    {
        string[] subjects = [team.Id.Name, .. staff.Select(id => id.Name)];
        var present = await db.Deadlines.AsNoTracking().Where(d => subjects.Contains(d.Subject)).ToListAsync(cancellationToken);
        SubjectDeadlines due = new(present, policies, clock);
        HashSet<(string, string)> running = [];
        foreach (var standing in standings)
        {
            var subject = standing.Staff?.Name ?? team.Id.Name;
            if (standing.DueOn is not { } last || standing.Decision.Decision.SetBy("dueOn") is not { } rule)
                continue;
            running.Add((subject, KindOf(standing.Act)));
            if (standing.IsOver)
                due.Meet(subject, KindOf(standing.Act), changes);
            else
                due.Set(new(subject, KindOf(standing.Act), rule.Value, team.Program, team.Provider, null, last, 1), changes);
        }

        // A role that is held no more, or a specialist who is not new any more. What another program requires of the same person stays.
        foreach (var gone in present.Where(d => d.Program == team.Program && d.Subject != team.Id.Name && Kinds.Contains(d.Kind) && !running.Contains((d.Subject, d.Kind))))
            due.Cancel(gone.Subject, gone.Kind, changes);
    }

    /// <summary>What the program requires of the team, and of those whose roles are given: in whatever team of the program they hold them.</summary>
    private List<Standing> On(Team team, ReadinessOnFile? readiness, IReadOnlyList<RoleHeld> roles, IReadOnlyList<TeamMeeting> meetings, DateOnly day)
    {
        var pack = policies.Engine.Programs[team.Program];
        List<Standing> all = [];
        foreach (var act in Enum.GetValues<ScheduledAct>().Where(act => ScheduledActDecision.Has(pack, act)))
        {
            var whose = ScheduledActDecision.For(pack, act, day);
            if (act is ScheduledAct.FirstReview)
                Decide(act, null, team.OperationStart, readiness?.FirstReviewOn);
            else if (act is ScheduledAct.FirstReviewAfterPlan)
            {
                if (readiness?.ActionPlanDate is { } plan)
                    Decide(act, null, plan, readiness.FirstReviewOn >= plan ? readiness.FirstReviewOn : null);
            }
            else if (whose == ScheduledFor.Team)
                Add(act, null, Start(team, team.OperationStart));
            else
            {
                foreach (var held in roles.Where(r => r.HeldOn(day) && Counts(r.Role, whose)).GroupBy(r => r.StaffMemberId).OrderBy(g => g.Key.Value))
                    Add(act, held.Key, held.Min(r => Start(r.Team!, r.From)));
            }
        }

        return all;

        DateOnly Start(Team within, DateOnly start) => policies.DayOf(within.Program, within.RecordedAt) is var recorded && recorded > start ? recorded : start;

        void Add(ScheduledAct act, StaffMemberId? staff, DateOnly from)
        {
            var last = meetings.Where(m => (staff is not null || m.TeamId == team.Id) && IsDone(act, m, staff, roles))
                .Select(m => (Meeting: m, Done: DoneOn(act, m, team.Program))).Where(m => m.Done <= day && m.Done >= from).OrderBy(m => m.Done).LastOrDefault();
            Decide(act, staff, from, last.Meeting is null ? null : last.Done, act == ScheduledAct.SteeringCommittee ? last.Meeting : null);
        }

        void Decide(ScheduledAct act, StaffMemberId? staff, DateOnly from, DateOnly? last, TeamMeeting? committee = null)
        {
            ScheduledActFacts facts = new()
            {
                Act = act,
                StartedOn = from,
                Done = last is not null,
                LastDoneOn = last,
                FidelityTotal = act == ScheduledAct.SteeringCommittee ? readiness?.LatestTotal : null,
                CommitteeMembers = committee is { CommitteeMembers: { Count: > 0 } members } ? [.. members.Select(m => m.ToPolicy())] : null,
                PartnerAgency = committee?.PartnerAgency,
            };
            if (policies.Decide(team.Program, ScheduledActDecision.Kind, day, facts).Is(out var decision, out _))
                all.Add(new(act, staff, last, decision));
        }
    }

    private static bool Counts(StaffRole role, ScheduledFor whose) => whose == ScheduledFor.Specialists ? role == StaffRole.Esp : role != StaffRole.TeamLead;

    private static bool IsDone(ScheduledAct act, TeamMeeting meeting, StaffMemberId? staff, IReadOnlyList<RoleHeld> roles)
    {
        if (act == ScheduledAct.VrInvitation)
            return meeting is { Kind: Kind.TreatmentTeam, VrInvited: true };
        if (meeting.State != Proto.TeamMeetingState.Held || meeting.Administrative)
            return false;
        return act switch
        {
            ScheduledAct.Supervision => meeting.Kind is Kind.Supervision or Kind.UnitSupervision
                && (staff is not { } one || meeting.StaffMemberId == one || (meeting.StaffMemberId is null && Attended(one))),
            ScheduledAct.FieldMentoring => meeting.Kind == Kind.FieldMentoring && meeting.StaffMemberId == staff,
            ScheduledAct.TreatmentTeamVisit => meeting.Kind == Kind.TreatmentTeam
                && roles.Any(r => r.Role == StaffRole.TeamLead && r.HeldOn(meeting.Day) && Attended(r.StaffMemberId)),
            ScheduledAct.OutcomeReview => meeting.Kind == Kind.OutcomeReview,
            ScheduledAct.EmploymentCollaborative => meeting.Kind == Kind.EmploymentCollaborative,
            ScheduledAct.AssistanceCall => meeting.Kind == Kind.AssistanceCall,
            ScheduledAct.SteeringCommittee => meeting.Kind == Kind.SteeringCommittee,
            _ => false,
        };

        bool Attended(StaffMemberId id) => meeting.Attendees.Exists(a => a.StaffMemberId == id && a.Attendance != Proto.Attendance.Excused);
    }

    /// <summary>An invitation is given when it is recorded, at the latest on the day of the meeting.</summary>
    private DateOnly DoneOn(ScheduledAct act, TeamMeeting meeting, string program) =>
        act == ScheduledAct.VrInvitation && policies.DayOf(program, meeting.RecordedAt) is var invited && invited < meeting.Day ? invited : meeting.Day;

    private static string KindOf(ScheduledAct act) => Codes.Of(act).Replace('_', '-');

    /// <summary>The roles in the program of those who hold or held one in the team.</summary>
    private async Task<List<RoleHeld>> Roles(Team team, CancellationToken cancellationToken) =>
        await db.Roles.AsNoTracking().Include(r => r.Team).Where(r => r.Team!.Program == team.Program
            && db.Roles.Any(own => own.TeamId == team.Id && own.StaffMemberId == r.StaffMemberId)).ToListAsync(cancellationToken);

    private Task<ReadinessOnFile?> Readiness(Team team, CancellationToken cancellationToken) =>
        db.Readiness.AsNoTracking().SingleOrDefaultAsync(r => r.TeamId == team.Id, cancellationToken);

    private async Task<List<TeamMeeting>> Meetings(IReadOnlyList<RoleHeld> roles, Team team, DateOnly day, CancellationToken cancellationToken)
    {
        var from = day.AddDays(-DaysRead);
        TeamId[] teams = [.. roles.Select(r => r.TeamId).Append(team.Id).Distinct()];
        return await db.Meetings.AsNoTracking().Include(m => m.Attendees)
            .Where(m => teams.Contains(m.TeamId) && m.Day >= from && m.State != Proto.TeamMeetingState.Cancelled).ToListAsync(cancellationToken);
    }
}
