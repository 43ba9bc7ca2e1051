using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Ips.Deploy.Tests;

/// <summary>YAML as JSON: plain scalars become numbers and booleans, quoted ones stay text, merge keys are resolved.</summary>
internal static class Yaml
{
    /// <summary>All documents that are not empty.</summary>
    public static IReadOnlyList<JsonObject> Documents(string yaml)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(yaml));
        return [.. stream.Documents.Select(document => Node(document.RootNode)).OfType<JsonObject>()];
    }

    private static JsonNode? Node(YamlNode node) => node switch
    {
        YamlMappingNode mapping => Object(mapping),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Node)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new NotSupportedException($"{node.NodeType} at {node.Start} is not read."),
    };

    // A mapping's own key wins over a merged one (<<: *anchor).
    private static JsonObject Object(YamlMappingNode mapping)
    {
        var pairs = mapping.Children.Select(pair => (Key: ((YamlScalarNode)pair.Key).Value!, pair.Value)).ToLookup(pair => pair.Key == "<<");
        JsonObject made = [];
        foreach (var (_, merged) in pairs[true])
        {
            foreach (var (key, value) in Object((YamlMappingNode)merged))
                made[key] = value?.DeepClone();
        }

        foreach (var (key, value) in pairs[false])
            made[key] = Node(value);
        return made;
    }

    private static JsonValue? Plain(string? text) => text switch
    {
        null or "" or "~" or "null" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
