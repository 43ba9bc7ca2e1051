using Ips.Policies.Fidelity;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Visits;

/// <summary>The evaluators agree on one score for each item, with the reason where they scored it differently.</summary>
public sealed class RecordConsensus(VisitSteps steps, Caller caller)
{
    private const int LongestReason = 500;

    public Task<Result<Proto.Visit>> Handle(Proto.RecordConsensusRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        foreach (var (i, item) in request.Items.Index())
        {
            fields.Require(request.Items.Take(i).All(other => other.Item != item.Item), $"items[{i}].item", $"is {item.Item} twice; send each item once");
            fields.Require(item.Reason.Length <= LongestReason, $"items[{i}].reason", $"has {item.Reason.Length} characters; send at most {LongestReason}");
        }

        return steps.Run(fields, request.Name, request.Etag, request.ValidateOnly, request.RequestId, request, step => Decide(step, request.Items),
            cancellationToken);
    }

    private Result<Proto.Visit> Decide(VisitStep step, IReadOnlyList<Proto.ConsensusItem> agreed)
    {
        var visit = step.Visit;
        if (visit.SheetOf(caller) is null && steps.NotThePlanner(visit) is { })
            return new Problem.Forbidden("only an evaluator of the visit, or the organization that planned it, records the consensus");
        if (VisitSteps.NotIn(visit, Proto.VisitState.Scored, Proto.VisitState.Agreed) is { } refused)
            return refused;
        RequestValidator fields = new();
        var scale = FidelityScale.Find(visit.Scale)!;
        List<int> scores = [.. visit.Sheets[0].Scores];
        List<string> reasons = [.. scores.Select(_ => "")];
        foreach (var (i, item) in agreed.Index())
        {
            fields.Number($"items[{i}].item", item.Item, 1, scale.Items.Count);
            fields.Number($"items[{i}].score", item.Score, scale.LowestScore, scale.HighestScore);
            if (scale.Find(item.Item) is null)
                continue;
            var given = visit.Sheets.Select(sheet => sheet.Scores[item.Item - 1]).ToList();
            fields.Require(item.Reason.Trim().Length > 0 || given.TrueForAll(score => score == item.Score), $"items[{i}].reason",
                $"is missing; the evaluators scored item {item.Item} with {string.Join(", ", given)}, so say why it is {item.Score}");
            (scores[item.Item - 1], reasons[item.Item - 1]) = (item.Score, item.Reason.Trim());
        }

        foreach (var missing in visit.Differing.Where(differing => agreed.All(item => item.Item != differing)))
            fields.Wrong("items", $"does not settle item {missing}, which the evaluators scored differently");
        if (fields.Problem is { } bad)
            return bad;
        (visit.AgreedScores, visit.AgreedReasons) = (scores, reasons);
        return steps.Moved(step);
    }
}
