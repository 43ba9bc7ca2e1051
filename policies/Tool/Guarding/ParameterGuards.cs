namespace Ips.Policies.Tool.Guarding;

/// <summary>The values that evaluators read and the values in the packs are the same, with the same types.</summary>
internal static class ParameterGuards
{
    public static IEnumerable<PackProblem> Check(IReadOnlyDictionary<RuleId, RuleEntry> rules)
    {
        Guards.RunStaticConstructors();
        var read = Parameter.All.ToDictionary(p => (p.Rule, p.Name));
        foreach (var parameter in read.Values.OrderBy(p => p.ToString(), StringComparer.Ordinal))
        {
            if (!rules.TryGetValue(parameter.Rule, out var rule))
                yield return new("packs", 1, $"an evaluator reads {parameter}, but no pack states {parameter.Rule}",
                    "add the rule's entry, or correct the id in the evaluator");
            else if (rule.Parameters.FirstOrDefault(p => p.Name == parameter.Name) is not { } entry)
                yield return Guards.At(rule, $"an evaluator reads {parameter}, which the entry does not have",
                    $"add parameters: {parameter.Name}: with unit and dated values");
            else if (TypeOf(entry.Unit) != parameter.ValueType)
                yield return Guards.At(rule, $"{parameter} has the unit {entry.Unit}, but its evaluator reads {Words(parameter.ValueType)}",
                    $"write a unit of {Words(parameter.ValueType)}, or change the evaluator");
        }

        foreach (var rule in rules.Values.Where(r => r.Kind == RuleKind.Evaluated || r.In.Count > 0))
        {
            foreach (var entry in rule.Parameters.Where(p => !read.ContainsKey((rule.EvaluatedAs, p.Name))))
                yield return Guards.At(rule, $"no evaluator reads {rule.Id}.{entry.Name}", "remove the value, or use it in the evaluator");
        }
    }

    /// <summary>The type of a value of this unit.</summary>
    private static Type TypeOf(string unit) => unit switch
    {
        "usd" or "ratio" => typeof(decimal),
        "day" => typeof(DateOnly),
        "choice" => typeof(string),
        "codes" => typeof(IReadOnlyList<string>),
        _ => typeof(int),
    };

    private static string Words(Type type) =>
        type == typeof(int) ? "a whole number" : type == typeof(decimal) ? "a decimal number" : type == typeof(DateOnly) ? "a day"
            : type == typeof(string) ? "a choice" : "a list of codes";
}
