using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Ips.Policies.Tool;

/// <summary>One example of a rule, from the rows beside its pack.</summary>
/// <param name="File">The rows file.</param>
/// <param name="Rule">The rule that it proves.</param>
/// <param name="Name">What it shows, in words.</param>
/// <param name="Program">The program.</param>
/// <param name="Decision">The decision.</param>
/// <param name="AsOf">The as-of day.</param>
/// <param name="Facts">The facts: what is given for the file with the row's own on top; a null takes a fact away.</param>
/// <param name="Verdict">The verdict that the rule must have. Written as null in the file it is <see cref="CaseRunner.NotEvaluated"/>; left out, the
/// row tests values only.</param>
/// <param name="Values">Values that the decision must have; null for a value that it must not have.</param>
public sealed record RuleRow(string File, string Rule, string Name, string Program, string Decision, DateOnly AsOf, JsonElement Facts,
    string? Verdict, JsonObject? Values)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Rule}: {Name}";

    /// <summary>The row as a decision case.</summary>
    public DecisionCase ToCase()
    {
        JsonObject expect = [];
        if (Verdict is not null)
            expect["rules"] = new JsonObject { [Rule] = Verdict };
        if (Values is not null)
            expect["values"] = Values.DeepClone();
        JsonObject json = new()
        {
            ["case"] = ToString(),
            ["program"] = Program,
            ["decision"] = Decision,
            ["asOf"] = AsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["facts"] = JsonNode.Parse(Facts.GetRawText()),
            ["expect"] = expect,
        };
        return new(File, ToString(), JsonSerializer.SerializeToElement(json));
    }
}

/// <summary>Reads <c>rows/*.rows.yaml</c> below the packs folder.</summary>
public static class RowFiles
{
    /// <summary>All rows below <paramref name="packsFolder"/>.</summary>
    public static IReadOnlyList<RuleRow> Read(string packsFolder) =>
        [.. Directory.EnumerateFiles(packsFolder, "*.rows.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(f => ReadFile(packsFolder, f))];

    private static IEnumerable<RuleRow> ReadFile(string packsFolder, string file)
    {
        YamlStream stream = [];
        using (StreamReader text = new(file))
            stream.Load(text);
        var path = Path.GetRelativePath(packsFolder, file).Replace('\\', '/');
        foreach (var document in stream.Documents)
        {
            var root = (JsonObject)ToJson(document.RootNode)!;
            Accept(root, path, "decision", "program", "as_of", "given", "rules");
            foreach (var rule in root["rules"]!.AsArray().Cast<JsonObject>())
            {
                Accept(rule, path, "rule", "decision", "program", "as_of", "given", "rows");
                foreach (var row in rule["rows"]!.AsArray().Cast<JsonObject>())
                {
                    Accept(row, path, "name", "program", "as_of", "facts", "verdict", "values");
                    yield return ReadRow(path, root, rule, row);
                }
            }
        }
    }

    private static RuleRow ReadRow(string path, JsonObject root, JsonObject rule, JsonObject row)
    {
        string? Text(string key) => (row[key] ?? rule[key] ?? root[key])?.GetValue<string>();
        JsonObject facts = [];
        foreach (var layer in new[] { root["given"], rule["given"], row["facts"] }.OfType<JsonObject>())
        {
            foreach (var (name, value) in layer)
            {
                if (value is null)
                    facts.Remove(name);
                else
                    facts[name] = value.DeepClone();
            }
        }

        return new(path, rule["rule"]!.GetValue<string>(), row["name"]!.GetValue<string>(), Text("program") ?? path.Split('/')[0], Text("decision")!,
            DateOnly.ParseExact(Text("as_of")!, "yyyy-MM-dd", CultureInfo.InvariantCulture), JsonSerializer.SerializeToElement(facts),
            row["verdict"]?.GetValue<string>() ?? (row.ContainsKey("verdict") ? CaseRunner.NotEvaluated : null), row["values"] as JsonObject);
    }

    private static void Accept(JsonObject json, string path, params string[] keys)
    {
        foreach (var (key, _) in json)
        {
            if (!keys.Contains(key, StringComparer.Ordinal))
                throw new InvalidDataException($"{path}: unknown key '{key}'; write one of {string.Join(", ", keys)}");
        }
    }

    /// <summary>Plain true, false, null and whole numbers keep their type; everything else, and whatever is quoted, is text.</summary>
    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, ToJson(c.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "null" or "~" or "" } => null,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } flag => JsonValue.Create(flag.Value == "true"),
        YamlScalarNode { Style: ScalarStyle.Plain } number when int.TryParse(number.Value, NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        YamlScalarNode text => JsonValue.Create(text.Value),
        _ => throw new InvalidDataException($"a YAML node of type {node.NodeType} has no place in rows"),
    };
}
