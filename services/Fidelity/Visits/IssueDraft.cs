using Ips.Contracts;
using Ips.Fidelity.Db;
using Ips.Fidelity.Reviews;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Visits;

/// <summary>Issues the draft report: the agreed scores become a review that the team receives and may contest.</summary>
public sealed class IssueDraft(FidelityDb db, Requests requests, VisitSteps steps, PolicyService policies, Caller caller, TimeProvider clock)
{
    public Task<Result<Proto.Review>> Handle(Proto.IssueDraftRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<VisitId>("name", request.Name);
        var issued = fields.Day("issued_on", request.IssuedOn);
        var terms = ReviewTerms.Read(fields, request.Terms);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Review>>(bad);
        return requests.Run<Proto.Review>(request.ValidateOnly, request.RequestId, request, async (store, s) =>
        {
            if (await steps.Read(id, s) is not { } visit)
                return new Problem.NotFound("visit", request.Name);
            var onFile = await db.Reviews.AsNoTracking().Where(r => r.TeamId == visit.TeamId && r.Program == visit.Program).ToListAsync(s);
            if (!visit.Expects(request.Etag))
                return new Problem.Stale("visit", request.Name);
            return Decide(visit, new(policies, visit.Program, onFile), issued, terms, store);
        }, cancellationToken);
    }

    private Result<Decided<Proto.Review>> Decide(Visit visit, TeamHistory team, DateOnly issued, ReviewTerms terms, bool store)
    {
        if (steps.NotThePlanner(visit) is { } forbidden)
            return forbidden;
        if (VisitSteps.NotIn(visit, Proto.VisitState.Agreed) is { } refused)
            return refused;
        var today = policies.Today(visit.Program)!.Value;
        if ((Problem.Invalid.IfBefore("issued_on", issued, visit.LastOnsiteDay, "the last day on site")
            ?? Problem.Invalid.IfAhead("issued_on", issued, today)) is { } wrong)
            return wrong;
        Changes changes = new(clock.GetUtcNow());
        var from = visit.State;
        Review review = new()
        {
            Id = ReviewId.New(clock),
            TeamId = visit.TeamId,
            Provider = visit.Provider,
            Program = visit.Program,
            Evaluator = visit.Evaluator,
            Scale = visit.Scale,
            VisitId = visit.Id,
            LastOnsiteDay = visit.LastOnsiteDay,
            DraftIssuedDate = issued,
            Scores = [.. visit.AgreedScores],
            Total = visit.AgreedScores.Sum(),
            RecordedBy = caller.Organization,
            RecordedAt = changes.Now,
        };
        review.Take(terms);
        if (!team.Decide(review, today).Is(out var decision, out var problem))
            return problem;
        review.Take(decision);
        (visit.DraftIssuedDate, visit.ReviewId) = (issued, review.Id);
        changes.Update(visit);
        var stored = changes.Insert(policies.Store(decision, review.Provider, review.Id.Name, [.. team.Used(review), new(visit.Id.Value, visit.Version)]));
        changes.Insert(review);
        changes.Publish(visit.Moved(from));
        changes.Publish(review.ToEvent(stored, team.With(review), today));
        return new Decided<Proto.Review>(review.ToProto(decision.ToProto(stored: store), stored: store), changes);
    }
}
