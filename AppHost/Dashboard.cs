using LocalServers;
using Microsoft.Extensions.Configuration;

namespace Ips.AppHost;

/// <summary>The dashboard's address. Each start chooses free ports, because the dashboard of an earlier start may still be ending.</summary>
internal sealed class Dashboard
{
    /// <summary>The dashboard's name among the resources.</summary>
    public const string Resource = "aspire-dashboard";

    private readonly string address = $"http://localhost:{Ports.Free()}";

    /// <summary>The address with the token that signs in, which Aspire makes for each run.</summary>
    public string UrlOf(IConfiguration configuration) => $"{address}/login?t={configuration["AppHost:BrowserToken"]}";

    /// <summary>The configuration that a launch profile gives elsewhere.</summary>
    public string[] Configuration =>
    [
        $"--ASPNETCORE_URLS={address}",
        $"--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:{Ports.Free()}",
        $"--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=http://localhost:{Ports.Free()}",
    ];

    /// <summary>Makes the dashboard, which one person looks at, use little memory.</summary>
    public static void SaveMemory(IDistributedApplicationBuilder builder) => builder.Eventing.Subscribe<BeforeResourceStartedEvent>((starting, _) =>
    {
        if (starting.Resource.Name != Resource) return Task.CompletedTask;
        starting.Resource.Annotations.Add(new EnvironmentCallbackAnnotation(context =>
        {
            context.EnvironmentVariables["DOTNET_gcServer"] = "0";
            context.EnvironmentVariables["DOTNET_gcConcurrent"] = "0";
            context.EnvironmentVariables["DOTNET_GCConserveMemory"] = "7";
        }));
        return Task.CompletedTask;
    });
}
