namespace Ips.Policies.Tool.Guarding;

/// <summary>The values that evaluators ask for and the values that the packs give are the same, with the same types.</summary>
internal static class ParameterGuards
{
    public static IEnumerable<PackProblem> Check(IReadOnlyDictionary<RuleId, RuleEntry> rules)
    {
        Guards.RunStaticConstructors();
        var asked = Parameter.Asked.ToDictionary(p => (p.Rule, p.Name));
        foreach (var parameter in asked.Values.OrderBy(p => p.ToString(), StringComparer.Ordinal))
        {
            if (!rules.TryGetValue(parameter.Rule, out var rule))
                yield return new("packs", 1, $"an evaluator asks for {parameter}, but no pack states {parameter.Rule}", "add the rule's entry, or correct the id in the evaluator");
            else if (rule.Parameters.FirstOrDefault(p => p.Name == parameter.Name) is not { } entry)
                yield return Guards.At(rule, $"an evaluator asks for {parameter}, which the entry does not give", $"add parameters: {parameter.Name}: with unit and dated values");
            else if (TypeOf(entry.Unit) != parameter.ValueType)
                yield return Guards.At(rule, $"{parameter} has the unit {entry.Unit}, but its evaluator reads {Words(parameter.ValueType)}", $"write a unit of {Words(parameter.ValueType)}, or change the evaluator");
        }

        foreach (var rule in rules.Values.Where(r => r.Kind == RuleKind.Evaluated || r.In.Count > 0))
        {
            foreach (var entry in rule.Parameters.Where(p => !asked.ContainsKey((rule.Id, p.Name))))
                yield return Guards.At(rule, $"no evaluator asks for {rule.Id}.{entry.Name}", "take the value out, or let the evaluator use it: a value in a pack must count");
        }
    }

    /// <summary>The type that the reader gives a value of this unit.</summary>
    private static Type TypeOf(string unit) => unit switch
    {
        "usd" or "ratio" => typeof(decimal),
        "day" => typeof(DateOnly),
        "choice" => typeof(string),
        "codes" => typeof(IReadOnlyList<string>),
        _ => typeof(int),
    };

    private static string Words(Type type) =>
        type == typeof(int) ? "a whole number" : type == typeof(decimal) ? "a decimal number" : type == typeof(DateOnly) ? "a day" : type == typeof(string) ? "a choice" : "a list of codes";
}
