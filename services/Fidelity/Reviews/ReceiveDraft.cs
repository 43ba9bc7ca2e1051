using Ips.Policies.Fidelity;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>The team received the draft report; where its program has a contest, the last day for it follows (NC-FID-016).</summary>
public sealed class ReceiveDraft(ReviewSteps steps, PolicyService policies)
{
    public Task<Result<Proto.Review>> Handle(Proto.ReceiveDraftRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var received = fields.Day("draft_received_date", request.DraftReceivedDate);
        return steps.Run(fields, request.Name, request.Etag, request.ValidateOnly, request.RequestId, request, step =>
        {
            var review = step.Review;
            if (ReviewSteps.NotIn(review, Proto.ReviewState.Draft) is { } refused)
                return refused;
            if (Problem.Invalid.IfBefore("draft_received_date", received, review.LastOnsiteDay, "the last day on site") is { } early)
                return early;
            if (Problem.Invalid.IfAhead("draft_received_date", received, step.Today) is { } ahead)
                return ahead;
            review.DraftReceivedDate = received;
            if (FidelityContestDecision.Kind.AppliesTo(policies.Engine.Programs[review.Program]))
            {
                FidelityContestFacts facts = new() { DraftScore = review.Total, DraftReceivedDate = received, LastOnsiteDay = review.LastOnsiteDay };
                if (!policies.Decide(review.Program, FidelityContestDecision.Kind, step.Today, facts).Is(out var decision, out var problem))
                    return problem;
                review.ContestDue = decision.Value<DateOnly?>("dueOn");
            }

            return steps.Moved(step, received);
        }, cancellationToken);
    }
}
