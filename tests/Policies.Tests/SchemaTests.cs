using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Ips.Policies.Tests;

/// <summary>The JSON Schema that completes and checks packs in an editor says the same as the reader.</summary>
public sealed class SchemaTests
{
    private const string Unknown = "zz_unknown";

    private static readonly JsonObject Schema = JsonNode.Parse(File.ReadAllText(Repo.Path("policies", "schema", "pack.v1.schema.json")))!.AsObject();

    // A pack with an unknown key in every mapping and nothing that is required: the reader then names all it accepts and all it needs.
    private static readonly ILookup<(string File, long Line), PackProblem> Problems = Read(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["xx/pack.yaml"] = $"{Unknown}: 1\nbefore: {{ {Unknown}: 1 }}\n".Replace("\nbefore", "\n\n\nbefore", StringComparison.Ordinal),
        ["xx/topic.yaml"] = $"rules:\n  - {Unknown}: 1\n    parameters:\n      p:\n        {Unknown}: 1\n        values:\n          - {Unknown}: 1\n            cite:\n              {Unknown}: 1\n{Unknown}: 1\n",
        ["xx/calendars/2026.yaml"] = $"{Unknown}: 1\nholidays:\n  - {Unknown}: 1\n",
    });

    public static TheoryData<string, string, int, bool> Mappings => new()
    {
        // definition, file, line of its unknown key, whether everything required is named by a "missing" problem of that mapping
        { "header", "xx/pack.yaml", 1, true },
        { "before", "xx/pack.yaml", 4, true },
        { "topic", "xx/topic.yaml", 10, false },
        { "rule", "xx/topic.yaml", 2, true },
        { "parameter", "xx/topic.yaml", 5, false },
        { "value", "xx/topic.yaml", 7, true },
        { "cite", "xx/topic.yaml", 9, true },
        { "calendar", "xx/calendars/2026.yaml", 1, true },
        { "holiday", "xx/calendars/2026.yaml", 3, false },
    };

    [Theory, MemberData(nameof(Mappings))]
    public void Schema_and_reader_share_their_keys(string definition, string file, int line, bool requiredIsReported)
    {
        var schema = Schema["$defs"]![definition]!.AsObject();
        var unknown = Assert.Single(Problems[(file, line)], p => p.Wrong == $"unknown key '{Unknown}'");
        Assert.Equal(Keys(schema), unknown.WriteInstead["write one of ".Length..].Split(", "));
        Assert.False(schema["additionalProperties"]!.GetValue<bool>());
        if (!requiredIsReported)
            return;
        var missing = Problems.Where(g => g.Key.File == file && g.Key.Line == line).SelectMany(g => g)
            .Select(p => Regex.Match(p.Wrong, "^'(?<key>[a-z_]+)' is missing$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)))
                .Where(m => m.Success).Select(m => m.Groups["key"].Value);
        Assert.Equal(schema["required"]!.AsArray().Select(k => k!.GetValue<string>()).Order(StringComparer.Ordinal), missing.Distinct()
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Schema_and_reader_accept_the_same_words()
    {
        var defs = Schema["$defs"]!;
        Assert.Equal(PackReader.Units, Words(defs["parameter"]!["properties"]!["unit"]));
        Assert.Equal(PackReader.Clocks, Words(defs["rule"]!["properties"]!["clock"]));
        Assert.Equal(DecisionKinds.Names, Words(defs["rule"]!["properties"]!["in"]!["items"]));
        Assert.Equal(Codes.All<RuleKind>(), Words(defs["rule"]!["properties"]!["kind"]));
        Assert.Equal(Codes.All<RuleDuty>(), Words(defs["rule"]!["properties"]!["duties"]!["items"]));
        Assert.Equal(Enum.GetNames<Verdict>(), Words(defs["rule"]!["properties"]!["always"]));
        Assert.Equal(Enum.GetNames<Verdict>(), Words(defs["before"]!["properties"]!["verdict"]));
    }

    [Fact]
    public void Every_shipped_file_satisfies_the_schema()
    {
        List<string> wrong = [];
        foreach (var (path, text) in PackFiles.Shipped())
        {
            YamlStream yaml = [];
            yaml.Load(new StringReader(text));
            var definition = path.EndsWith("/pack.yaml", StringComparison.Ordinal) ? "header" : path.Contains("/calendars/", StringComparison.Ordinal)
                ? "calendar" : "topic";
            MiniSchema.Check(Schema, Schema["$defs"]![definition]!.AsObject(), yaml.Documents[0].RootNode, path, wrong);
        }

        Assert.Empty(wrong);
    }

    private static ILookup<(string File, long Line), PackProblem> Read(Dictionary<string, string> files) =>
        Assert.Throws<BadPackException>(() => PackReader.Read(files)).Problems.ToLookup(p => (p.File, p.Line));

    private static IEnumerable<string> Keys(JsonObject schema) => schema["properties"]!.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Words(JsonNode? node) => node!["enum"]!.AsArray().Select(w => w!.GetValue<string>());
}

/// <summary>The part of JSON Schema that the pack schema uses, checked on YAML.</summary>
internal static class MiniSchema
{
    public static void Check(JsonObject root, JsonObject schema, YamlNode node, string at, List<string> wrong)
    {
        if (schema["$ref"]?.GetValue<string>() is { } reference)
            schema = root["$defs"]![reference["#/$defs/".Length..]]!.AsObject();
        if (schema["oneOf"] is JsonArray choices)
        {
            if (!choices.Any(c => Passes(root, c!.AsObject(), node)))
                wrong.Add($"{at}:{node.Start.Line}: none of the forms");
            return;
        }

        if (schema["enum"] is JsonArray words && !words.Any(w => w!.GetValue<string>() == (node as YamlScalarNode)?.Value))
            wrong.Add($"{at}:{node.Start.Line}: '{node}' is none of {words.ToJsonString()}");
        if (schema["pattern"]?.GetValue<string>() is { } pattern && !Regex.IsMatch(((YamlScalarNode)node).Value!, pattern, RegexOptions.None,
            TimeSpan.FromSeconds(1)))
            wrong.Add($"{at}:{node.Start.Line}: '{node}' is not {pattern}");
        if (schema["type"] is { } type && !HasType(type, node))
            wrong.Add($"{at}:{node.Start.Line}: not {type.ToJsonString()}");
        else if (node is YamlMappingNode map)
            CheckMapping(root, schema, map, at, wrong);
        else if (node is YamlSequenceNode list && schema["items"] is JsonObject items)
            foreach (var item in list.Children)
                Check(root, items, item, at, wrong);
    }

    private static void CheckMapping(JsonObject root, JsonObject schema, YamlMappingNode map, string at, List<string> wrong)
    {
        var keys = map.Children.ToDictionary(c => ((YamlScalarNode)c.Key).Value!, c => c.Value, StringComparer.Ordinal);
        foreach (var required in schema["required"]?.AsArray().Select(k => k!.GetValue<string>()).Where(k => !keys.ContainsKey(k)) ?? [])
            wrong.Add($"{at}:{map.Start.Line}: '{required}' is missing");
        foreach (var (key, value) in keys)
        {
            if (schema["properties"]?[key] is JsonObject property)
                Check(root, property, value, at, wrong);
            else if (schema["additionalProperties"] is JsonObject any)
                Check(root, any, value, at, wrong);
            else
                wrong.Add($"{at}:{value.Start.Line}: unknown key '{key}'");
        }
    }

    private static bool Passes(JsonObject root, JsonObject schema, YamlNode node)
    {
        List<string> wrong = [];
        Check(root, schema, node, "", wrong);
        return wrong.Count == 0;
    }

    private static bool HasType(JsonNode type, YamlNode node)
    {
        var names = type is JsonArray several ? several.Select(t => t!.GetValue<string>()).ToList() : [type.GetValue<string>()];
        return node switch
        {
            YamlMappingNode => names.Contains("object"),
            YamlSequenceNode => names.Contains("array"),
            YamlScalarNode { Value: var text } => names.Contains("string") || (names.Contains("boolean") && text is "true" or "false")
                || (names.Contains("integer") && int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _)) || names.Contains("number"),
            _ => false,
        };
    }
}
