using System.Text.Json;

namespace Ips.Policies.Tool.Guarding;

/// <summary>The results of all rows and cases: which rule was evaluated in which decision.</summary>
public sealed class Evidence
{
    private readonly Dictionary<RuleId, SortedSet<string>> _decisions = [];
    private readonly ILookup<RuleId, RuleRow> _rows;
    private readonly ILookup<RuleId, string> _cases;

    private Evidence(IReadOnlyList<RuleRow> rows, IReadOnlyList<DecisionCase> cases)
    {
        _rows = rows.ToLookup(r => RuleId.Of(r.Rule));
        _cases = cases.SelectMany(c => RulesExpected(c).Select(r => (Rule: r, c.Id))).ToLookup(c => c.Rule, c => c.Id);
    }

    /// <summary>What differs from rows and cases.</summary>
    public IReadOnlyList<(DecisionCase Question, CaseFailure Failure)> Failures { get; private init; } = [];

    /// <summary>Decides every row and case.</summary>
    public static Evidence Gather(PolicyEngine engine, IReadOnlyList<RuleRow> rows, IReadOnlyList<DecisionCase> cases)
    {
        List<(DecisionCase, CaseFailure)> failures = [];
        Evidence evidence = new(rows, cases) { Failures = failures };
        foreach (var question in rows.Select(r => r.ToCase()).Concat(cases))
        {
            failures.AddRange(CaseRunner.Run(engine, question).Select(f => (question, f)));
            if (Decide(engine, question) is not { } decision)
                continue;
            foreach (var (rule, _) in decision.Verdicts)
            {
                if (!evidence._decisions.TryGetValue(rule, out var names))
                    evidence._decisions[rule] = names = new(StringComparer.Ordinal);
                names.Add(decision.Name);
            }
        }

        return evidence;
    }

    /// <summary>The decisions in which the rule was evaluated, in order of name.</summary>
    public IReadOnlyCollection<string> DecisionsOf(RuleId rule) => _decisions.TryGetValue(rule, out var names) ? names : [];

    /// <summary>The rows that name the rule.</summary>
    public IEnumerable<RuleRow> RowsOf(RuleId rule) => _rows[rule];

    /// <summary>The different verdicts that the rule's rows expect; "not evaluated" is one of them.</summary>
    public IReadOnlyCollection<string> SidesOf(RuleId rule) => [.. _rows[rule].Select(r => r.Verdict).OfType<string>()
        .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The cases that name the rule.</summary>
    public IEnumerable<string> CasesOf(RuleId rule) => _cases[rule];

    /// <summary>The decision, or <see langword="null"/> where the request is refused.</summary>
    internal static Decision? Decide(PolicyEngine engine, DecisionCase question) => Decide(engine, question, question.Facts);

    /// <summary>The decision on other facts than the question's, or <see langword="null"/> where the request is refused.</summary>
    internal static Decision? Decide(PolicyEngine engine, DecisionCase question, JsonElement facts)
    {
        try
        {
            return engine.Decide(question.Program, question.Decision, question.AsOf, facts);
        }
        catch (Exception e) when (e is InvalidRequestException or NotInForceException)
        {
            return null;
        }
    }

    private static IEnumerable<RuleId> RulesExpected(DecisionCase question) =>
        question.Json.GetProperty("expect").TryGetProperty("rules", out JsonElement rules) ? rules.EnumerateObject().Select(r => RuleId.Of(r.Name)) : [];
}
