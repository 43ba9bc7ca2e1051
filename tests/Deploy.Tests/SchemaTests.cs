using System.Text.Json.Nodes;
using k8s;
using Xunit;

namespace Ips.Deploy.Tests;

public sealed class SchemaTests
{
    // Operators define these kinds; their schemas are not in the packages.
    private static readonly string[] Operators = ["postgresql.cnpg.io/v1", "rabbitmq.com/v1beta1"];

    [Fact]
    public async Task Compose_file_fits_its_schema()
    {
        var compose = Compose.Read();

        Assert.Equal("", await Tools.Validate(new JsonObject { ["compose"] = compose.Document.DeepClone() }.ToJsonString()));
    }

    [Fact]
    public async Task Schema_of_compose_finds_a_wrong_key()
    {
        var document = Compose.Read().Document;
        document["services"]!["billing"]!["imagge"] = "x";

        Assert.Contains("imagge", await Tools.Validate(new JsonObject { ["compose"] = document }.ToJsonString()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chart_fits_the_schemas_of_Kubernetes(bool everything)
    {
        var chart = await Chart.Render("ips-platform", everything ? Chart.EverythingOn : []);

        Assert.True(chart.Objects.Count > 40, $"{chart.Objects.Count} objects");
        JsonArray objects = [.. chart.Objects.Select(made => made.DeepClone())];
        Assert.Equal("", await Tools.Validate(new JsonObject { ["objects"] = objects }.ToJsonString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chart_has_no_field_that_Kubernetes_does_not_know(bool everything)
    {
        var chart = await Chart.Render("ips-platform", everything ? Chart.EverythingOn : []);
        var known = chart.Objects.Where(made => !((string)made["apiVersion"]!).StartsWith("keda.sh/", StringComparison.Ordinal)).ToList();

        var read = KubernetesYaml.LoadAllFromString(string.Join("\n---\n", known.Select(made => made.ToJsonString())), strict: true);

        Assert.Equal(known.Count, read.Count);
    }

    [Fact]
    public void Strict_reading_refuses_an_unknown_field()
    {
        const string service = """{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":{"prots":[]}}""";

        Assert.ThrowsAny<Exception>(() => KubernetesYaml.LoadAllFromString(service, strict: true));
    }

    [Fact]
    public async Task Servers_chart_makes_a_cluster_of_each_operator()
    {
        var chart = await Chart.Render("ips-servers");

        Assert.Equal(Operators, chart.Objects.Select(made => (string)made["apiVersion"]!).Distinct().Order());
    }

    [Theory]
    [InlineData("defaults.autoscaling.cpu=hot", "/defaults/autoscaling/cpu")]
    [InlineData("services.billing.callls[0]=staffing", "callls")]
    [InlineData("authentication.authority=issuer", "/authentication/authority")]
    [InlineData("authentication.authority=", "authentication.authority is empty")]
    public async Task A_wrong_value_is_refused_by_name(string value, string name)
    {
        var (code, _, errors) = await Chart.Try("ips-platform", value);

        Assert.NotEqual(0, code);
        Assert.Contains(name, errors, StringComparison.Ordinal);
    }
}
