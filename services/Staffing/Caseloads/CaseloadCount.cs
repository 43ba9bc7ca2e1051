using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Staffing;
using Ips.Staffing.Db;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using StaffRole = Ips.Contracts.Common.V1.StaffRole;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>A caseload counted on a day, and whether it is within the limit.</summary>
public sealed record CountedCaseload(StaffMemberId StaffMemberId, StaffRole Role, DateOnly Day, int Active, DecisionRecord Decision)
{
    /// <summary>As the contract shows it.</summary>
    public Proto.Caseload ToProto(bool stored) =>
        new() { StaffMember = StaffMemberId.Name, Role = Role, Day = Day.Day(), ActiveCount = Active, Decision = Decision.ToProto(stored) };
}

/// <summary>Counts caseloads (NC-STAFF-007, -008 and their siblings).</summary>
public sealed class CaseloadCount(StaffingDb db, PolicyService policies)
{
    /// <summary>The caseload on a day with <paramref name="added"/> more people.</summary>
    public async Task<Result<CountedCaseload>> On(StaffMember member, string program, DateOnly day, int added, CancellationToken cancellationToken)
    {
        var role = member.Roles.Where(r => r.HeldOn(day) && r.Team!.Program == program && r.Role is StaffRole.TeamLead or StaffRole.Esp)
            .MaxBy(r => r.From)?.Role;
        if (role is null)
            return new Problem.Invalid(
                "staff_member", "holds no role with a caseload (TEAM_LEAD or ESP) in a team of this program on that day; assign the role first");
        var active = added + await db.Assignments.CountAsync(
            a => a.StaffMemberId == member.Id && a.From <= day && (a.Through == null || a.Through >= day), cancellationToken);
        CaseloadFacts facts = new() { Role = role.Value.ToPolicy(), ActiveCount = active };
        return policies.Decide(program, CaseloadDecision.Kind, day, facts).Then(decision => new CountedCaseload(member.Id, role.Value, day, active, decision));
    }
}
