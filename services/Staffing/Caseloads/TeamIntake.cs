using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Fidelity.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>What Fidelity answers about a team that is to take people.</summary>
internal static class TeamIntake
{
    /// <summary>Why the team may take no new people on the day; empty when it may, and without a team: then the caseload refuses.</summary>
    public static async Task<Result<IReadOnlyList<Finding>>> Findings(
        this Standings.StandingsClient standings, TeamId? team, string program, DateOnly day, CancellationToken cancellationToken)
    {
        if (team is not { } id)
            return Array.Empty<Finding>();
        GetTeamStandingRequest request = new() { Team = id.Name, Program = program, AsOf = day.Day() };
        return (await standings.GetTeamStandingAsync(request, cancellationToken: cancellationToken).Answer("fidelity", "team", id.Name))
            .Then(answer => (IReadOnlyList<Finding>)(answer.MayTakeNewPeople ? [] : [.. answer.Findings]));
    }
}
