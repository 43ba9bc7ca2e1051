using System.Text;
using System.Text.Json;

namespace Ips.Policies;

/// <summary>One thing in which two answers to the same question differ.</summary>
/// <param name="What"><c>verdict</c>, the id of a rule, or the name of a value.</param>
/// <param name="Before">A verdict or a value as a receipt writes it; null when there was none.</param>
/// <param name="After">The same after the change.</param>
public sealed record AnswerChange(string What, string? Before, string? After)
{
    /// <summary>The verdict of the whole answer.</summary>
    public const string Verdict = "verdict";

    /// <summary>The reason that the rule gives after the change; empty for a verdict or a value. It may hold facts of a person.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Whether a rule answers differently.</summary>
    public bool IsRule { get; init; }

    /// <summary>The value before, unwritten: a day, an amount of money, a count or a code; null for a verdict or a rule, or when there was none.</summary>
    public object? ValueBefore { get; init; }

    /// <inheritdoc cref="ValueBefore"/>
    public object? ValueAfter { get; init; }
}

/// <summary>Compares the answers that two engines give to one question: what a draft of a policy would change.</summary>
public static class AnswerChanges
{
    /// <summary>What differs: the verdict, then rules, then values by name; empty when nothing does.</summary>
    /// <inheritdoc cref="PolicyEngine.Decide(string, string, DateOnly, JsonElement)"/>
    /// <param name="now">The engine in force.</param>
    /// <param name="draft">The engine with the draft.</param>
    /// <param name="program">Id of a program.</param>
    /// <param name="decision">Name of a decision.</param>
    /// <param name="asOf">The as-of day.</param>
    /// <param name="facts">A JSON object with the fact names of the decision. Facts that an engine refuses are an answer too, by its error.</param>
    public static IReadOnlyList<AnswerChange> Between(
        PolicyEngine now, PolicyEngine draft, string program, string decision, DateOnly asOf, JsonElement facts)
    {
        var ((before, refusedBefore), (after, refusedAfter)) = (Decide(now), Decide(draft));
        List<AnswerChange> changes = [];
        var (was, becomes) = (before?.Verdict.ToString() ?? refusedBefore, after?.Verdict.ToString() ?? refusedAfter);
        if (was != becomes)
            changes.Add(new(AnswerChange.Verdict, was, becomes));
        var (rules, rulesAfter) = (ByRule(before), ByRule(after));
        foreach (var rule in rules.Keys.Union(rulesAfter.Keys, StringComparer.Ordinal))
        {
            var (one, other) = (rules.GetValueOrDefault(rule), rulesAfter.GetValueOrDefault(rule));
            if (one?.Verdict != other?.Verdict)
                changes.Add(new(rule, one?.Verdict.ToString(), other?.Verdict.ToString()) { IsRule = true, Reason = other?.Reason ?? "" });
        }

        foreach (var name in (before?.Values.Keys ?? []).Union(after?.Values.Keys ?? [], StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (one, other) = (before?.Values.GetValueOrDefault(name), after?.Values.GetValueOrDefault(name));
            if (Written(one) != Written(other))
                changes.Add(new(name, Written(one), Written(other)) { ValueBefore = one, ValueAfter = other });
        }

        return changes;

        (Decision? Decision, string Refused) Decide(PolicyEngine engine)
        {
            try
            {
                return (engine.Decide(program, decision, asOf, facts), "");
            }
            catch (Exception refused) when (refused is InvalidRequestException or NotInForceException)
            {
                return (null, $"refused ({refused.Message})");
            }
        }
    }

    private static Dictionary<string, Finding> ByRule(Decision? decision) =>
        (decision?.Findings ?? []).DistinctBy(f => f.Rule.Value, StringComparer.Ordinal).ToDictionary(f => f.Rule.Value, StringComparer.Ordinal);

    private static string? Written(object? value)
    {
        if (value is null)
            return null;
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
            Receipt.WriteValue(json, value);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
