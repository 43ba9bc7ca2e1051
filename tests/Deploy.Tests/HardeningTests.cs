using Xunit;

namespace Ips.Deploy.Tests;

/// <summary>What operations expects of every pod and container.</summary>
public sealed class HardeningTests
{
    private static readonly string[] Servers = ["postgres", "bus"];

    [Fact]
    public async Task Pods_run_without_root_and_without_a_token()
    {
        foreach (var (name, pod) in (await Chart.Render("ips-platform")).Pods())
        {
            Assert.True((bool)pod["securityContext"]!["runAsNonRoot"]!, name);
            Assert.False((bool)pod["automountServiceAccountToken"]!, name);
            Assert.Equal("RuntimeDefault", (string)pod["securityContext"]!["seccompProfile"]!["type"]!);
        }
    }

    [Fact]
    public async Task Containers_have_a_read_only_file_system_and_a_folder_for_temporary_files()
    {
        foreach (var (name, pod) in (await Chart.Render("ips-platform")).Pods())
        {
            var container = pod["containers"]![0]!;
            Assert.True((bool)container["securityContext"]!["readOnlyRootFilesystem"]!, name);
            Assert.False((bool)container["securityContext"]!["allowPrivilegeEscalation"]!, name);
            Assert.Equal("""["ALL"]""", container["securityContext"]!["capabilities"]!["drop"]!.ToJsonString());
            Assert.Contains("/tmp", container["volumeMounts"]!.AsArray().Select(mount => (string)mount!["mountPath"]!));
        }
    }

    [Fact]
    public async Task Containers_have_requests_and_limits()
    {
        foreach (var (name, pod) in (await Chart.Render("ips-platform")).Pods())
        {
            var resources = pod["containers"]![0]!["resources"]!;
            Assert.True(resources["requests"]!["cpu"] is not null && resources["requests"]!["memory"] is not null, name);
            Assert.True(resources["limits"]!["memory"] is not null, name);
        }
    }

    [Fact]
    public async Task Services_have_three_probes()
    {
        var chart = await Chart.Render("ips-platform");

        var services = chart.Of("Service").Select(Chart.Name).Except(["portal"]).ToList();
        Assert.Equal(5, services.Count);
        foreach (var name in services)
        {
            var container = chart.Pods().Single(pod => pod.Name == name).Pod["containers"]![0]!;
            var paths = new[] { "startupProbe", "readinessProbe", "livenessProbe" }.Select(probe => (string)container[probe]!["httpGet"]!["path"]!);
            Assert.Equal(["/health", "/ready", "/alive"], paths);
        }
    }

    [Fact]
    public async Task Services_have_an_account_a_budget_and_an_autoscaler_of_their_own()
    {
        var chart = await Chart.Render("ips-platform");

        foreach (var name in chart.Of("Deployment").Select(Chart.Name))
        {
            Assert.Equal($"ips-{name}", (string)chart.Get("Deployment", name)["spec"]!["template"]!["spec"]!["serviceAccountName"]!);
            Assert.False((bool)chart.Get("ServiceAccount", name)["automountServiceAccountToken"]!);
            Assert.NotNull(chart.Get("PodDisruptionBudget", name));
            Assert.Equal(name == "portal" ? 0 : 1, chart.Of("HorizontalPodAutoscaler").Count(scaler => Chart.Name(scaler) == name));
        }
    }

    [Fact]
    public async Task Consumers_are_scaled_by_their_queues_where_KEDA_is_there()
    {
        var chart = await Chart.Render("ips-platform", Chart.EverythingOn);
        var scaled = chart.Of("ScaledObject").Select(Chart.Name).ToList();

        Assert.Equal(["eligibility", "reporting"], scaled.Order());
        Assert.Empty(scaled.Intersect(chart.Of("HorizontalPodAutoscaler").Select(Chart.Name)));
        Assert.Contains("reporting.event-facts", chart.Get("ScaledObject", "reporting").ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replica_count_stands_only_where_nothing_scales()
    {
        var chart = await Chart.Render("ips-platform");

        Assert.Equal(["portal"], chart.Of("Deployment").Where(deployment => deployment["spec"]!["replicas"] is not null).Select(Chart.Name));
    }

    [Fact]
    public void Containers_of_the_compose_file_run_without_root_on_a_read_only_file_system()
    {
        var compose = Compose.Read();

        foreach (var name in compose.Names.Except(Servers))
        {
            Assert.True((bool)compose[name]["read_only"]!, name);
            Assert.Equal("1654:1654", (string)compose[name]["user"]!);
            Assert.Equal("""["ALL"]""", compose[name]["cap_drop"]!.ToJsonString());
        }
    }

    [Fact]
    public void Compose_file_opens_ports_on_the_loopback_address_only()
    {
        var compose = Compose.Read();
        var ports = compose.Names.SelectMany(name => compose[name]["ports"]?.AsArray().Select(port => (string)port!) ?? []).ToList();

        Assert.Equal(6, ports.Count);
        Assert.All(ports, port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
    }
}
