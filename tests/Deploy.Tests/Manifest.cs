using System.Diagnostics;
using System.Text.Json.Nodes;
using Ips.Testing;

namespace Ips.Deploy.Tests;

/// <summary>What the AppHost says the platform is made of, written by running it in publish mode.</summary>
internal sealed class Manifest
{
    private const string Migration = "-migrate";
    private static readonly Lazy<Task<Manifest>> Written = new(Write);
    private readonly JsonObject resources;

    private Manifest(string text)
    {
        Text = text;
        resources = JsonNode.Parse(text)!["resources"]!.AsObject();
    }

    /// <summary>The file.</summary>
    public string Text { get; }

    /// <summary>The services and pages.</summary>
    public IEnumerable<string> Services => Projects.Where(name => !name.EndsWith(Migration, StringComparison.Ordinal));

    /// <summary>Programs that end before their service starts.</summary>
    public IEnumerable<string> Migrations => Projects.Where(name => name.EndsWith(Migration, StringComparison.Ordinal));

    /// <summary>PostgreSQL and RabbitMQ.</summary>
    public IEnumerable<string> Containers => OfType("container.");

    /// <summary>Parameters that the deployment must give, and whether each is a secret.</summary>
    public IEnumerable<(string Name, bool Secret, JsonObject Input)> Parameters => OfType("parameter.").Select(name => (name, Input: this[name]["inputs"]!["value"]!.AsObject()))
        .Select(pair => (pair.name, (bool?)pair.Input["secret"] == true, pair.Input));

    private IEnumerable<string> Projects => OfType("project.");

    /// <summary>A resource.</summary>
    public JsonObject this[string name] => resources[name]!.AsObject();

    public static Task<Manifest> Read() => Written.Value;

    /// <summary>A project's variables. A value that is made from a secret, at whatever distance, is one.</summary>
    public Workload Workload(string name)
    {
        var variables = this[name]["env"]?.AsObject().ToDictionary(v => v.Key, v => $"{v.Value}") ?? [];
        return new(name, variables, variables.Where(v => IsSecret(v.Value)).Select(v => v.Key).ToHashSet());
    }

    private IEnumerable<string> OfType(string type) => resources.Where(resource => ((string)resource.Value!["type"]!).StartsWith(type, StringComparison.Ordinal)).Select(resource => resource.Key);

    private bool IsSecret(string value) => value.Split('{').Skip(1).Select(part => part.Split('}')[0].Split('.')).Any(reference => resources[reference[0]] switch
    {
        null => false,
        var parameter when parameter["inputs"] is { } inputs => (bool?)inputs["value"]!["secret"] == true,
        var other when reference[^1] is "value" or "connectionString" => IsSecret($"{other["connectionString"] ?? other["value"] ?? other["filter"]}"),
        _ => false,
    });

    private static async Task<Manifest> Write()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var file = Path.Combine(folder.FullName, "manifest.json");
            var build = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
            var program = Path.Combine(Checkout.Root, "AppHost", "bin", build, "net10.0", "AppHost.dll");
            ProcessStartInfo start = new("dotnet", [program, "--operation", "publish", "--publisher", "manifest", "--output-path", file]);
            var (code, output, errors) = await Tools.Run(start, "");
            return code == 0 && File.Exists(file) ? new(await File.ReadAllTextAsync(file)) : throw new InvalidOperationException($"AppHost ended with {code}: {output}{errors}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
