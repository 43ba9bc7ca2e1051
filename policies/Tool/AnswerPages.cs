using System.Globalization;
using System.Text;

namespace Ips.Policies.Tool;

/// <summary>A page per pack with the answer to each of its rows, in the words that people get: what is read when a wording is disputed or changed.</summary>
public static class AnswerPages
{
    /// <summary>The pages by file name. The same packs and rows produce the same bytes.</summary>
    public static IReadOnlyDictionary<string, string> Write(PolicyEngine engine, IReadOnlyList<RuleRow> rows) =>
        rows.GroupBy(r => r.File.Split('/')[0], StringComparer.Ordinal).ToDictionary(p => $"{p.Key}-answers.md", p => Page(engine, p), StringComparer.Ordinal);

    /// <summary>The answer of the row's rule: verdict, reason, missing facts and remedy.</summary>
    public static string Sentence(PolicyEngine engine, RuleRow row)
    {
        var rule = RuleId.Of(row.Rule);
        var decision = engine.Decide(row.Program, row.Decision, row.AsOf, row.Facts);
        return decision.Findings.FirstOrDefault(f => f.Rule == rule) is not { } finding
            ? "the rule is not evaluated"
            : $"{finding.Verdict}{(finding.Decides ? "" : ", a remark")}: {finding.Reason}"
                + (finding.MissingFacts.Count == 0 ? "" : $"; missing: {string.Join(", ", finding.MissingFacts)}")
                + (finding.Remedy is null ? "" : $"; remedy: {finding.Remedy}");
    }

    private static string Page(PolicyEngine engine, IEnumerable<RuleRow> rows)
    {
        StringBuilder page = new();
        page.Append("# Answers to the rows of `").Append(rows.First().File.Split('/')[0]).Append("`\n\n");
        page.Append("Written from the rows beside the pack by `dotnet run --project policies/Tool -- docs docs/programs`. A changed reason shows here as a changed line.\n");
        foreach (var rule in rows.GroupBy(r => r.Rule, StringComparer.Ordinal).OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            page.Append("\n## ").Append(rule.Key).Append("\n\n");
            foreach (var row in rule)
                page.Append(CultureInfo.InvariantCulture, $"- {row.Name} ({row.Decision}, {row.Program}, {row.AsOf:yyyy-MM-dd}): `{Sentence(engine, row)}`\n");
        }

        return page.ToString();
    }
}
