using Ips.Policies.Fidelity;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Visits;

/// <summary>An evaluator scores items on the own sheet, with evidence, and closes it when every item is scored.</summary>
public sealed class ScoreItems(VisitSteps steps, Caller caller)
{
    private const int LongestReference = 100;
    private const int LongestNote = 500;
    private const int MostEvidence = 500;

    public Task<Result<Proto.Visit>> Handle(Proto.ScoreItemsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Require(request.Scores.Count > 0 || request.Evidence.Count > 0 || request.Submit, "scores", "is empty; send scores, evidence, or submit");
        return steps.Run(fields, request.Name, request.Etag, request.ValidateOnly, request.RequestId, request, step => Decide(step, request),
            cancellationToken);
    }

    private Result<Proto.Visit> Decide(VisitStep step, Proto.ScoreItemsRequest request)
    {
        if (!Sheet(step).Is(out var sheet, out var problem))
            return problem;
        RequestValidator fields = new();
        var scale = FidelityScale.Find(step.Visit.Scale)!;
        foreach (var (i, score) in request.Scores.Index())
        {
            fields.Number($"scores[{i}].item", score.Item, 1, scale.Items.Count);
            fields.Number($"scores[{i}].score", score.Score, scale.LowestScore, scale.HighestScore);
            fields.Require(request.Scores.Take(i).All(other => other.Item != score.Item), $"scores[{i}].item", $"is {score.Item} twice; send each item once");
        }

        List<ItemEvidence> evidence = [.. request.Evidence.Select((sent, i) => Evidence(fields, $"evidence[{i}].", sent, step, sheet))];
        fields.Require(step.Visit.Evidence.Count + evidence.Count <= MostEvidence, "evidence", $"would be more than {MostEvidence} pieces of a visit");
        if (fields.Problem is { } bad)
            return bad;
        Store(step, sheet, [.. request.Scores.Select(s => new ItemScore(s.Item, s.Score))], evidence);
        if (!request.Submit)
            return steps.Moved(step);
        foreach (var item in scale.Items.Where(item => sheet.Scores[item.Number - 1] == 0))
            fields.Wrong("scores", $"leave item {item.Number} without a score; score every item before the sheet is closed");
        fields.Require(step.Today >= step.Visit.FirstOnsiteDay, "submit", $"comes before {step.Visit.FirstOnsiteDay.Day()}, the first day on site");
        if (fields.Problem is { } incomplete)
            return incomplete;
        sheet.SubmittedAt = step.Changes.Now;
        return steps.Moved(step);
    }

    /// <summary>The open sheet of the caller, which is an evaluator of the visit.</summary>
    internal Result<ScoreSheet> Sheet(VisitStep step)
    {
        if (step.Visit.SheetOf(caller) is not { } sheet)
            return new Problem.Forbidden("only an evaluator who is appointed for the visit scores items");
        if (VisitSteps.NotIn(step.Visit, Proto.VisitState.Scheduled, Proto.VisitState.Scoring) is { } refused)
            return refused;
        return sheet.SubmittedAt is null ? sheet
            : new Problem.Conflict("score sheet", "the sheet is closed; what the evaluators agree on goes into the consensus");
    }

    /// <summary>A piece of evidence of a request; what is wrong with it is added to the fields.</summary>
    internal static ItemEvidence Evidence(RequestValidator fields, string at, Proto.ItemEvidence sent, VisitStep step, ScoreSheet sheet)
    {
        var practice = fields.Day($"{at}practice_date", sent.PracticeDate);
        fields.Require(practice <= step.Visit.LastOnsiteDay, $"{at}practice_date",
            $"is after {step.Visit.LastOnsiteDay.Day()}, the last day on site; practice after the visit is not considered");
        fields.UpTo($"{at}practice_date", practice, step.Today);
        fields.Require(sent.Reference.Length <= LongestReference, $"{at}reference", $"has {sent.Reference.Length} characters; send at most {LongestReference}");
        fields.Require(sent.Note.Length <= LongestNote, $"{at}note", $"has {sent.Note.Length} characters; send at most {LongestNote}");
        return new()
        {
            Id = Guid.CreateVersion7(step.Changes.Now),
            VisitId = step.Visit.Id,
            SheetId = sheet.Id,
            Item = fields.Number($"{at}item", sent.Item, 1, FidelityScale.Find(step.Visit.Scale)!.Items.Count),
            Source = fields.Choice($"{at}source", sent.Source),
            PracticeDate = practice,
            Reference = sent.Reference.Trim(),
            Note = sent.Note.Trim(),
        };
    }

    /// <summary>Writes scores and evidence on the sheet.</summary>
    internal static void Store(VisitStep step, ScoreSheet sheet, IReadOnlyList<ItemScore> scores, IReadOnlyList<ItemEvidence> evidence)
    {
        List<int> all = [.. sheet.Scores];
        foreach (var (item, score) in scores)
            all[item - 1] = score;
        sheet.Scores = all;
        step.Changes.Update(sheet);
        foreach (var one in evidence)
            step.Visit.Evidence.Add(step.Changes.Insert(one));
    }
}
