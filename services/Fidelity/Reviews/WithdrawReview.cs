using Ips.Contracts;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>Withdraws a review that was recorded by mistake. It stays on record and counts no more: the team stands as by the review before it.</summary>
public sealed class WithdrawReview(ReviewSteps steps)
{
    public Task<Result<Proto.Review>> Handle(Proto.WithdrawReviewRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var reason = fields.Choice("reason", request.Reason);
        return steps.Run(fields, request.Name, request.Etag, request.ValidateOnly, request.RequestId, request, step =>
        {
            if (steps.NotTheRecorder(step.Review) is { } forbidden)
                return forbidden;
            if (step.Review.State is Proto.ReviewState.Corrected or Proto.ReviewState.Withdrawn)
                return new Problem.Conflict("review state", $"the review is {WireCode.Lower(step.Review.State)}, so it does not count");
            (step.Review.WithdrawnOn, step.Review.CorrectionReason) = (step.Today, reason);
            return steps.Moved(step, step.Today);
        }, cancellationToken);
    }
}
