using System.Text.Json.Nodes;
using Ips.Testing;

namespace Ips.Deploy.Tests;

/// <summary>Kubernetes objects that Helm renders from a chart.</summary>
internal sealed class Chart(string text)
{
    private const string Issuer = "authentication.authority=https://issuer.example";

    /// <summary>Values with which everything is on that is off by default.</summary>
    public static readonly string[] EverythingOn = [Path.Combine(Checkout.Root, "tests", "Deploy.Tests", "everything-on.yaml")];

    /// <summary>Helm's output.</summary>
    public string Text { get; } = text;

    /// <summary>The objects.</summary>
    public IReadOnlyList<JsonObject> Objects { get; } = Yaml.Documents(text);

    public static string Folder(string chart) => Path.Combine(Checkout.Root, "deploy", "helm", chart);

    public static async Task<Chart> Render(string chart, params string[] values)
    {
        var (code, output, errors) = await Try(chart, values);
        return code == 0 ? new(output) : throw new InvalidOperationException($"helm template {chart} ended with {code}: {errors}");
    }

    /// <summary>Renders with values, given as files or as name=value, or returns the error.</summary>
    public static Task<(int Code, string Output, string Errors)> Try(string chart, params string[] values) =>
        Tools.Helm(["template", "ips", Folder(chart), .. (chart == "ips-platform" ? values.Prepend(Issuer) : values).SelectMany(Option)]);

    /// <summary>All objects of a kind.</summary>
    public IEnumerable<JsonObject> Of(string kind) => Objects.Where(made => (string)made["kind"]! == kind);

    /// <summary>The object of a kind and name, without the release's name in front.</summary>
    public JsonObject Get(string kind, string name) => Of(kind).Single(made => Name(made) == name);

    public static string Name(JsonObject made) => ((string)made["metadata"]!["name"]!)["ips-".Length..];

    /// <summary>The specifications of all pods that its objects make, by name.</summary>
    public IEnumerable<(string Name, JsonObject Pod)> Pods() => Objects.Select(made => (Name: (string)made["metadata"]!["name"]!, Pod: Template(made)))
        .Where(pair => pair.Pod is not null).Select(pair => (pair.Name["ips-".Length..], pair.Pod!["spec"]!.AsObject()));

    /// <summary>The variables of the only container of a pod.</summary>
    public Workload Workload(string name)
    {
        var variables = Pods().Single(pod => pod.Name == name).Pod["containers"]!.AsArray().Single()!["env"]!.AsArray();
        return new(
            name,
            variables.Where(v => v!["value"] is not null || v["valueFrom"] is null).ToDictionary(v => (string)v!["name"]!, v => $"{v!["value"]}"),
            variables.Where(v => v!["valueFrom"]?["secretKeyRef"] is not null).Select(v => (string)v!["name"]!).ToHashSet());
    }

    private static string[] Option(string value) => [value.EndsWith(".yaml", StringComparison.Ordinal) ? "-f" : "--set", value];

    private static JsonNode? Template(JsonObject made) => (string)made["kind"]! switch
    {
        "Deployment" or "Job" => made["spec"]!["template"],
        "CronJob" => made["spec"]!["jobTemplate"]!["spec"]!["template"],
        _ => null,
    };
}
