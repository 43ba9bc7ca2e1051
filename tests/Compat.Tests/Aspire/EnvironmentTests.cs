using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Xunit;

namespace Ips.Compat.Tests.Aspire;

public sealed class EnvironmentTests
{
    [Fact]
    public async Task A_project_gets_the_variables_of_the_official_host()
    {
        await using var app = new TestApp("--Parameters:region=north");
        app.Builder.Configuration["ConnectionStrings:ledger"] = "Host=ledger;Password=a{b}c";
        var region = app.Builder.AddParameter("region");
        var key = app.Builder.AddParameter("key", "k&1", secret: true);
        var ledger = app.Builder.AddConnectionString("ledger");
        var built = app.Builder.AddConnectionString("built", ReferenceExpression.Create($"Region={region};Key={key:uri}"));
        var orders = app.AddProbe("orders-api").WithHttpEndpoint(name: "grpc").WithEndpoint("grpc", endpoint => endpoint.Transport = "http2");
        app.AddProbe("asker")
            .WithReference(orders).WithReference(ledger).WithReference(built, "other").WithReference("outside", new Uri("https://outside.test"))
            .WithReference(orders.GetEndpoint("http"))
            .WithEnvironment("TEXT", $"{region} at {orders.GetEndpoint("grpc").Property(EndpointProperty.Port)} {{}}")
            .WithEnvironment("CALL", orders.GetEndpoint("http"))
            .WithEnvironment("LEDGER", ledger).WithEnvironment("KEY", key)
            .WithEnvironment(context => context.EnvironmentVariables["OWN"] = ((IResourceWithEndpoints)context.Resource).GetEndpoint("http").Property(EndpointProperty.TargetPort));
        await app.StartAsync();
        await app.AnswersAsync("asker");

        var seen = JsonSerializer.Deserialize<Dictionary<string, string>>(await app.GetAsync("asker", "/env"))!;
        var (http, grpc) = (app.App.GetEndpoint("orders-api", "http").ToString().TrimEnd('/'), app.App.GetEndpoint("orders-api", "grpc").ToString().TrimEnd('/'));
        var own = app.App.GetEndpoint("asker").Port;
        AssertHas(seen, new()
        {
            ["services__orders-api__http__0"] = http,
            ["services__orders-api__http__1"] = http,
            ["services__orders-api__grpc__0"] = grpc,
            ["ORDERS_API_HTTP"] = http,
            ["ORDERS_API_GRPC"] = grpc,
            ["ConnectionStrings__ledger"] = "Host=ledger;Password=a{b}c",
            ["ConnectionStrings__other"] = "Region=north;Key=k%261",
            ["services__outside__default__0"] = "https://outside.test/",
            ["OUTSIDE"] = "https://outside.test/",
            ["TEXT"] = $"north at {new Uri(grpc).Port} {{}}",
            ["CALL"] = http,
            ["LEDGER"] = "Host=ledger;Password=a{b}c",
            ["KEY"] = "k&1",
            ["OWN"] = $"{own}",
            ["ASPNETCORE_URLS"] = $"http://localhost:{own}",
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["OTEL_SERVICE_NAME"] = "asker",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
            ["OTEL_TRACES_SAMPLER"] = "always_on",
            ["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based",
            ["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory",
            ["LOGGING__CONSOLE__FORMATTERNAME"] = "simple",
        });
        Assert.Matches("^service.instance.id=[a-z0-9]{8}$", seen["OTEL_RESOURCE_ATTRIBUTES"]);
        Assert.False(seen.ContainsKey("OTEL_EXPORTER_OTLP_ENDPOINT"));
    }

    [Fact]
    public async Task Telemetry_goes_where_the_dashboard_variables_say()
    {
        await using var app = new TestApp("--ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL=http://localhost:18890", "--AppHost:OtlpApiKey=secret");
        app.AddProbe("one").WithHttpHealthCheck("/health");
        await app.StartAsync();
        await app.HealthyAsync("one");
        var seen = JsonSerializer.Deserialize<Dictionary<string, string>>(await app.GetAsync("one", "/env"))!;
        AssertHas(seen, new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://localhost:18890",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-otlp-api-key=secret",
        });
    }

    [Fact]
    public async Task Connection_strings_of_servers_have_the_official_form_and_parts()
    {
        await using var app = new TestApp("--Parameters:db-password=p@ss word");
        var password = app.Builder.AddParameter("db-password", secret: true);
        var server = app.Builder.AddPostgres("db", password: password);
        var database = server.AddDatabase("orders-db", "Orders; 1");
        var broker = app.Builder.AddRabbitMQ("bus");
        Allocate(server.Resource, 5001);
        Allocate(broker.Resource, 5002);
        var busPassword = await broker.Resource.PasswordParameter.GetValueAsync(default);

        Assert.Equal("Host=localhost;Port=5001;Username=postgres;Password=p@ss word", await server.Resource.ConnectionStringExpression.GetValueAsync());
        Assert.Equal("Host=localhost;Port=5001;Username=postgres;Password=p@ss word;Database=\"Orders; 1\"", await database.Resource.ConnectionStringExpression.GetValueAsync());
        Assert.Equal($"amqp://guest:{busPassword}@localhost:5002", await broker.Resource.ConnectionStringExpression.GetValueAsync());
        Assert.Matches("^[A-Za-z0-9]{22,}$", busPassword);

        var parts = new Dictionary<string, string?>();
        foreach (var (name, value) in ((IResourceWithConnectionString)database.Resource).GetConnectionProperties()) parts[name] = await value.GetValueAsync();
        Assert.Equal(new Dictionary<string, string?>
        {
            ["Host"] = "localhost",
            ["Port"] = "5001",
            ["Username"] = "postgres",
            ["Password"] = "p@ss word",
            ["Uri"] = "postgresql://postgres:p%40ss%20word@localhost:5001/Orders%3B%201",
            ["JdbcConnectionString"] = "jdbc:postgresql://localhost:5001/Orders%3B%201",
            ["DatabaseName"] = "Orders; 1",
        }, parts);
    }

    [Fact]
    public async Task A_generated_password_is_kept_for_the_next_start_and_only_its_owner_reads_it()
    {
        await using var app = new TestApp();
        var first = await app.Builder.AddRabbitMQ("bus").Resource.PasswordParameter.GetValueAsync(default);
        await using var again = new TestApp();
        again.Builder.Configuration["Data:Directory"] = app.Data;
        Assert.Equal(first, await again.Builder.AddRabbitMQ("bus").Resource.PasswordParameter.GetValueAsync(default));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(app.Data, "secrets.json")));
    }

    [Fact]
    public void Expressions_know_their_parts_by_name()
    {
        var app = new TestApp();
        var database = app.Builder.AddPostgres("db").AddDatabase("orders");
        var orders = app.AddProbe("api").GetEndpoint("http");
        var expression = ReferenceExpression.Create($"{database}|{orders}|{orders.Property(EndpointProperty.TargetPort)}");
        Assert.Equal("{0}|{1}|{2}", expression.Format);
        Assert.Equal("{orders.connectionString}|{api.bindings.http.url}|{api.bindings.http.targetPort}", expression.ValueExpression);
    }

    private static void Allocate(IResource resource, int port)
    {
        var endpoint = resource.Annotations.OfType<EndpointAnnotation>().Single();
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", port);
    }

    private static void AssertHas(Dictionary<string, string> seen, Dictionary<string, string> expected) =>
        Assert.Equal(expected.OrderBy(pair => pair.Key, StringComparer.Ordinal), expected.Keys.ToDictionary(key => key, key => seen.GetValueOrDefault(key) ?? "(absent)").OrderBy(pair => pair.Key, StringComparer.Ordinal));
}
