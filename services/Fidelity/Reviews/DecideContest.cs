using Ips.Policies.Fidelity;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>The organization that recorded the review decides each contested item: another score that the data shows, or the score of the draft.</summary>
public sealed class DecideContest(ReviewSteps steps)
{
    public Task<Result<Proto.Review>> Handle(Proto.DecideContestRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var decidedOn = fields.Day("decided_on", request.DecidedOn);
        var scale = FidelityScale.Ips25;
        foreach (var (i, item) in request.Items.Index())
        {
            fields.Number($"items[{i}].item", item.Item, 1, scale.Items.Count);
            fields.Number($"items[{i}].score", item.Score, scale.LowestScore, scale.HighestScore);
            fields.Choice($"items[{i}].outcome", item.Outcome);
            fields.Require(request.Items.Take(i).All(other => other.Item != item.Item), $"items[{i}].item", $"is {item.Item} twice; send each item once");
        }

        return steps.Run(fields, request.Name, request.Etag, request.ValidateOnly, request.RequestId, request,
            step => Decide(step, decidedOn, request.Items), cancellationToken);
    }

    private Result<Proto.Review> Decide(ReviewStep step, DateOnly decidedOn, IReadOnlyList<Proto.ContestedItemDecision> decided)
    {
        var review = step.Review;
        if (steps.NotTheRecorder(review) is { } forbidden)
            return forbidden;
        if (ReviewSteps.NotIn(review, Proto.ReviewState.Contested) is { } refused)
            return refused;
        if (Problem.Invalid.IfBefore("decided_on", decidedOn, review.ContestSubmittedOn!.Value, "the day of the contest") is { } early)
            return early;
        RequestValidator fields = new();
        fields.UpTo("decided_on", decidedOn, step.Today);
        foreach (var (i, item) in decided.Index())
        {
            fields.Require(review.ContestedItems.Contains(item.Item), $"items[{i}].item", $"is {item.Item}, which the team did not contest");
            if (review.ContestedItems.IndexOf(item.Item) is >= 0 and var at)
            {
                var changed = item.Score != review.ContestedScores[at];
                fields.Require(changed == (item.Outcome == Proto.ContestOutcome.Changed), $"items[{i}].outcome",
                    $"does not fit score {item.Score} after {review.ContestedScores[at]}; send CONTEST_OUTCOME_CHANGED with another score, and only then");
            }
        }

        foreach (var missing in review.ContestedItems.Where(contested => decided.All(item => item.Item != contested)))
            fields.Wrong("items", $"does not decide item {missing}; send every contested item");
        if (fields.Problem is { } bad)
            return bad;
        List<int> scores = [.. review.Scores];
        foreach (var item in decided)
            scores[item.Item - 1] = item.Score;
        (review.Scores, review.Total, review.ContestDecidedOn) = (scores, scores.Sum(), decidedOn);
        review.ContestOutcomes = [.. review.ContestedItems.Select(contested => (int)decided.First(item => item.Item == contested).Outcome)];
        return steps.Moved(step, decidedOn);
    }
}
