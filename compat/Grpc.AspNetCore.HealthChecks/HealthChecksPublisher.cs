using Grpc.HealthCheck;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>Tells watchers what the application's own periodic checks found.</summary>
internal sealed class HealthChecksPublisher(HealthServiceImpl statuses, ServiceHealth health, IOptions<GrpcHealthChecksOptions> options) : IHealthCheckPublisher
{
    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        foreach (var service in options.Value.Services)
            statuses.SetStatus(service.Name, health.In(report, service));
        return Task.CompletedTask;
    }
}
