using Ips.Contracts;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>The plan that answers a final report: what follows from the review is decided again (LA-FID-007, -011, MO-FID-004).</summary>
public sealed class RecordPlan(ReviewSteps steps, Caller caller)
{
    public Task<Result<Proto.Review>> Handle(Proto.RecordPlanRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var written = fields.Day("plan_date", request.PlanDate);
        var implemented = fields.OptionalDay("implemented_date", request.ImplementedDate);
        fields.Require(!(implemented < written), "implemented_date", $"is before {written.Day()}, the day the plan was written");
        return steps.Run(fields, request.Name, request.Etag, request.ValidateOnly, request.RequestId, request, step =>
        {
            var review = step.Review;
            if (!caller.Is(Roles.Provider) && steps.NotTheRecorder(review) is { } forbidden)
                return forbidden;
            if (ReviewSteps.NotIn(review, Proto.ReviewState.Final) is { } refused)
                return refused;
            if (Problem.Invalid.IfBefore("plan_date", written, review.LastOnsiteDay, "the last day on site") is { } early)
                return early;
            if ((Problem.Invalid.IfAhead("plan_date", written, step.Today) ?? Problem.Invalid.IfAhead("implemented_date", implemented, step.Today)) is { } ahead)
                return ahead;
            (review.PlanDate, review.PlanImplementedDate) = (written, implemented);
            return steps.Decided(step, implemented ?? written);
        }, cancellationToken);
    }
}
