using Ips.Contracts.Reporting.V1;
using Ips.ServiceDefaults;

namespace Ips.Portal.Reporting;

/// <summary>The client of the reporting service.</summary>
internal static class ReportingSetup
{
    public static void AddReporting(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped<DashboardsApi>();
        builder.Services.AddDiscoveredClient<Dashboards.DashboardsClient>("reporting");
    }
}
