using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Ips.Policies.Tool;

/// <summary>One change of a pack that some row should notice.</summary>
/// <param name="Rule">The rule whose value is changed.</param>
/// <param name="What">The change in words.</param>
/// <param name="Files">All pack files, one of them changed.</param>
public sealed record Mutation(string Rule, string What, IReadOnlyDictionary<string, string> Files);

/// <summary>
/// Changes the values of the packs one at a time: a number up and down, a day by one, a code taken from a list, a choice left out.
/// A value that can change without a row failing is proved by nothing.
/// </summary>
public static class Mutations
{
    /// <summary>Every change of every value in the packs.</summary>
    public static IEnumerable<Mutation> Of(IReadOnlyDictionary<string, string> files)
    {
        foreach (var (path, text) in files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            var stream = Load(text);
            foreach (var rule in RulesOf(stream))
            {
                if (Child(rule, "parameters") is not YamlMappingNode parameters)
                    continue;
                foreach (var (name, parameter) in parameters.Children)
                {
                    foreach (var (what, _) in Changes((YamlMappingNode)parameter))
                        yield return new(Scalar(rule, "id"), $"{name}: {what}", new Dictionary<string,
                            string>(files, StringComparer.Ordinal)
                        { [path] = Write(stream) });
                }
            }
        }
    }

    /// <summary>The packs under each reading that was not taken: one for every parameter that has an alternative.</summary>
    public static IEnumerable<Mutation> Alternatives(IReadOnlyDictionary<string, string> files)
    {
        foreach (var (path, text) in files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            foreach (var (id, name) in RulesOf(Load(text)).SelectMany(r => Alternatives(r).Select(a => (Scalar(r, "id"), a.Name))))
            {
                var stream = Load(text);
                var (_, values, other) = Alternatives(RulesOf(stream).Single(r => Scalar(r, "id") == id)).Single(a => a.Name == name);
                foreach (var value in values.Children.OfType<YamlMappingNode>())
                    value.Children[new YamlScalarNode("value")] = Load($"value: {other}").Documents[0].RootNode["value"];
                yield return new(id, name, new Dictionary<string, string>(files, StringComparer.Ordinal) { [path] = Write(stream) });
            }
        }
    }

    private static IEnumerable<(string Name, YamlSequenceNode Values, string Other)> Alternatives(YamlMappingNode rule) =>
        (Child(rule, "parameters") as YamlMappingNode)?.Children.Where(p => Child((YamlMappingNode)p.Value, "alternative") is not null)
            .Select(p => (p.Key.ToString(), (YamlSequenceNode)Child((YamlMappingNode)p.Value, "values")!,
                Scalar((YamlMappingNode)p.Value, "alternative"))) ?? [];

    private static IEnumerable<YamlMappingNode> RulesOf(YamlStream stream) =>
        stream.Documents is [{ RootNode: YamlMappingNode root }] && Child(root, "rules") is YamlSequenceNode rules
            ? rules.Children.OfType<YamlMappingNode>() : [];

    private static YamlStream Load(string text)
    {
        YamlStream stream = [];
        using StringReader reader = new(text);
        stream.Load(reader);
        return stream;
    }

    /// <summary>Whether a row of the rule, or else a row of a decision that the rule is proved in, fails under the change; a pack that no longer
    /// reads is noticed too.</summary>
    /// <param name="mutation">The change.</param>
    /// <param name="rows">The rows as cases, by rule.</param>
    public static bool IsNoticed(Mutation mutation, ILookup<string, DecisionCase> rows)
    {
        PolicyEngine engine;
        try
        {
            engine = new(PackReader.Read(mutation.Files));
        }
        catch (BadPackException)
        {
            return true;
        }

        var decisions = rows[mutation.Rule].Select(Decision).ToHashSet(StringComparer.Ordinal);
        return rows[mutation.Rule].Any(r => Fails(engine, r))
            || rows.Where(r => r.Key != mutation.Rule).SelectMany(r => r).Where(r => decisions.Contains(Decision(r))).Any(r => Fails(engine, r));
    }

    private static string Decision(DecisionCase row) => row.Json.GetProperty("decision").GetString()!;

    private static bool Fails(PolicyEngine engine, DecisionCase row)
    {
        try
        {
            return CaseRunner.Run(engine, row).Count > 0;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    /// <summary>Applies each change in place while it is the current one, and takes it back before the next.</summary>
    private static IEnumerable<(string What, bool Done)> Changes(YamlMappingNode parameter)
    {
        if (Child(parameter, "values") is not YamlSequenceNode values)
            yield break;
        foreach (var value in values.Children.OfType<YamlMappingNode>())
        {
            switch (Child(value, "value"))
            {
                case YamlSequenceNode list:
                    foreach (var item in list.Children.ToList())
                    {
                        var at = list.Children.IndexOf(item);
                        list.Children.RemoveAt(at);
                        yield return ($"without {item}", true);
                        list.Children.Insert(at, item);
                    }

                    break;
                case YamlScalarNode { Value: { } text } scalar:
                    foreach (var other in Others(text))
                    {
                        scalar.Value = other;
                        yield return ($"{text} -> {other}", true);
                        scalar.Value = text;
                    }

                    break;
            }
        }
    }

    private static IEnumerable<string> Others(string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return [Iso(day.AddDays(1)), Iso(day.AddDays(-1))];
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return [];
        var step = 1m;
        for (var places = number.Scale; places > 0; places--)
            step /= 10;
        return [(number + step).ToString(CultureInfo.InvariantCulture), (number - step).ToString(CultureInfo.InvariantCulture)];
    }

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static YamlNode? Child(YamlMappingNode map, string key) => map.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;

    private static string Scalar(YamlMappingNode map, string key) => ((YamlScalarNode)map.Children[new YamlScalarNode(key)]).Value!;

    private static string Write(YamlStream stream)
    {
        using StringWriter text = new(CultureInfo.InvariantCulture);
        stream.Save(text, assignAnchors: false);
        return text.ToString().TrimEnd().TrimEnd('.');
    }
}
