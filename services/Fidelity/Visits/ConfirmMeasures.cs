using Ips.Contracts;
using Ips.Fidelity.Db;
using Ips.Fidelity.Measures;
using Ips.Policies.Fidelity;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Visits;

/// <summary>An evaluator confirms the anchors of measured numbers, or overrides them with a reason. The number is stored as evidence of the item.</summary>
public sealed class ConfirmMeasures(FidelityDb db, VisitSteps steps, ScoreItems scoring, MeasureTeam measures)
{
    private const int LongestReason = 300;

    public async Task<Result<Proto.Visit>> Handle(Proto.ConfirmMeasuresRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<VisitId>("name", request.Name);
        fields.Require(request.Items.Count > 0, "items", "is empty; send the items that you confirm");
        foreach (var (i, item) in request.Items.Index())
        {
            fields.Require(request.Items.Take(i).All(other => other.Item != item.Item), $"items[{i}].item", $"is {item.Item} twice; send each item once");
            fields.Require(item.Reason.Length <= LongestReason, $"items[{i}].reason", $"has {item.Reason.Length} characters; send at most {LongestReason}");
        }

        if (fields.Problem is { } bad)
            return bad;
        if (await db.Visits.AsNoTracking().SingleOrDefaultAsync(v => v.Id == id, cancellationToken) is not { } visit)
            return new Problem.NotFound("visit", request.Name);
        var work = await measures.Read(FidelityScale.Find(visit.Scale)!, visit.TeamId, visit.Program, MeasureTeam.PeriodBefore(visit.LastOnsiteDay),
            visit.LastOnsiteDay, cancellationToken);
        return await steps.Run(fields, request.Name, request.Etag, request.ValidateOnly, request.RequestId, request, step =>
            Decide(step, request.Items, work.Items()), cancellationToken);
    }

    private Result<Proto.Visit> Decide(VisitStep step, IReadOnlyList<Proto.MeasuredScore> sent, IReadOnlyList<Measured> measured)
    {
        if (!scoring.Sheet(step).Is(out var sheet, out var problem))
            return problem;
        RequestValidator fields = new();
        var scale = FidelityScale.Find(step.Visit.Scale)!;
        fields.Require(step.Today >= step.Visit.LastOnsiteDay, "name",
            $"is of a visit until {step.Visit.LastOnsiteDay.Day()}; its numbers are complete after that day");
        List<ItemEvidence> evidence = [];
        foreach (var (i, item) in sent.Index())
        {
            fields.Number($"items[{i}].item", item.Item, 1, scale.Items.Count);
            fields.Number($"items[{i}].score", item.Score, scale.LowestScore, scale.HighestScore);
            if (scale.Find(item.Item) is null)
                continue;
            var known = measured[item.Item - 1];
            if (known.Number is null)
            {
                fields.Wrong($"items[{i}].item", $"is {item.Item}, which has no number in the period; score it with ScoreItems");
                continue;
            }

            fields.Require(known.Anchor == item.Score || item.Reason.Trim().Length > 0, $"items[{i}].reason",
                $"is missing; the number {known.Text} falls on {(known.Anchor is { } anchor ? $"anchor {anchor}" : "no anchor by itself")}, so say why the score is {item.Score}");
            evidence.Add(new()
            {
                Id = Guid.CreateVersion7(step.Changes.Now),
                VisitId = step.Visit.Id,
                SheetId = sheet.Id,
                Item = item.Item,
                Source = Proto.EvidenceSource.Operations,
                PracticeDate = step.Visit.LastOnsiteDay,
                Reference = known.Digest,
                Note = $"{known.Text} {known.Quantity}; {known.Events.Count} events; {(known.Anchor == item.Score ? "confirmed" : $"overridden: {item.Reason.Trim()}")}",
            });
        }

        if (fields.Problem is { } bad)
            return bad;
        ScoreItems.Store(step, sheet, [.. sent.Select(s => new ItemScore(s.Item, s.Score))], evidence);
        return steps.Moved(step);
    }
}
