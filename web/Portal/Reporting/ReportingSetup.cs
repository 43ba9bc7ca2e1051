using Grpc.Core;
using Grpc.Net.Client.Configuration;
using Ips.Contracts.Reporting.V1;

namespace Ips.Portal.Reporting;

/// <summary>The client of the reporting service, which service discovery finds.</summary>
internal static class ReportingSetup
{
    public static void AddReporting(this WebApplicationBuilder builder)
    {
        if (!builder.Configuration.GetSection("services:reporting:grpc").Exists())
        {
            throw new InvalidOperationException(
                "The address of the reporting service is missing; set services__reporting__grpc__0 to http://host:port (HTTP/2).");
        }

        builder.Services.AddServiceDiscovery();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped<DashboardsApi>();
        builder.Services.AddGrpcClient<Dashboards.DashboardsClient>(client => client.Address = new Uri("http://_grpc.reporting"))
            .ConfigureChannel(channel => channel.ServiceConfig = new ServiceConfig { MethodConfigs = { Retries() } })
            .AddServiceDiscovery();
    }

    private static MethodConfig Retries() => new()
    {
        Names = { MethodName.Default },
        RetryPolicy = new RetryPolicy
        {
            MaxAttempts = 3,
            InitialBackoff = TimeSpan.FromMilliseconds(200),
            MaxBackoff = TimeSpan.FromSeconds(1),
            BackoffMultiplier = 2,
            RetryableStatusCodes = { StatusCode.Unavailable },
        },
    };
}
