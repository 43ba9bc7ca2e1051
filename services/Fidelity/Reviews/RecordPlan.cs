using Ips.Contracts;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>The plan that answers a final report: what follows from the review is decided again (LA-FID-006, -007, -011, NC-FID-018, MO-FID-004).</summary>
public sealed class RecordPlan(ReviewSteps steps, Caller caller)
{
    public Task<Result<Proto.Review>> Handle(Proto.RecordPlanRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var written = fields.Day("plan_date", request.PlanDate);
        var implemented = fields.OptionalDay("implemented_date", request.ImplementedDate);
        fields.Require(!(implemented < written), "implemented_date", $"is before {written.Day()}, the day the plan was written");
        var (started, approved) = (fields.OptionalDay("started_date", request.StartedDate), fields.OptionalDay("approved_date", request.ApprovedDate));
        var reviewed = fields.OptionalDay("reviewed_date", request.ReviewedDate);
        fields.Require(!(approved < written), "approved_date", $"is before {written.Day()}, the day the plan was written");
        fields.Require(!(reviewed < written), "reviewed_date", $"is before {written.Day()}, the day the plan was written");
        fields.Require(!request.HasAssistanceHours || request.AssistanceHours is >= 0 and <= 10_000, "assistance_hours",
            $"is {request.AssistanceHours}; send 0 to 10000 hours, or leave it out");
        return steps.Run(fields, request.Name, request.Etag, request.ValidateOnly, request.RequestId, request, step =>
        {
            var review = step.Review;
            if (!caller.Is(Roles.Provider) && steps.NotTheRecorder(review) is { } forbidden)
                return forbidden;
            if (ReviewSteps.NotIn(review, Proto.ReviewState.Final) is { } refused)
                return refused;
            if (Problem.Invalid.IfBefore("plan_date", written, review.LastOnsiteDay, "the last day on site") is { } early)
                return early;
            if (started is { } begun && Problem.Invalid.IfBefore("started_date", begun, review.LastOnsiteDay, "the last day on site") is { } soon)
                return soon;
            (string Field, DateOnly? Day)[] days =
                [("plan_date", written), ("implemented_date", implemented), ("started_date", started), ("approved_date", approved), ("reviewed_date", reviewed)];
            if (days.Select(d => Problem.Invalid.IfAhead(d.Field, d.Day, step.Today)).FirstOrDefault(p => p is not null) is { } ahead)
                return ahead;
            if (caller.Is(Roles.Provider) && approved is not null && approved != review.PlanApprovedDate)
                return new Problem.Invalid("approved_date", "is set by a team; leave it empty, the organization that recorded the review sets it");
            (review.PlanDate, review.PlanImplementedDate, review.PlanStartedDate, review.PlanReviewedDate) = (written, implemented, started, reviewed);
            review.PlanApprovedDate = caller.Is(Roles.Provider) ? review.PlanApprovedDate : approved;
            review.AssistanceHours = request.HasAssistanceHours ? request.AssistanceHours : null;
            return steps.Decided(step, days.Max(d => d.Day)!.Value);
        }, cancellationToken);
    }
}
