using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Ips.Policies.Tool;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>A more generous limit never turns a yes into a no, whatever the days.</summary>
public sealed class LimitTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(400);

    public static TheoryData<string, string, string, string, string, string, bool> Limits => new()
    {
        // file, entry's value, program, decision, fact with a day, rule, whether more is more generous
        { "nc-core/eligibility.yaml", "lookback_days", "nc-core", "admission", "otherBhServiceLastContact", "NCC-ELIG-006", true },
        { "nc-state/eligibility.yaml", "valid_years", "nc-state", "admission", "assessmentDate", "NC-ELIG-013", true },
        { "nc-state/eligibility.yaml", "min_age", "nc-state", "admission", "birthDate", "NC-ELIG-003", false },
        { "la/eligibility.yaml", "min_age", "la-acla", "admission", "birthDate", "LA-ELIG-001", false },
    };

    [Theory, MemberData(nameof(Limits))]
    public void Generous_limit_never_denies(string file, string name, string program, string decision, string fact, string rule, bool moreIsGenerous)
    {
        var question = Asking(program, decision, rule);
        var (now, generous) = (PolicyEngine.Shipped, Generous(file, name, rule, moreIsGenerous ? 1 : -1));
        Prop.ForAll(Gen.Choose(0, 40_000).ToArbitrary(), daysAgo =>
        {
            var facts = Questions.FactsOf(question);
            facts[fact] = Day(question.AsOf.AddDays(-(daysAgo % 9_200)));
            var before = Questions.Decide(question, facts, engine: now).VerdictOf(RuleId.Of(rule));
            var after = Questions.Decide(question, facts, engine: generous).VerdictOf(RuleId.Of(rule));
            return before is not null && (before != Verdict.Met || after == Verdict.Met);
        }).Check(Runs);
    }

    [Theory, MemberData(nameof(Limits))]
    public void Generous_limit_allows_some(string file, string name, string program, string decision, string fact, string rule, bool moreIsGenerous)
    {
        var question = Asking(program, decision, rule);
        var generous = Generous(file, name, rule, moreIsGenerous ? 1 : -1);
        Assert.Contains(Enumerable.Range(0, 9_200), daysAgo =>
        {
            var facts = Questions.FactsOf(question);
            facts[fact] = Day(question.AsOf.AddDays(-daysAgo));
            return Questions.Decide(question, facts).VerdictOf(RuleId.Of(rule)) == Verdict.NotMet
                && Questions.Decide(question, facts, engine: generous).VerdictOf(RuleId.Of(rule)) == Verdict.Met;
        });
    }

    private static DecisionCase Asking(string program, string decision, string rule) =>
        Questions.All.First(q => q.Program == program && q.Decision == decision && Questions.Decide(q, Questions.FactsOf(q))
            .VerdictOf(RuleId.Of(rule)) == Verdict.Met);

    private static JsonNode Day(DateOnly day) => JsonValue.Create(day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The shipped packs with one value of one rule changed by <paramref name="by"/>.</summary>
    private static PolicyEngine Generous(string file, string name, string rule, int by)
    {
        var files = PackFiles.Shipped().ToDictionary(StringComparer.Ordinal);
        var lines = files[file].Split('\n');
        var entry = Array.FindIndex(lines, l => l.TrimEnd() == $"  - id: {rule}");
        var at = Array.FindIndex(lines, entry, l => l.TrimStart().StartsWith($"{name}:", StringComparison.Ordinal));
        var value = PackReader.ReadShipped().SelectMany(p => p.Own).Single(r => r.Id.Value == rule).Parameters.Single(p => p.Name == name)
            .Values.Single().Value;
        lines[at] = lines[at].Replace($"value: {value}", $"value: {(int)value + by}", StringComparison.Ordinal);
        files[file] = string.Join('\n', lines);
        return new(PackReader.Read(files));
    }
}
