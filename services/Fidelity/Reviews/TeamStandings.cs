using Grpc.Core;
using Ips.Contracts;
using Ips.Fidelity.Db;
using Ips.Policies;
using Ips.Policies.Fidelity;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>Maps the rpc to the use case.</summary>
public sealed class StandingsRpc(TeamStandings standings) : Proto.Standings.StandingsBase
{
    public override async Task<Proto.TeamStanding> GetTeamStanding(Proto.GetTeamStandingRequest request, ServerCallContext context) =>
        (await standings.Handle(request, context.CancellationToken)).OrThrow();
}

/// <summary>
/// A team's standing on a day by its final reports up to then, and whether it may take new people (Louisiana closes intake by the score: LA-FID-009 to -016).
/// </summary>
public sealed class TeamStandings(FidelityDb db, PolicyService policies)
{
    public async Task<Result<Proto.TeamStanding>> Handle(Proto.GetTeamStandingRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var team = fields.Id<TeamId>("team", request.Team);
        var today = policies.Today(fields, "program", request.Program);
        var day = fields.OptionalDay("as_of", request.AsOf) ?? today;
        if (fields.Problem is { } bad)
            return bad;
        var reviews = await db.Reviews.AsNoTracking().Include(r => r.Decision)
            .Where(r => r.TeamId == team && r.Program == request.Program && r.FinalReportReceivedDate != null && r.FinalReportReceivedDate <= day)
            .OrderBy(r => r.FinalReportReceivedDate).ThenBy(r => r.Id).ToListAsync(cancellationToken);
        var latest = reviews.LastOrDefault();
        Proto.TeamStanding standing = new()
        {
            Team = team.Name,
            Day = day.Day(),
            Review = latest?.Id.Name ?? "",
            Total = latest?.Total ?? 0,
            Tier = latest?.Tier ?? "",
            Certified = latest?.Certified ?? false,
            NextReviewDue = latest?.NextReviewDue.Day() ?? "",
            MayTakeNewPeople = true,
        };
        if (!IntakeStatusDecision.Kind.AppliesTo(policies.Engine.Programs[request.Program]))
        {
            standing.Findings.AddRange(latest?.Decision!.ToProto().Findings ?? []);
            return standing;
        }

        if (!policies.Decide(request.Program, IntakeStatusDecision.Kind, day, Intake(reviews, day, request.Program)).Is(out var decision, out var problem))
            return problem;
        standing.MayTakeNewPeople = decision.Decision.Verdict == Verdict.Met;
        standing.Findings.AddRange(decision.Decision.Findings.Select(f => f.ToProto()));
        return standing;
    }

    /// <summary>A team that reached good fidelity once is an existing one; its review decided whether the score was good.</summary>
    private IntakeStatusFacts Intake(IReadOnlyList<Review> reviews, DateOnly day, string program) => new()
    {
        Purpose = IntakePurpose.NewMember,
        TeamStatus = reviews.Any(r => policies.Decide(program, IntakeStatusDecision.Kind, day, Alone(r)) is var alone
            && alone.Is(out var decision, out _) && decision.Decision.Verdict == Verdict.Met) ? TeamStatus.Existing : TeamStatus.New,
        Reviews = [.. reviews.Select(External)],
    };

    private static IntakeStatusFacts Alone(Review review) =>
        new() { Purpose = IntakePurpose.NewMember, TeamStatus = TeamStatus.Existing, Reviews = [External(review)] };

    private static ExternalReview External(Review review) => new() { Date = review.LastOnsiteDay, Score = review.Total };
}
