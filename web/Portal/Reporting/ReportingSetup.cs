using Grpc.Core;
using Grpc.Net.Client.Configuration;
using Ips.Contracts.Reporting.V1;

namespace Ips.Portal.Reporting;

/// <summary>The client of the reporting service: setting <c>services:reporting:grpc:0</c>.</summary>
internal static class ReportingSetup
{
    public static void AddReporting(this WebApplicationBuilder builder)
    {
        var address = builder.Configuration["services:reporting:grpc:0"]
            ?? throw new InvalidOperationException(
            "services:reporting:grpc:0 is missing; set it to the address of the reporting service, http://host:port (HTTP/2).");
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped<DashboardsApi>();
        builder.Services.AddGrpcClient<Dashboards.DashboardsClient>(client => client.Address = new Uri(address))
            .ConfigureChannel(channel => channel.ServiceConfig = new ServiceConfig { MethodConfigs = { Retries() } });
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
