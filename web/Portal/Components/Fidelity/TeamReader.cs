using Grpc.Core;
using Ips.Contracts.Fidelity.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Portal.Apis;

namespace Ips.Portal.Components.Fidelity;

/// <summary>A team and where it stands today.</summary>
/// <param name="Team">The team.</param>
/// <param name="Standing">Its standing; null where it could not be read.</param>
public sealed record TeamRow(Team Team, TeamStanding? Standing)
{
    /// <summary>How urgent it is: a review that is overdue, then intake that is suspended, then the soonest review.</summary>
    public (int, string) Order => Standing switch
    {
        null => (3, ""),
        { ReviewOverdue: true } => (0, Standing.NextReviewDue),
        { MayTakeNewPeople: false } => (1, Standing.NextReviewDue),
        _ => (2, Standing.NextReviewDue.Length > 0 ? Standing.NextReviewDue : "9999"),
    };
}

/// <summary>The teams that the caller may see, each with its standing.</summary>
internal sealed class TeamReader(Api api, Teams.TeamsClient teams, Standings.StandingsClient standings)
{
    /// <summary>A page of teams, the most urgent first.</summary>
    public async Task<(IReadOnlyList<TeamRow> Rows, string Next, Refusal? Refusal)> Read(string program, string pageToken)
    {
        var (page, refusal) = await api.Part(options => teams.ListTeamsAsync(new() { PageSize = 50, PageToken = pageToken }, options));
        if (page is null)
            return ([], "", refusal);
        var rows = await Task.WhenAll(page.Teams.Where(team => program.Length == 0 || team.Program == program).Select(async team => new TeamRow(team,
            (await api.Part(options => standings.GetTeamStandingAsync(new() { Team = team.Name, Program = team.Program }, options))).Value)));
        return ([.. rows.OrderBy(row => row.Order).ThenBy(row => row.Team.DisplayName, StringComparer.Ordinal)], page.NextPageToken, null);
    }
}
