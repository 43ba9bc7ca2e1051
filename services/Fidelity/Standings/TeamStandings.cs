using Ips.Contracts;
using Ips.Fidelity.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Programs = Ips.Policies.Programs;
using Wire = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Standings;

/// <summary>How a team stands on a day by its latest review.</summary>
public sealed class TeamStandings(FidelityDb db, Deciding deciding)
{
    public async Task<Result<Wire.TeamStanding>> Handle(Wire.GetTeamStandingRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var team = fields.Name<TeamId>("team", ask.Team, "teams/{uuid}", TeamId.TryParse);
        var today = deciding.Today(fields, "program", ask.Program);
        var day = fields.OptionalDay("as_of", ask.AsOf) ?? today;
        if (fields.Problem is { } bad)
            return bad;
        var review = await db.Reviews.AsNoTracking().Include(r => r.Decision)
            .Where(r => r.TeamId == team && r.Program == ask.Program && r.FinalReportReceivedDate != null && r.FinalReportReceivedDate <= day)
            .OrderByDescending(r => r.FinalReportReceivedDate).ThenByDescending(r => r.Id).FirstOrDefaultAsync(stop);
        Wire.TeamStanding standing = new()
        {
            Team = team.Name,
            Day = day.Day(),
            Review = review?.Id.Name ?? "",
            Total = review?.Total ?? 0,
            Tier = review?.Tier ?? "",
            Certified = review?.Certified ?? false,
            NextReviewDue = review?.NextReviewDue.Day() ?? "",
            MayTakeNewPeople = !Programs.Louisiana.Contains(ask.Program) || review is null || review.Decision!.Verdict == nameof(Policies.Verdict.Met),
        };
        if (review is not null)
            standing.Findings.AddRange(review.Decision!.ToWire().Findings);
        return standing;
    }
}
