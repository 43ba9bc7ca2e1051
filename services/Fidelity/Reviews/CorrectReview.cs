using Ips.Contracts;
using Ips.Policies.Fidelity;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>
/// Corrects a final review: another review with the right days and scores takes its place. Both stay on record, with the reason on the first.
/// </summary>
public sealed class CorrectReview(ReviewSteps steps, PolicyService policies, TimeProvider clock)
{
    public Task<Result<Proto.Review>> Handle(Proto.CorrectReviewRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var reason = fields.Choice("reason", request.Reason);
        fields.Require(reason is not (Proto.ReviewCorrectionReason.WrongTeam or Proto.ReviewCorrectionReason.EnteredByMistake), "reason",
            "is one for which the review is withdrawn; send another reason, or withdraw it");
        var evaluator = fields.Choice("evaluator", request.Evaluator);
        var onsite = fields.Day("last_onsite_day", request.LastOnsiteDay);
        var received = fields.Day("final_report_received_date", request.FinalReportReceivedDate);
        var scores = RecordReview.Scores(fields, request.Scores, onsite);
        var terms = ReviewTerms.Read(fields, request.Terms);
        return steps.Run(fields, request.Name, request.Etag, request.ValidateOnly, request.RequestId, request, step =>
        {
            var old = step.Review;
            if (steps.NotTheRecorder(old) is { } forbidden)
                return forbidden;
            if (ReviewSteps.NotIn(old, Proto.ReviewState.Final) is { } refused)
                return refused;
            RequestValidator days = new();
            days.Require(onsite <= step.Today, "last_onsite_day", "lies in the future; a review is recorded when it took place");
            days.UpTo("final_report_received_date", received, step.Today);
            if (days.Problem is { } bad)
                return bad;
            Review corrected = new()
            {
                Id = ReviewId.New(clock),
                TeamId = old.TeamId,
                Provider = old.Provider,
                Program = old.Program,
                Evaluator = evaluator,
                Scale = FidelityScale.On(onsite).Id,
                VisitId = old.VisitId,
                DraftIssuedDate = old.DraftIssuedDate,
                LastOnsiteDay = onsite,
                DraftReceivedDate = old.DraftReceivedDate,
                FinalReportIssuedDate = old.FinalReportIssuedDate,
                FinalReportReceivedDate = received,
                Scores = scores,
                Total = scores.Sum(),
                PlanDate = old.PlanDate,
                PlanImplementedDate = old.PlanImplementedDate,
                PlanStartedDate = old.PlanStartedDate,
                PlanApprovedDate = old.PlanApprovedDate,
                PlanReviewedDate = old.PlanReviewedDate,
                AssistanceHours = old.AssistanceHours,
                Corrects = old.Id,
                RecordedBy = old.RecordedBy,
                RecordedAt = step.Changes.Now,
            };
            corrected.Take(terms);
            if (!step.Team.Decide(corrected, step.Today).Is(out var decision, out var problem))
                return problem;
            corrected.Take(decision);
            (old.CorrectedBy, old.CorrectionReason) = (corrected.Id, reason);
            var after = step.Team.With(corrected);
            if (after.DecideLater(corrected, step.Today, step.Changes) is { } wrong)
                return wrong;
            var stored = step.Changes.Insert(policies.Store(decision, corrected.Provider, corrected.Id.Name, step.Team.Used(corrected)));
            step.Changes.Insert(corrected);
            step.Changes.Update(old);
            step.Changes.Publish(old.Moved(step.From, step.Today, after, step.Today));
            step.Changes.Publish(corrected.ToEvent(stored, after, step.Today));
            return corrected.ToProto(decision.ToProto(stored: step.Store), stored: step.Store);
        }, cancellationToken);
    }
}
