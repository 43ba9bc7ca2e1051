using Ips.Policies.Fidelity;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>
/// Makes a draft final: tier, certification and next review are decided. Where the program has a contest, its days are over or it is decided: a final report
/// received before would take the team's time.
/// </summary>
public sealed class FinalizeReview(ReviewSteps steps, PolicyService policies)
{
    public Task<Result<Proto.Review>> Handle(Proto.FinalizeReviewRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var received = fields.Day("final_report_received_date", request.FinalReportReceivedDate);
        var issued = fields.OptionalDay("final_report_issued_date", request.FinalReportIssuedDate);
        fields.Require(!(issued > received), "final_report_issued_date", $"is after {received.Day()}, the day on which the team received the report");
        var terms = ReviewTerms.Read(fields, request.Terms);
        return steps.Run(fields, request.Name, request.Etag, request.ValidateOnly, request.RequestId, request,
            step => Decide(step, issued, received, terms), cancellationToken);
    }

    private Result<Proto.Review> Decide(ReviewStep step, DateOnly? issued, DateOnly received, ReviewTerms terms)
    {
        var review = step.Review;
        if (steps.NotTheRecorder(review) is { } forbidden)
            return forbidden;
        if ((FidelityContestDecision.Kind.AppliesTo(policies.Engine.Programs[review.Program])
            ? ReviewSteps.NotIn(review, Proto.ReviewState.DraftReceived, Proto.ReviewState.ContestDecided)
            : ReviewSteps.NotIn(review, Proto.ReviewState.Draft, Proto.ReviewState.DraftReceived)) is { } refused)
        {
            return refused;
        }

        var earliest = review.ContestDecidedOn ?? review.DraftReceivedDate ?? review.LastOnsiteDay;
        if (Problem.Invalid.IfBefore("final_report_received_date", received, earliest, "the review's latest day") is { } early)
            return early;
        RequestValidator fields = new();
        fields.Require(!(issued < earliest), "final_report_issued_date", $"is before {earliest.Day()}, the review's latest day");
        fields.UpTo("final_report_received_date", received, step.Today);
        fields.Require(review.ContestDecidedOn is not null || !(received <= review.ContestDue), "final_report_received_date",
            $"is {received.Day()}; until {review.ContestDue.Day()} the team may contest the draft, so send a later day or decide its contest");
        if (fields.Problem is { } bad)
            return bad;
        (review.FinalReportIssuedDate, review.FinalReportReceivedDate) = (issued, received);
        review.Take(terms);
        return steps.Decided(step, received);
    }
}
