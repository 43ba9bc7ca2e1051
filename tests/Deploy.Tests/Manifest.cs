using System.Diagnostics;
using System.Text.Json.Nodes;
using Ips.Testing;

namespace Ips.Deploy.Tests;

/// <summary>The AppHost's manifest of the platform, written by running it in publish mode.</summary>
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
    public IEnumerable<(bool Secret, JsonObject Input)> Parameters =>
        OfType("parameter.").Select(name => this[name]["inputs"]!["value"]!.AsObject()).Select(input => ((bool?)input["secret"] == true, input));

    private IEnumerable<string> Projects => OfType("project.");

    /// <summary>A resource.</summary>
    public JsonObject this[string name] => resources[name]!.AsObject();

    public static Task<Manifest> Read() => Written.Value;

    /// <summary>A project's variables. A value that contains a secret, directly or indirectly, is a secret.</summary>
    public Workload Workload(string name)
    {
        var variables = this[name]["env"]?.AsObject().ToDictionary(v => v.Key, v => $"{v.Value}") ?? [];
        return new(name, variables, variables.Where(v => IsSecret(v.Value)).Select(v => v.Key).ToHashSet());
    }

    private IEnumerable<string> OfType(string type) =>
        resources.Where(resource => ((string)resource.Value!["type"]!).StartsWith(type, StringComparison.Ordinal)).Select(resource => resource.Key);

    // A value refers to others as {name.field}: follow them to the parameters.
    private bool IsSecret(string value) => value.Split('{').Skip(1).Any(part => Leads(part.Split('}')[0].Split('.')));

    private bool Leads(string[] reference) => resources[reference[0]] switch
    {
        JsonObject parameter when parameter["inputs"] is { } inputs => (bool?)inputs["value"]!["secret"] == true,
        JsonObject other when reference[^1] is "value" or "connectionString" => IsSecret($"{other["connectionString"] ?? other["value"]}"),
        _ => false,
    };

    private static async Task<Manifest> Write()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var file = Path.Combine(folder.FullName, "manifest.json");
            // This project is built in the same configuration: bin/Debug/net10.0.
            var build = Path.Combine("bin", Directory.GetParent(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar))!.Name, "net10.0");
            var program = Path.Combine(Checkout.Root, "AppHost", build, "AppHost.dll");
            ProcessStartInfo start = new("dotnet", [program, "--operation", "publish", "--publisher", "manifest", "--output-path", file]);
            var (code, output, errors) = await Tools.Run(start, "");
            return File.Exists(file)
                ? new(await File.ReadAllTextAsync(file))
                : throw new InvalidOperationException($"AppHost ended with {code}: {output}{errors}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
