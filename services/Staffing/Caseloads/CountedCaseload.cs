using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Staffing;
using Ips.Staffing.StaffMembers;
using StaffRole = Ips.Contracts.Common.V1.StaffRole;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>A caseload counted on a day, and whether it is within the limit (NC-STAFF-007, -008 and their siblings).</summary>
public sealed record CountedCaseload(StaffMemberId StaffMemberId, StaffRole Role, DateOnly Day, int Active, DecisionRecord Decision)
{
    /// <summary>Decides on a caseload of <paramref name="active"/> people; the member holds a role with a caseload on the day, or it is refused.</summary>
    public static Result<CountedCaseload> Of(StaffMember member, string program, DateOnly day, int active, PolicyService policies)
    {
        if (RoleOf(member, program, day)?.Role is not { } role)
            return new Problem.Invalid(
                "staff_member", "holds no role with a caseload (TEAM_LEAD or ESP) in a team of this program on that day; assign the role first");
        CaseloadFacts facts = new() { Role = role.ToPolicy(), ActiveCount = active };
        return policies.Decide(program, CaseloadDecision.Kind, day, facts).Then(decision => new CountedCaseload(member.Id, role, day, active, decision));
    }

    /// <summary>The member's role with a caseload on the day; its team is the one that serves the people of the caseload.</summary>
    public static RoleHeld? RoleOf(StaffMember member, string program, DateOnly day) =>
        member.Roles.Where(r => r.HeldOn(day) && r.Team!.Program == program && r.Role is StaffRole.TeamLead or StaffRole.Esp).MaxBy(r => r.From);

    /// <summary>As the contract shows it.</summary>
    public Proto.Caseload ToProto(bool stored) =>
        new() { StaffMember = StaffMemberId.Name, Role = Role, Day = Day.Day(), ActiveCount = Active, Decision = Decision.ToProto(stored) };
}
