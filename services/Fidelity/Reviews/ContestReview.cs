using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Fidelity;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>
/// The team contests items of the draft (NC-FID-013 to -016). A contest that is not accepted is answered with its receipt and changes nothing: the team may choose
/// other items in time.
/// </summary>
public sealed class ContestReview(ReviewSteps steps, PolicyService policies)
{
    public Task<Result<Proto.Review>> Handle(Proto.ContestReviewRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var submitted = fields.Day("submitted_on", request.SubmittedOn);
        fields.Require(request.Items.Count > 0, "items", "is empty; send the numbers of the contested items");
        foreach (var (i, item) in request.Items.Index())
        {
            fields.Number($"items[{i}]", item, 1, FidelityScale.Ips25.Items.Count);
            fields.Require(request.Items.Take(i).All(other => other != item), $"items[{i}]", $"names item {item} twice; send each item once");
        }

        List<ContestEvidence> data = [];
        foreach (var (i, sent) in request.Data.Index())
        {
            fields.Require(request.Items.Contains(sent.Item), $"data[{i}].item", $"is {sent.Item}, which is not contested; send one of items");
            data.Add(new() { Item = sent.Item, PracticeDate = fields.Day($"data[{i}].practice_date", sent.PracticeDate) });
        }

        return steps.Run(fields, request.Name, request.Etag, request.ValidateOnly, request.RequestId, request,
            step => Decide(step, submitted, [.. request.Items], data), cancellationToken);
    }

    private Result<Proto.Review> Decide(ReviewStep step, DateOnly submitted, List<int> items, List<ContestEvidence> data)
    {
        var review = step.Review;
        if (!FidelityContestDecision.Kind.AppliesTo(policies.Engine.Programs[review.Program]))
            return new Problem.Conflict("contest", $"{review.Program} has no contest of a draft report");
        if (ReviewSteps.NotIn(review, Proto.ReviewState.DraftReceived) is { } refused)
            return refused;
        if (Problem.Invalid.IfBefore("submitted_on", submitted, review.DraftReceivedDate!.Value, "the day the draft was received") is { } early)
            return early;
        if (Problem.Invalid.IfAhead("submitted_on", submitted, step.Today) is { } ahead)
            return ahead;
        FidelityContestFacts facts = new()
        {
            DraftScore = review.Total,
            DraftReceivedDate = review.DraftReceivedDate,
            SubmittedDate = submitted,
            ContestedItems = items,
            Evidence = data,
            LastOnsiteDay = review.LastOnsiteDay,
        };
        if (!policies.Decide(review.Program, FidelityContestDecision.Kind, step.Today, facts).Is(out var decision, out var problem))
            return problem;
        step.Changes.Insert(policies.Store(decision, review.Provider, review.Id.Name, [new(review.Id.Value, review.Version)]));
        var receipt = decision.ToProto(stored: step.Store);
        if (decision.Decision.Verdict != Verdict.Met)
        {
            return review.ToProto(review.Decision!.ToProto(), stored: true, new()
            {
                SubmittedOn = submitted.Day(),
                Items = { items.Select(item => new Proto.ContestedItem { Item = item, DraftScore = review.Scores[item - 1] }) },
                Decision = receipt,
            });
        }

        (review.ContestSubmittedOn, review.ContestDecisionId, review.ContestedItems) = (submitted, decision.Id, items);
        review.ContestedScores = [.. items.Select(item => review.Scores[item - 1])];
        return steps.Moved(step, submitted, review.ContestToProto(receipt));
    }
}
