using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Staffing;
using Ips.Staffing.Caseloads;
using Ips.Staffing.Db;
using Ips.Staffing.Meetings;
using Ips.Staffing.Organizations;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using Kind = Ips.Contracts.Staffing.V1.TeamMeetingKind;
using Proto = Ips.Contracts.Staffing.V1;
using StaffRole = Ips.Contracts.Common.V1.StaffRole;

namespace Ips.Staffing.Teams;

/// <summary>Everything on file that the rules about a team read, for some days. It decides each of them without a database.</summary>
public sealed class TeamPicture
{
    private const int DaysOfWeek = 7;

    // What a month requires of the whole team, and what of each specialist.
    private static readonly Kind[] OfTeam = [Kind.VocationalUnit, Kind.Vr, Kind.UnitSupervision];
    private static readonly Kind[] OfSpecialist = [Kind.TreatmentTeam];

    private readonly PolicyService policies;
    private readonly TeamSchedule schedule;
    private readonly TeamSchedule.Source source;
    private readonly IReadOnlyList<StaffMember> members;
    private readonly IReadOnlyList<Assignment> assignments;
    private readonly ILookup<StaffMemberId, TreatmentTeamMember> memberships;
    private readonly ILookup<StaffMemberId, WorkMonth> months;
    private readonly Func<DateOnly, Result<DecisionRecord>> provider;

    private TeamPicture(Team team, PolicyService policies, TeamSchedule schedule, TeamSchedule.Source source, IReadOnlyList<StaffMember> members,
        IReadOnlyList<Assignment> assignments, IReadOnlyList<TreatmentTeamMember> memberships, IReadOnlyList<WorkMonth> months,
        Func<DateOnly, Result<DecisionRecord>> provider)
    {
        (Team, this.policies, this.schedule, this.source, this.members, this.assignments, this.provider) =
            (team, policies, schedule, source, members, assignments, provider);
        this.memberships = memberships.ToLookup(m => m.StaffMemberId);
        this.months = months.ToLookup(m => m.StaffMemberId);
    }

    /// <summary>The team with its roles.</summary>
    public Team Team { get; }

    /// <summary>A decision about the team, a staff member or the provider.</summary>
    /// <param name="About">Resource name of what it is about.</param>
    /// <param name="Kind">The kind of the decision.</param>
    /// <param name="Decision">The decision.</param>
    public sealed record Part(string About, string Kind, DecisionRecord Decision)
    {
        /// <summary>As the contract shows it.</summary>
        public Proto.TeamPart ToProto() => new() { About = About, Kind = Kind, Decision = Decision.ToProto(stored: false) };
    }

    /// <summary>Reads it; null when there is no such team, or the caller may not see it.</summary>
    public static async Task<TeamPicture?> Read(
        StaffingDb db, PolicyService policies, TeamSchedule schedule, ProviderClocks clocks, TeamId id, DateOnly? from, CancellationToken cancellationToken)
    {
        if (await db.Teams.AsNoTracking().Include(t => t.Roles).SingleOrDefaultAsync(t => t.Id == id, cancellationToken) is not { } team)
            return null;
        var first = from ?? policies.Today(team.Program)!.Value;
        StaffMemberId[] staff = [.. team.Roles.Select(r => r.StaffMemberId).Distinct()];
        var source = await schedule.Read(team, first, cancellationToken);
        var members = await db.Staff.AsNoTracking().Include(m => m.Roles).ThenInclude(r => r.Team).Where(m => staff.Contains(m.Id)).ToListAsync(cancellationToken);
        var assignments = await db.Assignments.AsNoTracking().Where(a => staff.Contains(a.StaffMemberId) && a.Program == team.Program).ToListAsync(cancellationToken);
        var memberships = await db.TreatmentTeamMembers.AsNoTracking().Where(m => staff.Contains(m.StaffMemberId)).ToListAsync(cancellationToken);
        var months = await db.WorkMonths.AsNoTracking().Where(m => staff.Contains(m.StaffMemberId)).ToListAsync(cancellationToken);
        var provider = await clocks.Read(team.Provider, team.Program, cancellationToken);
        return new(team, policies, schedule, source, members, assignments, memberships, months, provider);
    }

    /// <summary>Roles held on a day.</summary>
    public IReadOnlyList<RoleHeld> RolesOn(DateOnly day) => [.. Team.Roles.Where(r => r.HeldOn(day))];

    /// <summary>People whom the team serves on a day.</summary>
    public int ServedOn(DateOnly day)
    {
        var staff = RolesOn(day).Select(r => r.StaffMemberId).ToHashSet();
        return assignments.Where(a => staff.Contains(a.StaffMemberId) && a.From <= day && !(a.Through < day)).Select(a => a.IndividualId).Distinct().Count();
    }

    /// <summary>Roles that were held before a day and are held by no one on it, with the first day without them.</summary>
    public IEnumerable<Proto.Vacancy> VacanciesOn(DateOnly day) => Team.Roles.Where(r => r.Through < day && !(r.Through < r.From)).GroupBy(r => r.Role)
        .Where(held => !Team.Roles.Exists(r => r.Role == held.Key && r.HeldOn(day))).OrderBy(held => held.Key)
        .Select(held => new Proto.Vacancy { Role = held.Key, Since = held.Max(r => r.Through)!.Value.AddDays(1).Day() });

    /// <summary>Whether the team is complete on a day, and ready for its first review.</summary>
    public Result<DecisionRecord> Composition(DateOnly day)
    {
        var (roles, readiness) = (RolesOn(day), source.Readiness);
        TeamFacts facts = new()
        {
            OperationStart = Team.OperationStart,
            TeamLeads = People(StaffRole.TeamLead),
            Esps = People(StaffRole.Esp),
            Epms = People(StaffRole.Epm),
            ProgramAssistants = People(StaffRole.ProgramAssistant),
            BenefitsCounselors = People(StaffRole.BenefitsCounselor),
            ActiveServed = ServedOn(day),
            ActionPlanDate = readiness?.ActionPlanDate,
            ActionPlanContents = readiness?.ActionPlanDate is null ? null
                : [.. readiness.ActionPlanContents.Select(code => WireCode.TryRead<Proto.TeamPlanContent>(code, out var content) ? content.ToPolicy() : default)],
            ActionPlanSharedWith = readiness?.ActionPlanDate is null ? null
                : [.. readiness.ActionPlanSharedWith.Select(code => WireCode.TryRead<Proto.TeamPlanReader>(code, out var reader) ? reader.ToPolicy() : default)],
            SelfEvaluationScore = readiness?.SelfEvaluationScore,
            ReadinessVisitDate = readiness?.ReadinessVisitDate,
            ReadinessVisitParts = readiness?.VisitParts is { Count: > 0 } parts
                ? [.. parts.Select(code => WireCode.TryRead<Proto.ReadinessVisitPart>(code, out var part) ? part.ToPolicy() : default)] : null,
            LeadershipAttendees = readiness?.VisitParts is { Count: > 0 }
                ? [.. readiness.LeadershipAttendees.Select(code => WireCode.TryRead<Proto.LeadershipAttendee>(code, out var who) ? who.ToPolicy() : default)] : null,
            TwoAgencies = readiness?.TwoAgencies,
            ReadinessRatings = [.. (readiness?.Ratings ?? []).Select(r => new ReadinessRating(r.Domain.ToPolicy(), r.Level.ToPolicy()))],
        };
        return policies.Decide(Team.Program, TeamDecision.Kind, day, facts);

        int People(StaffRole role) => roles.Where(r => r.Role == role).Select(r => r.StaffMemberId).Distinct().Count();
    }

    /// <summary>Every other decision of the program about the team on a day.</summary>
    public IReadOnlyList<Part> PartsOn(DateOnly day)
    {
        List<Part> parts = [];
        if (provider(day).Is(out var readiness, out _))
            parts.Add(new(new OrganizationCode(Team.Provider).Name, ProviderReadinessDecision.Kind.Name, readiness));
        foreach (var member in members.Where(m => CountedCaseload.RoleOf(m, Team.Program, day)?.TeamId == Team.Id).OrderBy(m => m.Id.Value))
        {
            var own = assignments.Where(a => a.StaffMemberId == member.Id).ToList();
            var specialists = CountedCaseload.RoleOf(member, Team.Program, day)!.Role != StaffRole.TeamLead ? (int?)null
                : RolesOn(day).Where(r => r.Role == StaffRole.Esp).Select(r => r.StaffMemberId).Distinct().Count();
            var evidence = SpecialistEvidence.Of(own, [.. memberships[member.Id]], [.. months[member.Id]], day);
            if (CountedCaseload.Of(member, Team.Program, day, Active(own, day), specialists, policies, evidence).Is(out var caseload, out _))
                parts.Add(new(member.Id.Name, CaseloadDecision.Kind.Name, caseload.Decision));
        }

        // What was done before the team was recorded is not known here.
        if (day >= policies.DayOf(Team.Program, Team.RecordedAt))
            parts.AddRange(schedule.Decide(Team, source, day).Select(s => new Part(s.About, Policies.Schedules.ScheduledActDecision.Kind.Name, s.Decision)));
        parts.AddRange(Months(day));
        return parts;
    }

    /// <summary>The meetings of the last whole month, where the team was on file for all of it.</summary>
    private IEnumerable<Part> Months(DateOnly day)
    {
        var month = new DateOnly(day.Year, day.Month, 1).AddMonths(-1);
        var recorded = policies.DayOf(Team.Program, Team.RecordedAt);
        if (month < recorded || month < Team.OperationStart)
            yield break;
        var (last, after) = (month.AddMonths(1).AddDays(-1), month.AddMonths(1).AddDays(DaysOfWeek));
        var held = source.Meetings.Where(m => m.TeamId == Team.Id && m.State == Proto.TeamMeetingState.Held && m.Day >= CheckMeetings.FirstDay(m.Kind, month)
            && m.Day < after).OrderBy(m => m.Day).ToList();
        foreach (var kind in OfTeam)
        {
            if (Decide(kind, held.FindAll(m => m.Kind == kind), null) is { } decision)
                yield return new(Team.Id.Name, MeetingDecision.Kind.Name, decision);
        }

        foreach (var specialist in RolesOn(last).Where(r => r.Role == StaffRole.Esp).Select(r => r.StaffMemberId).Distinct().OrderBy(id => id.Value))
        {
            foreach (var kind in OfSpecialist)
            {
                var own = held.FindAll(m => m.Kind == kind && (m.StaffMemberId == specialist
                    || m.Attendees.Exists(a => a.StaffMemberId == specialist && a.Attendance != Proto.Attendance.Excused)));
                if (Decide(kind, own, Active(assignments.Where(a => a.StaffMemberId == specialist), last)) is { } decision)
                    yield return new(specialist.Name, MeetingDecision.Kind.Name, decision);
            }
        }

        DecisionRecord? Decide(Kind kind, List<TeamMeeting> meetings, int? caseload) =>
            policies.Decide(Team.Program, MeetingDecision.Kind, day, CheckMeetings.Facts(Team, kind, month, meetings, caseload)).Is(out var decision, out _) ? decision : null;
    }

    private static int Active(IEnumerable<Assignment> assignments, DateOnly day) =>
        assignments.Where(a => a.From <= day && !(a.Through < day)).Select(a => a.IndividualId).Distinct().Count();
}
