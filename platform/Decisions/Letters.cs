using System.Globalization;
using System.Text;
using System.Text.Json;
using Ips.Policies;
using Proto = Ips.Contracts.Common.V1;

namespace Ips.Platform.Decisions;

/// <summary>
/// A decision in the plain words of a letter, made of its receipt and of what a person decided on it: both under the same packs always give the same text.
/// It holds no name and no address; the sender puts them above and below.
/// </summary>
public static class Letters
{
    /// <summary>The letter about a stored decision.</summary>
    /// <param name="packs">Has the pack that decided: its words explain the rules.</param>
    /// <param name="stored">The decision.</param>
    /// <param name="withheld">The text that replaces a rule's reasons; null when they may be shown.</param>
    /// <param name="decided">What a person decided on it; null while no person did.</param>
    public static Proto.DecisionLetter Write(KeptPacks packs, StoredDecision stored, Func<string, string?> withheld, PersonsAnswer? decided = null)
    {
        using var receipt = JsonDocument.Parse(stored.ReadReceipt());
        return new()
        {
            Name = Receipts.NameOf(stored.Id),
            Text = Write(packs.Find(stored.PackHash), receipt.RootElement, withheld, decided),
        };
    }

    /// <summary>The text of a receipt. The words of a rule come from the pack only when it is the one that decided.</summary>
    internal static string Write(Pack? pack, JsonElement receipt, Func<string, string?> withheld, PersonsAnswer? decided = null)
    {
        var (question, program, verdict) = (Text(receipt, "decision"), Text(receipt, "program"), Enum.Parse<Verdict>(Text(receipt, "verdict")));
        var asOf = PlainWords.Of(Text(receipt, "asOf"));
        var words = pack?.Hash == Text(receipt, "packHash") ? pack : null;
        var findings = receipt.GetProperty("findings").EnumerateArray().ToList();
        var about = DecisionKinds.Find(question)?.About ?? question;

        StringBuilder letter = new();
        Line(letter, "The question");
        Line(letter, about.Contains("the as-of day", StringComparison.Ordinal) ? about.Replace("the as-of day", asOf, StringComparison.Ordinal)
            : $"{about} It is decided for {asOf}.");
        Line(letter, $"It was decided by the rules of {words?.Header.Title ?? program} (program {program}, version {Text(receipt, "packVersion")}).\n");
        Line(letter, "The answer");
        if (decided is not null)
            Line(letter, PlainWords.Sentence(decided.Answer) + (decided.Reason.Length == 0 ? "" : $"\nThe reason given: {decided.Reason}"));
        Line(letter, (decided is null ? "" : "The rules alone: ") + NextSteps.Answer(verdict) + "\n");

        var open = findings.Where(f => Decides(f) && VerdictOf(f) != Verdict.Met).OrderByDescending(VerdictOf).ToList();
        Reasons(letter, verdict == Verdict.Met ? "Why: every rule that decides is met" : "Why", verdict == Verdict.Met ? [.. findings.Where(Decides)]
            : open, words, withheld);
        if (verdict != Verdict.Met && findings.Where(f => Decides(f) && VerdictOf(f) == Verdict.Met).ToList() is { Count: > 0 } met)
            Reasons(letter, "What is met already", met, words, withheld);
        if (findings.Where(f => !Decides(f)).ToList() is { Count: > 0 } remarks)
            Reasons(letter, "What was considered as well", remarks, words, withheld);
        if (question == Policies.Admission.AdmissionDecision.Kind.Name && words is not null && AdmissionScope.Of(words) is { Length: > 0 } scope)
            Line(letter, scope + "\n");
        Values(letter, receipt.GetProperty("values"));
        Line(letter, "The next step");
        Line(letter, decided?.Next ?? NextSteps.After(question, verdict));
        return letter.ToString().TrimEnd() + "\n";
    }

    private static void Reasons(StringBuilder letter, string title, List<JsonElement> findings, Pack? words, Func<string, string?> withheld)
    {
        if (findings.Count == 0)
            return;
        Line(letter, title);
        foreach (var (i, finding) in findings.Index())
        {
            var (rule, citation) = (Text(finding, "rule"), finding.GetProperty("citation"));
            var instead = withheld(rule);
            var found = PlainWords.Sentence(instead ?? Text(finding, "because"));
            var ruleText = words?.Find(RuleId.Of(rule))?.Says;
            Line(letter, $"{(i + 1).ToString(CultureInfo.InvariantCulture)}. {ruleText ?? found}");
            if (ruleText is not null && found.Length > 0)
                Line(letter, $"   Found: {found}");
            if (finding.TryGetProperty("missingFacts", out var missing))
                Line(letter, $"   Not known yet: {string.Join(", ", missing.EnumerateArray().Select(m => PlainWords.Of(m.GetString()!)))}.");
            if (instead is null && finding.TryGetProperty("remedy", out var remedy))
                Line(letter, $"   What would change it: {PlainWords.Sentence(remedy.GetString()!)}");
            if (finding.TryGetProperty("decidedBy", out var who))
                Line(letter, $"   Who decides: {who.GetString()}.");
            var law = citation.TryGetProperty("law", out var statute) ? $"; {statute.GetString()}" : "";
            Line(letter, $"   Written in: {Text(citation, "document")}, {Text(citation, "section")}{law} ({rule}).");
        }

        letter.Append('\n');
    }

    private static void Values(StringBuilder letter, JsonElement values)
    {
        var shown = values.EnumerateObject()
            .Where(v => v.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False).ToList();
        if (shown.Count == 0)
            return;
        Line(letter, "What follows from it");
        foreach (var value in shown)
            Line(letter, $"- {PlainWords.Sentence(value.Name + ": " + Plain(value.Value))}");
        letter.Append('\n');
    }

    private static string Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };

    private static bool Decides(JsonElement finding) => finding.GetProperty("decides").GetBoolean();

    private static Verdict VerdictOf(JsonElement finding) => Enum.Parse<Verdict>(Text(finding, "verdict"));

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static void Line(StringBuilder letter, string text) => letter.Append(text).Append('\n');
}

/// <summary>What a person decided where the rules alone do not: the answer of a letter.</summary>
/// <param name="Answer">The answer, in days and words of the contract.</param>
public sealed record PersonsAnswer(string Answer)
{
    /// <summary>The reason as the person wrote it, with its rule; empty when none was given.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The next step; null when it is the one after the rules' own answer.</summary>
    public string? Next { get; init; }
}
