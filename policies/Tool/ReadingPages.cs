using System.Globalization;
using System.Text;

namespace Ips.Policies.Tool;

/// <summary>A page per program with the readings that its owner still has to confirm, those that move money first, and what each would change.</summary>
public static class ReadingPages
{
    // Decisions whose answer is an amount, units or a payer.
    private static readonly string[] AboutMoney = ["milestone", "claim-line", "service-note", "la-encounter", "tcl-invoice", "mo-billable"];

    /// <summary>The pages by file name. The same packs, rows and cases give the same bytes.</summary>
    public static IReadOnlyDictionary<string, string> Write(Checkout checkout)
    {
        var files = PackFiles.Below(checkout.Packs);
        PolicyEngine now = new(PackReader.Read(files));
        var examples = checkout.ReadQuestions().Select(q => new Example(q, AnswerTo(q, now))).ToLookup(q => q.Question.Program, StringComparer.Ordinal);
        var others = Mutations.Alternatives(files).ToLookup(m => m.Rule, m => (m.What, new PolicyEngine(PackReader.Read(m.Files))), StringComparer.Ordinal);
        return now.Programs.Values.OrderBy(p => p.Id, StringComparer.Ordinal)
            .ToDictionary(p => $"{p.Id}-readings.md", p => Page(p, others, [.. examples[p.Id]]), StringComparer.Ordinal);
    }

    private static string Page(Pack pack, ILookup<string, (string Name, PolicyEngine Engine)> others, IReadOnlyList<Example> examples)
    {
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $"# {pack.Header.Title}: readings to confirm\n\n");
        page.Append("Where the text can be read in two ways, the platform takes one. Confirm it, or name the sentence that contradicts it. The last column shows what the\n");
        page.Append("other reading would change: how many of the rows and cases of this program, and their dollars together. Readings that move money stand first.\n\n");
        page.Append("| rule | read as | reading not taken | decisions | under the reading not taken |\n| --- | --- | --- | --- | --- |\n");
        var open = pack.Rules.Where(r => r.NeedsConfirmation).Select(r => (Rule: r, Costs: others[r.Id.Value].Select(o => CostOf(r, o, examples)).ToList())).ToList();
        foreach (var (rule, costs) in open.OrderByDescending(o => o.Costs.Max(c => (decimal?)Math.Abs(c.Dollars)) ?? 0)
            .ThenByDescending(o => o.Rule.In.Intersect(AboutMoney).Any()).ThenByDescending(o => o.Costs.Max(c => (int?)c.Changed) ?? 0).ThenBy(o => o.Rule.Id.Value, StringComparer.Ordinal))
            page.Append(CultureInfo.InvariantCulture,
                $"| [{rule.Id}]({pack.Id}.md#{rule.Id.Value.ToLowerInvariant()}) | {Cell(rule.Reading)} | {Cell(rule.Alternative)} | {string.Join(", ", rule.In)} | {Words(costs)} |\n");
        return page.ToString();
    }

    private static Cost CostOf(RuleEntry rule, (string Name, PolicyEngine Engine) other, IReadOnlyList<Example> examples)
    {
        var (changed, tried, dollars) = (0, 0, 0m);
        foreach (var (question, answer) in examples.Where(q => rule.In.Contains(q.Question.Decision, StringComparer.Ordinal)))
        {
            if ((answer, AnswerTo(question, other.Engine)) is not ({ } before, { } after))
                continue;
            tried++;
            if (before.Text != after.Text)
                changed++;
            dollars += after.Dollars - before.Dollars;
        }

        return new(other.Name, changed, tried, dollars);
    }

    private static Answer? AnswerTo(DecisionCase question, PolicyEngine engine)
    {
        try
        {
            var decision = engine.Decide(question.Program, question.Decision, question.AsOf, question.Facts);
            var text = string.Join(' ', decision.Verdicts.Select(v => $"{v.Rule} {v.Verdict}").Prepend(decision.Verdict.ToString())
                .Concat(decision.Values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key} {RuleWords.Answer(v.Value)}")));
            return new(text, decision.Values.GetValueOrDefault("amount") as decimal? ?? 0);
        }
        catch (Exception e) when (e is InvalidRequestException or NotInForceException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Words(List<Cost> costs) => costs.Count == 0 ? "not a value: the evaluator changes" : string.Join("; ", costs.Select(cost =>
        string.Create(CultureInfo.InvariantCulture,
            $"`{cost.Name}`: {cost.Changed} of {cost.Tried} change{(cost.Dollars == 0 ? "" : $", {cost.Dollars:+#,0.00;-#,0.00} dollars")}")));

    private static string Cell(string? text) => text is null ? "" : ProgramPages.Plain(text).Replace("|", "\\|", StringComparison.Ordinal);

    /// <summary>A question with its answer under the packs as they are; null where it is refused.</summary>
    private sealed record Example(DecisionCase Question, Answer? Answer);

    private sealed record Answer(string Text, decimal Dollars);

    private sealed record Cost(string Name, int Changed, int Tried, decimal Dollars);
}
