namespace Ips.Policies;

/// <summary>A program's text on a day; without a day, after its last change.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="Day">The day, or <see langword="null"/>.</param>
/// <param name="Name">How it is named in a difference; null for the program with the day.</param>
public sealed record TextOn(Pack Pack, DateOnly? Day, string? Name = null)
{
    /// <summary>The day, or the last of all.</summary>
    public DateOnly At => Day ?? DateOnly.MaxValue;

    /// <summary>The rule where it is in force on the day.</summary>
    public RuleEntry? Rule(RuleId id) => Pack.Find(id) is { } rule && rule.InForce(At)
        && !(At < (rule.Pack == Pack.Id ? Pack.Header.InForceFrom : Pack.Header.ExtendsFrom ?? Pack.Header.InForceFrom)) ? rule : null;

    /// <inheritdoc/>
    public override string ToString() => Name is not null ? Name : Day is { } day ? $"{Pack.Id}@{RuleWords.Day(day)}" : Pack.Id;
}

/// <summary>One rule that is not the same in two texts.</summary>
/// <param name="Subject">The decision that it belongs to, or its topic.</param>
/// <param name="Rule">Its id.</param>
/// <param name="Difference">What differs, in words.</param>
public sealed record RuleDifference(string Subject, string Rule, string Difference);

/// <summary>What differs between two texts, rule by rule.</summary>
public static class PackDiff
{
    /// <summary>The differences, by subject.</summary>
    public static IReadOnlyList<RuleDifference> Compare(TextOn left, TextOn right) =>
        [.. left.Pack.Rules.Concat(right.Pack.Rules).DistinctBy(r => r.Id)
            .SelectMany(r => Compare(r.Id, left, right).Select(d => new RuleDifference(r.In.Count > 0 ? r.In[0] : r.Topic, r.Id.Value, d)))
            .OrderBy(d => d.Subject, StringComparer.Ordinal)];

    private static IEnumerable<string> Compare(RuleId id, TextOn left, TextOn right)
    {
        var (before, after) = (left.Rule(id), right.Rule(id));
        if (before is null && after is null)
            yield break;
        if (before is null || after is null)
        {
            var (text, rule) = before is null ? (right, after!) : (left, before);
            yield return $"only in {text}: {rule.Says}{Values(rule, text)}";
            yield break;
        }

        foreach (var name in before.Parameters.Concat(after.Parameters).Select(p => p.Name).Distinct(StringComparer.Ordinal))
        {
            var (was, becomes) = (ValueOf(before, name, left), ValueOf(after, name, right));
            if (was != becomes)
                yield return $"{name}: {was ?? "no value"} in {left}, {becomes ?? "no value"} in {right}. {after.Says}";
        }
    }

    private static string Values(RuleEntry rule, TextOn text)
    {
        var values = rule.Parameters.Select(p => (p.Name, Value: ValueOf(rule, p.Name, text))).Where(v => v.Value is not null)
            .Select(v => $"{v.Name} {v.Value}").ToList();
        return values.Count == 0 ? "" : $" ({string.Join("; ", values)})";
    }

    private static string? ValueOf(RuleEntry rule, string name, TextOn text) =>
        rule.Parameters.FirstOrDefault(p => p.Name == name) is { } parameter && parameter.On(text.At) is { } value
            ? RuleWords.Value(value.Value, parameter.Unit) : null;
}
