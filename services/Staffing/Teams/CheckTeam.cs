using Ips.Contracts;
using Ips.Policies;
using Ips.Staffing.Db;
using Ips.Staffing.Meetings;
using Ips.Staffing.Organizations;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Teams;

/// <summary>Records what a team has for its first review, and decides every rule about it on a day.</summary>
public sealed class CheckTeam(
    StaffingDb db, Requests requests, PolicyService policies, TeamSchedule schedule, ProviderClocks clocks, TimeProvider clock)
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
        fields.Choices("readiness.readiness_visit_parts", given.ReadinessVisitParts);
        fields.Choices("readiness.leadership_attendees", given.LeadershipAttendees);
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
        if (await TeamPicture.Read(db, policies, schedule, clocks, id, asOf, cancellationToken) is not { } picture)
            return new Problem.NotFound("team", request.Team);
        var day = asOf ?? policies.Today(picture.Team.Program)!.Value;
        return picture.Composition(day).Then(decision => new Proto.TeamComposition
        {
            Team = id.Name,
            Day = day.Day(),
            Roles = { picture.RolesOn(day).OrderBy(r => r.From).Select(r => r.ToProto()) },
            ActiveServed = picture.ServedOn(day),
            Complete = decision.Decision.Verdict == Verdict.Met,
            Decision = decision.ToProto(stored: false),
            Parts = { picture.PartsOn(day).Select(part => part.ToProto()) },
            Vacancies = { picture.VacanciesOn(day) },
        });
    }
}
