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
            .ToListAsync(cancellationToken);
        TeamHistory history = new(policies, request.Program, reviews);
        var latest = history.Latest;
        Proto.TeamStanding standing = new()
        {
            Team = team.Name,
            Day = day.Day(),
            Review = latest?.Id.Name ?? "",
            Total = latest?.Total ?? 0,
            Tier = latest?.Tier ?? "",
            Certified = latest?.Certified ?? false,
            NextReviewDue = latest?.NextReviewDue.Day() ?? "",
            ReviewOverdue = latest?.NextReviewDue < day,
            Certification = latest switch
            {
                null => Proto.Certification.NotReviewed,
                { Certified: false } when GoodFidelity.CertifiesBy(policies.TextOn(request.Program, day)) => Proto.Certification.AtRisk,
                { NextReviewDue: { } due } when due < day => Proto.Certification.ReviewOverdue,
                { Certified: true } => Proto.Certification.Certified,
                _ => Proto.Certification.NotNamed,
            },
            MayTakeNewPeople = true,
            MayKeepPeople = true,
        };
        if (!history.DecidesIntake)
        {
            standing.Findings.AddRange(latest?.Decision!.ToProto().Findings ?? []);
            return standing;
        }

        var intake = history.Intake(IntakePurpose.NewMember, day);
        if (!policies.Decide(request.Program, IntakeStatusDecision.Kind, day, intake).Is(out var takes, out var problem)
            || !policies.Decide(request.Program, IntakeStatusDecision.Kind, day, intake with { Purpose = IntakePurpose.ExistingMember })
                .Is(out var keeps, out problem))
        {
            return problem;
        }

        standing.MayTakeNewPeople = takes.Decision.Verdict == Verdict.Met;
        standing.MayKeepPeople = keeps.Decision.Verdict != Verdict.NotMet;
        standing.Findings.AddRange(takes.Decision.Findings.Select(f => f.ToProto()));
        if (standing.MayTakeNewPeople || intake.SuspendedOn is not { } suspended)
            return standing;
        standing.IntakeSuspendedOn = suspended.Day();
        standing.ReReviewDue = takes.Value<DateOnly?>("reReviewDueOn").Day();
        standing.Findings.AddRange(keeps.Decision.Findings.Select(f => f.ToProto()));
        return standing;
    }
}
