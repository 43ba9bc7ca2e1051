using System.Globalization;
using System.Text;

namespace Ips.Policies.Tool;

/// <summary>A page per program: every rule with its values, its place in the text, its reading and its kind, for a program manager to read and
/// dispute.</summary>
public static class ProgramPages
{
    /// <summary>These pages and those of <see cref="AnswerPages"/>, <see cref="ReadingPages"/> and <see cref="FactPage"/>.</summary>
    public static IReadOnlyDictionary<string, string> All(Checkout checkout)
    {
        var packs = checkout.ReadPacks();
        PolicyEngine engine = new(packs);
        var use = ServiceUse.Read(checkout);
        var reach = Reach.Of(checkout, engine);
        return Write(packs, reach).Concat(AnswerPages.Write(engine, RowFiles.Read(checkout.Packs))).Concat(ReadingPages.Write(checkout))
            .Append(new("facts.md", FactPage.Write(packs, checkout, use))).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>The pages by file name. The same packs, rows and services give the same bytes.</summary>
    public static IReadOnlyDictionary<string, string> Write(IReadOnlyList<Pack> packs, Reach reach) => packs.Where(p => p.Header.IsProgram)
        .OrderBy(p => p.Id, StringComparer.Ordinal).ToDictionary(p => $"{p.Id}.md", p => Page(p, reach), StringComparer.Ordinal);

    private static string Page(Pack pack, Reach reach)
    {
        StringBuilder page = new();
        Head(pack, reach, page);
        for (var from = pack; from is not null; from = from.Parent)
        {
            if (from.Own.Count == 0)
                continue;
            var since = pack.Header.ExtendsFrom is { } day ? $" from {RuleWords.Day(day)}" : "";
            if (from != pack)
                Line(page, $"# Inherited{since}: {from.Header.Title}\n");
            foreach (var topic in from.Own.GroupBy(r => r.Topic, StringComparer.Ordinal).OrderBy(t => t.Key, StringComparer.Ordinal))
            {
                Line(page, $"## {RuleWords.Title(topic.Key)}\n");
                foreach (var rule in topic)
                    Rule(pack, pack.Find(rule.Id)!, reach, page);
            }
        }

        return page.ToString().TrimEnd('\n') + "\n";
    }

    private static void Head(Pack pack, Reach reach, StringBuilder page)
    {
        var header = pack.Header;
        Line(page, $"# {header.Title}\n");
        Line(page, "Every rule that the platform applies in this program, as it reads the text. The page is written from the packs by");
        Line(page, "`dotnet run --project policies/Tool -- docs docs/programs`; to change it, change the pack ([how](../how-to-change-a-rule.md)).");
        Line(page, "To dispute a rule, name its id and the sentence of the document that contradicts it.\n");
        Line(page, $"- Program `{header.Id}`, version {header.Version} of the encoding; days are those of {header.TimeZone}.");
        Line(page, $"- The text is in force from {RuleWords.Day(header.InForceFrom)}. {Earlier(header)}");
        Line(page, $"- Steward: {header.Steward}.");
        if (header.IsProgram)
        {
            var whose = pack.Jurisdiction;
            Line(page, $"- Jurisdiction: {whose.State}. `{whose.StateAgency}` reads the numbers, referrals are addressed to `{whose.VrAgency}`; "
                + $"payers are organizations of kind {string.Join(", ", whose.PayerKinds)}.");
        }

        for (var from = pack; from is not null; from = from.Parent)
        {
            foreach (var source in from.Header.Sources.Values)
                Line(page, $"- Document: {source.Title}{Dates(source)}.");
        }

        var kinds = pack.Rules.GroupBy(r => r.Kind).OrderBy(g => g.Key)
            .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {Codes.Of(g.Key)}"));
        Line(page, string.Create(CultureInfo.InvariantCulture, $"- {pack.Rules.Count} rules: {string.Join(", ", kinds)}."));
        Line(page, string.Create(CultureInfo.InvariantCulture,
            $"- {reach.NotYet(pack).Count} of the evaluated and scheduled rules are not yet answered by a service; the [facts](facts.md) say what is missing."));
        var unconfirmed = pack.Rules.Count(r => r.NeedsConfirmation);
        Line(page, string.Create(CultureInfo.InvariantCulture,
            $"- [{unconfirmed} readings]({header.Id}-readings.md) wait for confirmation by the owner of the policy, those that move money first. "));
        Line(page, "  Below they are marked with **to confirm**.\n");
    }

    private static string Dates(PackSource source) => (source.From is { } from ? $"; in force from {RuleWords.Day(from)}" : "")
        + (source.ReviewBy is { } review ? $"; to be reviewed by {RuleWords.Day(review)}, as it says itself: later answers say that this has passed" : "");

    private static string Earlier(PackHeader header) => header.Before is { } before
        ? $"For an earlier day the answer is {before.Verdict} by {before.Rule}; no other rule is evaluated."
        : "A question about an earlier day is refused.";

    private static void Rule(Pack pack, RuleEntry rule, Reach reach, StringBuilder page)
    {
        Line(page, $"### {rule.Id}\n");
        Line(page, $"{Plain(rule.Says)}\n");
        Line(page, $"- Written in: {Plain(rule.Citation.ToString())}");
        Line(page, $"- In force: {RuleWords.Span(rule.From, rule.Through)}; service {rule.Service}");
        Line(page, $"- Kind: {Plain(RuleWords.Kind(rule))}{(rule.Always is { } always ? $"; the answer is always {always}" : "")}");
        if (rule.In.Count > 0)
            Line(page, $"- Decisions: {string.Join(", ", rule.In)}");
        if (Reach.IsDue(rule))
            Line(page, $"- Answered by: {By(reach.By(pack, rule))}");
        Optional("On the boundary", rule.Boundary, page);
        Optional(rule.NeedsConfirmation ? "Reading (**to confirm**)" : "Reading", rule.Reading, page);
        Optional("Reading not taken", rule.Alternative, page);
        Line(page, "");
        if (rule.Parameters.Count == 0)
            return;
        Line(page, "| value | unit | is | in force | picked by | written in |");
        Line(page, "| --- | --- | --- | --- | --- | --- |");
        foreach (var parameter in rule.Parameters)
        {
            foreach (var value in parameter.Values)
            {
                var cite = value.Citation == rule.Citation ? "as above" : Plain(value.Citation.ToString());
                Line(page, $"| {parameter.Name} | {parameter.Unit} | {Cell(RuleWords.Value(value.Value))} | {RuleWords.Span(value.From, value.Through)} | {parameter.PickedBy} | {Cell(cite)} |");
            }

            if (parameter.Alternative is { } other)
                Line(page, $"| {parameter.Name} | {parameter.Unit} | {Cell(Plain(other))} | under the reading not taken | {parameter.PickedBy} | |");
        }

        Line(page, "");
    }

    private static string By(IReadOnlyList<ServiceAsks> services) => services.Count == 0 ? "no service yet"
        : string.Join("; ", services.Select(s => $"{s.Service} ({string.Join(", ", s.Rpcs)})"));

    private static void Optional(string label, string? text, StringBuilder page)
    {
        if (text is not null)
            Line(page, $"- {label}: {Plain(text)}");
    }

    private static void Line(StringBuilder page, string text) => page.Append(text).Append('\n');

    internal static string Plain(string text) => text.Replace("<", "&lt;", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal);

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
