using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Staffing;
using Ips.Staffing.Db;
using Ips.Staffing.Meetings;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;
using StaffRole = Ips.Contracts.Common.V1.StaffRole;

namespace Ips.Staffing.Teams;

/// <summary>Records what a team has for its first review, and decides whether it is complete on a day.</summary>
public sealed class CheckTeam(StaffingDb db, Requests requests, PolicyService policies, TeamSchedule schedule, TimeProvider clock)
{
    private const int LeastScore = 25;
    private const int MostScore = 125;

    public Task<Result<Proto.TeamReadiness>> Handle(Proto.RecordReadinessRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<TeamId>("team", request.Team);
        var given = request.Readiness ?? new();
        if (given.HasSelfEvaluationScore)
            fields.Number("readiness.self_evaluation_score", given.SelfEvaluationScore, LeastScore, MostScore);
        fields.OptionalDay("readiness.action_plan_date", given.ActionPlanDate);
        fields.OptionalDay("readiness.readiness_visit_date", given.ReadinessVisitDate);
        fields.Choices("readiness.action_plan_contents", given.ActionPlanContents);
        fields.Choices("readiness.action_plan_shared_with", given.ActionPlanSharedWith);
        foreach (var (i, rating) in given.ReadinessRatings.Index())
        {
            fields.Choice($"readiness.readiness_ratings[{i}].domain", rating.Domain);
            fields.Choice($"readiness.readiness_ratings[{i}].level", rating.Level);
        }

        fields.Require(given.ReadinessRatings.DistinctBy(r => r.Domain).Count() == given.ReadinessRatings.Count, "readiness.readiness_ratings", "rates a domain twice");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.TeamReadiness>>(bad);
        return requests.Run<Proto.TeamReadiness>(request.RequestId, request, async s =>
        {
            // read
            if (await db.Teams.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, s) is not { } team)
                return new Problem.NotFound("team", request.Team);
            var readiness = await db.Readiness.AsNoTracking().SingleOrDefaultAsync(r => r.TeamId == id, s);

            // write
            Changes changes = new(clock.GetUtcNow());
            if (readiness is null)
                readiness = changes.Insert(new ReadinessOnFile { TeamId = id, Provider = team.Provider });
            else
                changes.Update(readiness);
            readiness.Replace(given);
            await schedule.Sync(team, readiness, changes, s);
            return new Decided<Proto.TeamReadiness>(given, changes);
        }, cancellationToken);
    }

    public async Task<Result<Proto.TeamComposition>> Handle(Proto.CheckTeamRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<TeamId>("team", request.Team);
        var asOf = fields.OptionalDay("as_of", request.AsOf);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Teams.AsNoTracking().Include(t => t.Roles).SingleOrDefaultAsync(t => t.Id == id, cancellationToken) is not { } team)
            return new Problem.NotFound("team", request.Team);
        var day = asOf ?? policies.Today(team.Program)!.Value;
        var roles = team.Roles.Where(r => r.HeldOn(day)).ToList();
        StaffMemberId[] members = [.. roles.Select(r => r.StaffMemberId).Distinct()];
        var served = await db.Assignments.Where(a => members.Contains(a.StaffMemberId) && a.Program == team.Program && a.From <= day
            && (a.Through == null || a.Through >= day)).Select(a => a.IndividualId).Distinct().CountAsync(cancellationToken);
        var readiness = await db.Readiness.AsNoTracking().SingleOrDefaultAsync(r => r.TeamId == id, cancellationToken);
        TeamFacts facts = new()
        {
            OperationStart = team.OperationStart,
            TeamLeads = People(StaffRole.TeamLead),
            Esps = People(StaffRole.Esp),
            Epms = People(StaffRole.Epm),
            ProgramAssistants = People(StaffRole.ProgramAssistant),
            BenefitsCounselors = People(StaffRole.BenefitsCounselor),
            ActiveServed = served,
            ActionPlanDate = readiness?.ActionPlanDate,
            ActionPlanContents = readiness?.ActionPlanDate is null ? null
                : [.. readiness.ActionPlanContents.Select(code => WireCode.TryRead<Proto.TeamPlanContent>(code, out var content) ? content.ToPolicy() : default)],
            ActionPlanSharedWith = readiness?.ActionPlanDate is null ? null
                : [.. readiness.ActionPlanSharedWith.Select(code => WireCode.TryRead<Proto.TeamPlanReader>(code, out var reader) ? reader.ToPolicy() : default)],
            SelfEvaluationScore = readiness?.SelfEvaluationScore,
            ReadinessVisitDate = readiness?.ReadinessVisitDate,
            ReadinessRatings = [.. (readiness?.Ratings ?? []).Select(r => new ReadinessRating(r.Domain.ToPolicy(), r.Level.ToPolicy()))],
        };
        return policies.Decide(team.Program, TeamDecision.Kind, day, facts).Then(decision => new Proto.TeamComposition
        {
            Team = id.Name,
            Day = day.Day(),
            Roles = { roles.OrderBy(r => r.From).Select(r => r.ToProto()) },
            ActiveServed = served,
            Complete = decision.Decision.Verdict == Verdict.Met,
            Decision = decision.ToProto(stored: false),
        });

        int People(StaffRole role) => roles.Where(r => r.Role == role).Select(r => r.StaffMemberId).Distinct().Count();
    }
}
