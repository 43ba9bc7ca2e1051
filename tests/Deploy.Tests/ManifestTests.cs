using Xunit;

namespace Ips.Deploy.Tests;

/// <summary>The AppHost describes the platform; deploy/ must describe the same one.</summary>
public sealed class ManifestTests
{
    [Fact]
    public async Task Every_resource_is_in_the_compose_file()
    {
        var (manifest, compose) = (await Manifest.Read(), Compose.Read());

        Assert.True(manifest.Services.Count() >= 5, string.Join(' ', manifest.Services));
        Assert.Equal(manifest.Services.Concat(manifest.Migrations).Concat(manifest.Containers).Order(), compose.Names.Order());
    }

    [Fact]
    public async Task Every_service_and_migration_is_in_the_chart()
    {
        var (manifest, chart) = (await Manifest.Read(), await Chart.Render("ips-platform"));

        Assert.Equal(manifest.Services.Order(), chart.Of("Deployment").Select(Chart.Name).Order());
        Assert.Equal(manifest.Migrations.Order(), chart.Of("Job").Select(Chart.Name).Order());
    }

    [Fact]
    public async Task Every_variable_and_secret_is_in_the_compose_file()
    {
        var (manifest, compose) = (await Manifest.Read(), Compose.Read());

        Assert.Equal("", Lacking(manifest, compose.Workload));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_variable_and_secret_is_in_the_chart(bool everything)
    {
        var (manifest, chart) = (await Manifest.Read(), await Chart.Render("ips-platform", everything ? Chart.EverythingOn : []));

        // With an operator's cluster a connection string refers to a variable that comes from the Secret of the login.
        Assert.Equal("", Lacking(manifest, chart.Workload, everything ? "ConnectionStrings__" : null));
    }

    [Fact]
    public async Task Deployments_call_the_services_that_the_AppHost_references()
    {
        var (manifest, compose, chart) = (await Manifest.Read(), Compose.Read(), await Chart.Render("ips-platform"));

        Assert.NotEmpty(manifest.Services.SelectMany(name => manifest.Workload(name).Calls));
        foreach (var name in manifest.Services)
        {
            var calls = manifest.Workload(name).Calls.Order().ToList();
            Assert.Equal(calls, compose.Workload(name).Calls.Order());
            Assert.Equal(calls, chart.Workload(name).Calls.Order());
        }
    }

    [Fact]
    public async Task Network_policies_admit_the_callers_and_no_other_service()
    {
        var (manifest, chart) = (await Manifest.Read(), await Chart.Render("ips-platform"));

        foreach (var name in manifest.Services)
        {
            var admitted = chart.Get("NetworkPolicy", name)["spec"]!["ingress"]!.AsArray().SelectMany(rule => rule!["from"]!.AsArray())
                .Select(peer => (string?)peer!["podSelector"]?["matchLabels"]!["app.kubernetes.io/name"]).OfType<string>();
            var callers = manifest.Services.Where(other => manifest.Workload(other).Calls.Contains(name));
            Assert.Equal(callers.Order(), admitted.Order());
        }
    }

    [Fact]
    public async Task Ports_are_those_of_the_manifest()
    {
        var (manifest, chart) = (await Manifest.Read(), await Chart.Render("ips-platform"));

        foreach (var name in manifest.Services)
        {
            var ports = chart.Get("Service", name)["spec"]!["ports"]!.AsArray().Select(port => $"{port!["name"]} {port["port"]}");
            Assert.Equal(manifest[name]["bindings"]!.AsObject().Select(binding => $"{binding.Key} {binding.Value!["targetPort"]}").Order(), ports.Order());
        }
    }

    [Fact]
    public async Task Migrations_end_before_their_service_starts()
    {
        var (manifest, compose, chart) = (await Manifest.Read(), Compose.Read(), await Chart.Render("ips-platform"));

        Assert.NotEmpty(manifest.Migrations);
        foreach (var migration in manifest.Migrations)
        {
            Assert.Equal(manifest[migration]["args"]!.ToJsonString(), compose[migration]["command"]!.ToJsonString());
            var service = migration.Replace("-migrate", "", StringComparison.Ordinal);
            Assert.Equal("service_completed_successfully", (string)compose[service]["depends_on"]![migration]!["condition"]!);
            var job = chart.Get("Job", migration);
            Assert.Equal(manifest[migration]["args"]!.ToJsonString(), job["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]!.ToJsonString());
            Assert.Equal("pre-install,pre-upgrade", (string)job["metadata"]!["annotations"]!["helm.sh/hook"]!);
        }
    }

    [Fact]
    public async Task Servers_are_of_the_image_and_keep_the_data_of_the_manifest()
    {
        var (manifest, compose) = (await Manifest.Read(), Compose.Read());

        Assert.Equal(2, manifest.Containers.Count());
        foreach (var server in manifest.Containers)
        {
            Assert.Equal(((string)manifest[server]["image"]!).Split("/library/")[^1], (string)compose[server]["image"]!);
            foreach (var volume in manifest[server]["volumes"]!.AsArray())
                Assert.Contains($"{volume!["name"]}:{volume["target"]}", compose[server]["volumes"]!.AsArray().Select(mounted => (string)mounted!));
        }
    }

    private static string Lacking(Manifest manifest, Func<string, Workload> deployed, string? derived = null) => string.Join('\n',
        from name in manifest.Services.Concat(manifest.Migrations)
        let wanted = manifest.Workload(name)
        let there = deployed(name)
        from variable in Differences.Needed(wanted)
        let secret = wanted.Secrets.Contains(variable) && (derived is null || !variable.StartsWith(derived, StringComparison.Ordinal))
        where !(secret ? there.Secrets : there.Names).Contains(variable)
        select $"{name}: {variable} {(secret ? "is no secret" : "is missing")}");
}
