using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Staffing;
using Ips.Staffing.Db;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using StaffRole = Ips.Contracts.Common.V1.StaffRole;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>A caseload counted on a day, and whether it is within the limit (NC-STAFF-007, -008 and their siblings).</summary>
public sealed record CountedCaseload(StaffMemberId StaffMemberId, StaffRole Role, DateOnly Day, int Active, DecisionRecord Decision)
{
    /// <summary>The first later day on which those who are assigned already exceed the limit; null when none is known.</summary>
    public DateOnly? ExceedsOn { get; private init; }

    /// <summary>Decides on a caseload of <paramref name="active"/> people; the member holds a role with a caseload on the day, or it is refused.</summary>
    /// <param name="member">The staff member with the roles held.</param>
    /// <param name="program">The program.</param>
    /// <param name="day">The day.</param>
    /// <param name="active">People on the caseload.</param>
    /// <param name="specialists">Specialists of the team on the day, of which a supervisor may lead so many; null where not counted.</param>
    /// <param name="policies">Decides.</param>
    /// <param name="specialist">The work of a specialist; null where it is not part of the question.</param>
    public static Result<CountedCaseload> Of(
        StaffMember member, string program, DateOnly day, int active, int? specialists, PolicyService policies, SpecialistEvidence? specialist = null)
    {
        if (RoleOf(member, program, day) is not { Role: var role } held)
            return new Problem.Invalid(
                "staff_member", "holds no role with a caseload (TEAM_LEAD or ESP) in a team of this program on that day; assign the role first");
        CaseloadFacts facts = new()
        {
            Role = role.ToPolicy(),
            ActiveCount = active,
            SpecialistsSupervised = role == StaffRole.TeamLead ? specialists : null,
            SpecialistFtePercent = role == StaffRole.TeamLead ? null : held.FtePercent,
            SupervisorIpsFtePercent = role == StaffRole.TeamLead ? held.FtePercent : null,
            SupervisesOnlyIps = role == StaffRole.TeamLead ? held.SupervisesOnlyIps : null,
            TeamsAttached = specialist?.TeamsAttached,
            CaseloadFromTeams = specialist?.CaseloadFromTeams,
            ReferralsTotal = specialist?.ReferralsTotal,
            ReferralsFromTeams = specialist?.ReferralsFromTeams,
            CaseManagementMinutes = specialist?.Time?.CaseManagementMinutes,
            FteMinutes = specialist?.Time?.WorkMinutes,
            WorkMonth = specialist?.Time?.Month,
            SplitTimeThrough = new(held.SplitTimeThrough),
        };
        return policies.Decide(program, CaseloadDecision.Kind, day, facts).Then(decision => new CountedCaseload(member.Id, role, day, active, decision));
    }

    /// <summary>The same with the first later day on which assignments on file exceed the limit. A caseload grows only where an assignment begins.</summary>
    /// <param name="member">The staff member with the roles held.</param>
    /// <param name="program">The program.</param>
    /// <param name="assignments">Assignments that do not end before the day; with the one that is asked for.</param>
    /// <param name="policies">Decides.</param>
    public CountedCaseload Ahead(StaffMember member, string program, IReadOnlyCollection<Assignment> assignments, PolicyService policies) => this with
    {
        ExceedsOn = assignments.Select(a => a.From).Where(day => day > Day).Distinct().Order().Cast<DateOnly?>().FirstOrDefault(day =>
            Of(member, program, day!.Value, ActiveOn(assignments, day.Value), null, policies).Is(out var later, out _)
            && later.Decision.Decision.Verdict == Policies.Verdict.NotMet),
    };

    /// <summary>People who are assigned on a day.</summary>
    public static int ActiveOn(IEnumerable<Assignment> assignments, DateOnly day) =>
        assignments.Where(a => a.From <= day && !(a.Through < day)).Select(a => a.IndividualId).Distinct().Count();

    /// <summary>How many specialists the member's team has on the day; null without a role with a caseload.</summary>
    public static async Task<int?> Specialists(StaffingDb db, StaffMember member, string program, DateOnly day, CancellationToken cancellationToken) =>
        RoleOf(member, program, day) is not { Role: StaffRole.TeamLead, TeamId: var team } ? null
            : await db.Roles.Where(r => r.TeamId == team && r.Role == StaffRole.Esp && r.From <= day && (r.Through == null || r.Through >= day))
                .Select(r => r.StaffMemberId).Distinct().CountAsync(cancellationToken);

    /// <summary>The member's role with a caseload on the day; its team is the one that serves the people of the caseload.</summary>
    public static RoleHeld? RoleOf(StaffMember member, string program, DateOnly day) =>
        member.Roles.Where(r => r.HeldOn(day) && r.Team!.Program == program && r.Role is StaffRole.TeamLead or StaffRole.Esp).MaxBy(r => r.From);

    /// <summary>As the contract shows it.</summary>
    public Proto.Caseload ToProto(bool stored) =>
        new() { StaffMember = StaffMemberId.Name, Role = Role, Day = Day.Day(), ActiveCount = Active, Decision = Decision.ToProto(stored), ExceedsOn = ExceedsOn.Day() };
}
