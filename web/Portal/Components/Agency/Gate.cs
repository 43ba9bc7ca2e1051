using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Portal.Apis;

namespace Ips.Portal.Components.Agency;

/// <summary>Whether a staff member may serve for a team on a day.</summary>
/// <param name="Member">The staff member.</param>
/// <param name="Team">The team.</param>
/// <param name="Qualification">What everything on file allows; null where it could not be answered.</param>
public sealed record GateAnswer(StaffMember Member, Team Team, Qualification? Qualification)
{
    /// <summary>Whether the staff member may not serve.</summary>
    public bool Blocked => Qualification?.Gate == QualificationGate.Blocked;

    /// <summary>Whether something is due although the staff member may serve.</summary>
    public bool Restricted => Qualification?.Gate == QualificationGate.Restricted;
}

/// <summary>Asks Staffing who may serve on a day: role, clearance and training together, as Billing does for every claim line.</summary>
internal sealed class Gate(Api api, Teams.TeamsClient teams, Staff.StaffClient staff)
{
    /// <summary>Every staff member with a role in a team on the day; who may not serve first.</summary>
    public async Task<(IReadOnlyList<GateAnswer> Answers, Refusal? Refusal)> On(string day)
    {
        var (found, refusal) = await api.Part(options => teams.ListTeamsAsync(new() { PageSize = 50 }, options));
        if (found is null)
            return ([], refusal);
        var answers = await Task.WhenAll(found.Teams.Select(async team =>
        {
            var members = (await api.Part(options => staff.ListStaffAsync(new() { Provider = team.Provider, Team = team.Name, PageSize = 200 }, options))).Value;
            return await Task.WhenAll(members?.Staff.Where(member => RoleOn(member, team, day) is not null).Select(member => Answer(member, team, day)) ?? []);
        }));
        return ([.. answers.SelectMany(answer => answer).OrderByDescending(answer => answer.Blocked).ThenByDescending(answer => answer.Restricted)
            .ThenBy(answer => answer.Member.DisplayName, StringComparer.Ordinal)], null);
    }

    private async Task<GateAnswer> Answer(StaffMember member, Team team, string day) => new(member, team, (await api.Part(options => staff.VerifyQualificationAsync(
        new() { StaffMember = member.Name, Program = team.Program, ServiceDate = day, Role = RoleOn(member, team, day)!.Role, LookAhead = true }, options))).Value);

    private static RoleAssignment? RoleOn(StaffMember member, Team team, string day) => member.Roles.FirstOrDefault(role => role.Team == team.Name
        && string.CompareOrdinal(role.From, day) <= 0 && (role.Through.Length == 0 || string.CompareOrdinal(day, role.Through) <= 0));
}
