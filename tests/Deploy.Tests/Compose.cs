using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ips.Testing;

namespace Ips.Deploy.Tests;

/// <summary>deploy/compose/compose.yaml with the values of .env.example.</summary>
internal sealed partial class Compose
{
    private readonly JsonObject services;

    private Compose(string text)
    {
        Text = text;
        Document = Yaml.Documents(Interpolate(text, Example())).Single();
        services = Document["services"]!.AsObject();
    }

    public static string Folder { get; } = Path.Combine(Checkout.Root, "deploy", "compose");

    /// <summary>The file as it is.</summary>
    public string Text { get; }

    /// <summary>The file with its variables replaced.</summary>
    public JsonObject Document { get; }

    public IEnumerable<string> Names => services.Select(service => service.Key);

    public static Compose Read() => new(File.ReadAllText(Path.Combine(Folder, "compose.yaml")));

    /// <summary>A service as the file describes it.</summary>
    public JsonObject this[string name] => services[name]!.AsObject();

    /// <summary>A service's variables; a secret's variable is the name of its file.</summary>
    public Workload Workload(string name) => new(
        name,
        this[name]["environment"]?.AsObject().ToDictionary(v => v.Key, v => $"{v.Value}") ?? [],
        this[name]["secrets"]?.AsArray().OfType<JsonObject>().Select(secret => (string)secret["target"]!).ToHashSet() ?? []);

    private static Dictionary<string, string> Example() => File.ReadAllLines(Path.Combine(Folder, ".env.example"))
        .Where(line => line.Contains('=') && !line.StartsWith('#'))
        .Select(line => line.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => pair[1]);

    private static string Interpolate(string text, Dictionary<string, string> values) => Variable().Replace(
        text, match => values.GetValueOrDefault(match.Groups["name"].Value) is { Length: > 0 } value ? value : match.Groups["otherwise"].Value);

    [GeneratedRegex(@"\$\{(?<name>\w+)(:?-(?<otherwise>[^}]*)|:\?[^}]*)?\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();
}
