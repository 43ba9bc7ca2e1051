using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>From health checks to the status of a mapped service.</summary>
internal sealed class ServiceHealth(
    HealthCheckService checks, IOptions<HealthCheckServiceOptions> registered, IOptions<HealthCheckOptions> http)
{
    /// <summary>Runs the checks that make up the service.</summary>
    public async Task<ServingStatus> Ask(ServiceMapping service, CancellationToken stop)
    {
        var report = await checks.CheckHealthAsync(check => Counts(service, check), stop);
        return Sum(report.Entries.Values);
    }

    /// <summary>The service's status in results that are there already.</summary>
    public ServingStatus In(HealthReport report, ServiceMapping service)
    {
        var counted = registered.Value.Registrations.Where(check => Counts(service, check)).Select(check => check.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return Sum(report.Entries.Where(entry => counted.Contains(entry.Key)).Select(entry => entry.Value));
    }

    private bool Counts(ServiceMapping service, HealthCheckRegistration check) =>
        http.Value.Predicate is not { } picked || picked(check)
            ? service.HealthCheckPredicate?.Invoke(new(check.Name, check.Tags)) ?? true
            : false;

    // Degraded still serves. No result at all says nothing about the service.
    private static ServingStatus Sum(IEnumerable<HealthReportEntry> entries)
    {
        var sum = ServingStatus.Unknown;
        foreach (var entry in entries)
        {
            if (entry.Status == HealthStatus.Unhealthy)
                return ServingStatus.NotServing;
            sum = ServingStatus.Serving;
        }

        return sum;
    }
}
