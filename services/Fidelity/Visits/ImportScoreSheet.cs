using System.Globalization;
using Google.Protobuf;
using Ips.Contracts;
using Ips.Policies.Fidelity;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Visits;

/// <summary>
/// Stores the scores and evidence of a filled score sheet on the sheet of the evaluator who sends it; each cell that cannot be used is named.
/// </summary>
public sealed class ImportScoreSheet(VisitSteps steps, ScoreItems scoring)
{
    private const int MostBytes = 1024 * 1024;
    private const int MostLines = 1000;

    public Task<Result<Proto.ScoreSheetImport>> Handle(Proto.ImportScoreSheetRequest request, CancellationToken cancellationToken) =>
        Read(request.Content).Is(out var sheet, out var problem)
            ? steps.Run(new(), request.Name, request.Etag, request.ValidateOnly, request.RequestId, request, step => Decide(step, sheet.Lines), cancellationToken)
            : Task.FromResult<Result<Proto.ScoreSheetImport>>(problem);

    private static Result<TableFile> Read(ByteString content) => content.Length is 0 or > MostBytes
        ? new Problem.Invalid("content", $"has {content.Length} bytes; send 1 to {MostBytes}")
        : TableFile.Read(content.ToByteArray(), ["item", "score"], ["source", "practice_date", "reference", "note"], MostLines);

    private Result<Proto.ScoreSheetImport> Decide(VisitStep step, IReadOnlyList<TableFile.Line> lines)
    {
        if (!scoring.Sheet(step).Is(out var sheet, out var problem))
            return problem;
        var scale = FidelityScale.Find(step.Visit.Scale)!;
        List<Proto.CellError> errors = [];
        Dictionary<int, int> scores = [];
        List<ItemEvidence> evidence = [];
        foreach (var line in lines)
        {
            if (!int.TryParse(line["item"], NumberStyles.None, CultureInfo.InvariantCulture, out var item) || scale.Find(item) is null)
            {
                errors.Add(Error(line, "item", $"is '{Short(line["item"])}'; write the number of an item, 1 to {scale.Items.Count}"));
                continue;
            }

            if (line["score"].Length > 0 || line["source"].Length == 0)
                Score(line, item, scale, scores, errors);
            if (line["source"].Length > 0)
                Evidence(line, item, step, sheet, evidence, errors);
            else if (line["practice_date"].Length + line["reference"].Length + line["note"].Length > 0)
                errors.Add(Error(line, "source", $"is empty; evidence needs one of {Sources}"));
        }

        ScoreItems.Store(step, sheet, [.. scores.Select(s => new ItemScore(s.Key, s.Value))], evidence);
        return new Proto.ScoreSheetImport
        {
            Visit = steps.Moved(step),
            Scores = scores.Count,
            Evidence = evidence.Count,
            Errors = { errors },
            ItemsWithoutScore = { scale.Items.Select(i => i.Number).Where(i => sheet.Scores[i - 1] == 0) },
        };
    }

    private static string Sources => string.Join(", ", Enum.GetValues<Proto.EvidenceSource>().Where(s => s != default).Select(s => WireCode.Lower(s)));

    private static void Score(TableFile.Line line, int item, FidelityScale scale, Dictionary<int, int> scores, List<Proto.CellError> errors)
    {
        var written = line["score"];
        var range = $"write a whole number from {scale.LowestScore} to {scale.HighestScore}";
        if (written.Length == 0)
            errors.Add(Error(line, "score", $"is empty; {range}"));
        else if (!decimal.TryParse(written, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            errors.Add(Error(line, "score", $"is '{Short(written)}'; {range}"));
        else if (number != decimal.Truncate(number))
            errors.Add(Error(line, "score", $"is {written}; the scale has no scores in between, {range}"));
        else if (number < scale.LowestScore || number > scale.HighestScore)
            errors.Add(Error(line, "score", $"is {written}; {range}"));
        else if (!scores.TryAdd(item, (int)number) && scores[item] != (int)number)
            errors.Add(Error(line, "score", $"is another score of item {item} than an earlier line, {scores[item]}; write each item once"));
    }

    private static void Evidence(TableFile.Line line, int item, VisitStep step, ScoreSheet sheet, List<ItemEvidence> evidence,
        List<Proto.CellError> errors)
    {
        if (!WireCode.TryRead<Proto.EvidenceSource>(line["source"].ToUpperInvariant(), out var source) || source == default)
        {
            errors.Add(Error(line, "source", $"is '{Short(line["source"])}'; write one of {Sources}"));
            return;
        }

        RequestValidator fields = new();
        var read = ScoreItems.Evidence(fields, "",
            new() { Item = item, Source = source, PracticeDate = line["practice_date"], Reference = line["reference"], Note = line["note"] }, step, sheet);
        if (fields.Problem is Problem.Invalid wrong)
            errors.AddRange(wrong.Others.Prepend(wrong).Select(one => Error(line, one.Field, one.Why)));
        else
            evidence.Add(read);
    }

    private static string Short(string cell) => cell.Length > 40 ? cell[..40] : cell;

    private static Proto.CellError Error(TableFile.Line line, string column, string why) => new() { Line = line.Number, Column = column, Why = why };
}
