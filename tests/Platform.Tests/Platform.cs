using System.Globalization;
using System.Net.Http.Headers;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Ips.AppHost;
using LocalServers.Resources;
using Xunit;

namespace Ips.Platform.Tests;

/// <summary>
/// The whole platform, started through the AppHost on data of its own, once for all tests of the collection "platform" and
/// once for those of staff in every state. It starts without the sandbox case: a test makes what it needs.
/// </summary>
public sealed class Platform : IAsyncLifetime
{
    public static readonly string[] Services = ["eligibility", "staffing", "fidelity", "billing", "reporting"];
    private DistributedApplication? app;
    private TelemetrySink? sink;

    public string Data { get; } = Path.Combine(Path.GetTempPath(), $"ips-platform-{Path.GetRandomFileName()}");
    public DistributedApplication App => app!;

    public async Task InitializeAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<global::Projects.AppHost>(["--data", Data, "--no-sandbox"]);
        sink = await TelemetrySink.Start(Path.Combine(Data, "telemetry"));
        builder.Configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = null;
        builder.Configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = sink.Address;
        // Tests look for the trace of one call among those of thousands.
        foreach (var program in builder.Resources.OfType<IResourceWithEnvironment>().ToList())
            builder.CreateResourceBuilder(program).WithEnvironment("OTEL_TRACES_SAMPLER", "always_on");
        app = await builder.BuildAsync();
        await app.StartAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        await foreach (var healthy in Task.WhenEach(
            Services.Select(service => app.ResourceNotifications.WaitForResourceHealthyAsync(service, patience.Token)))) await healthy;
    }

    public async Task DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
        if (sink is not null) await sink.DisposeAsync();
        if (Directory.Exists(Data)) Directory.Delete(Data, recursive: true);
    }

    /// <summary>A token that the services accept for an hour.</summary>
    public string Token(string role, string organization) =>
        SandboxIssuer.In(Data).Mint(new TokenRequest(role, organization, $"test-{role}", 1), TimeProvider.System);

    /// <summary>A client of a service's HTTP/JSON endpoint, with a token.</summary>
    public HttpClient Http(string service, string role, string organization)
    {
        var client = App.CreateHttpClient(service, "http");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(role, organization));
        return client;
    }

    /// <summary>Address of a service's gRPC endpoint: cleartext HTTP/2 with prior knowledge.</summary>
    public Uri Grpc(string service) => App.GetEndpoint(service, "grpc");

    /// <summary>The process of a resource, to be killed by tests of faults: of a server the server itself, not the script that runs it.</summary>
    public IEnumerable<int> ProcessIds(string resource)
    {
        if (!App.ResourceNotifications.TryGetCurrentState(resource, out var known)) return [];
        if (known.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value is not int pid) return [];
        return known.Resource is LocalServerResource ? ChildrenOf(pid).Where(child => !IsPortMapper(child)) : [pid];
    }

    private static IEnumerable<int> ChildrenOf(int pid) => File.ReadAllText($"/proc/{pid}/task/{pid}/children")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(child => int.Parse(child, CultureInfo.InvariantCulture));

    private static bool IsPortMapper(int pid) => File.ReadAllText($"/proc/{pid}/comm").Trim() == "epmd";
}

[CollectionDefinition("platform")]
public sealed class PlatformCollection : ICollectionFixture<Platform>;
