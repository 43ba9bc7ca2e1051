using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Ips.Platform.Tests;

/// <summary>The manifest that the AppHost writes for a deployment.</summary>
public sealed partial class ManifestTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("ips-manifest-").FullName;
    private JsonDocument manifest = null!;

    public async Task InitializeAsync()
    {
        var file = Path.Combine(folder, "manifest.json");
        var (code, output) = await HostProcess.RunAsync("--publisher", "manifest", "--output-path", file);
        Assert.True(code == 0, output);
        manifest = JsonDocument.Parse(await File.ReadAllTextAsync(file));
    }

    public Task DisposeAsync()
    {
        manifest.Dispose();
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public void It_names_services_migrations_databases_and_servers()
    {
        foreach (var service in Platform.Services)
        {
            Assert.Equal("project.v0", TypeOf(service));
            Assert.Equal("project.v0", TypeOf($"{service}-migrate"));
            Assert.Equal("value.v0", TypeOf($"{service}-db"));
        }
        Assert.Equal("container.v0", TypeOf("postgres"));
        Assert.Equal("container.v0", TypeOf("bus"));
    }

    [Fact]
    public void It_holds_no_secret()
    {
        var variables = Resources.SelectMany(resource => resource.Value.TryGetProperty("env", out var env) ? env.EnumerateObject().ToList() : [])
            .Where(variable => SecretName().IsMatch(variable.Name)).ToList();
        Assert.NotEmpty(variables);
        Assert.All(variables, variable => Assert.Matches(@"^\{[^{}]+\}$|Password=\{[^{}]+\}|:\{[^{}]+\}@", variable.Value.GetString()));
        var parameters = Resources.Where(resource => TypeOf(resource.Name) == "parameter.v0" && SecretName().IsMatch(resource.Name)).ToList();
        Assert.NotEmpty(parameters);
        Assert.All(parameters, parameter =>
            Assert.True(parameter.Value.GetProperty("inputs").GetProperty("value").GetProperty("secret").GetBoolean(), parameter.Name));
    }

    private IEnumerable<JsonProperty> Resources => manifest.RootElement.GetProperty("resources").EnumerateObject();

    private string? TypeOf(string resource) => manifest.RootElement.GetProperty("resources").GetProperty(resource).GetProperty("type").GetString();

    [GeneratedRegex("password|secret|key|pem|ConnectionStrings", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex SecretName();
}
