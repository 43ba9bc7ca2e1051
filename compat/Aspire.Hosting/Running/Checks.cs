using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using RabbitMQ.Client;

namespace Aspire.Hosting.Running;

/// <summary>Healthy when every replica answers a GET with the wanted status code.</summary>
internal sealed class HttpHealthCheck(IResourceWithEndpoints resource, string endpointName, string path, int statusCode) : IHealthCheck
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(10) };

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (resource.Annotations.OfType<InstancePorts>().FirstOrDefault() is not { } instances) return HealthCheckResult.Unhealthy("not started");
        var scheme = new EndpointReference(resource, endpointName).Scheme;
        foreach (var ports in instances.Replicas)
        {
            var uri = new Uri($"{scheme}://localhost:{ports[endpointName]}{(path.StartsWith('/') ? "" : "/")}{path}");
            try
            {
                using var answer = await Client.GetAsync(uri, cancellationToken);
                if ((int)answer.StatusCode != statusCode) return HealthCheckResult.Unhealthy($"{uri} answers {(int)answer.StatusCode}, not {statusCode}");
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                return HealthCheckResult.Unhealthy($"{uri}: {e.Message}");
            }
        }
        return HealthCheckResult.Healthy();
    }
}

/// <summary>Healthy when a login succeeds.</summary>
internal sealed class LoginCheck(IResourceWithConnectionString resource, Func<string, CancellationToken, Task> login) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await login((await resource.GetConnectionStringAsync(cancellationToken))!, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }

    public static async Task Postgres(string connectionString, CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection($"{connectionString};Pooling=false;Timeout=5");
        await connection.OpenAsync(stop);
    }

    public static async Task RabbitMq(string connectionString, CancellationToken stop)
    {
        var factory = new ConnectionFactory { Uri = new(connectionString), RequestedConnectionTimeout = TimeSpan.FromSeconds(5), AutomaticRecoveryEnabled = false };
        await using var connection = await factory.CreateConnectionAsync(stop);
        await connection.CloseAsync(stop);
    }
}

/// <summary>Runs the health checks of running resources: quickly until healthy, then every 30 s.</summary>
internal sealed class HealthMonitor(HealthCheckService checks)
{
    // The official host waits 1, 2, 3, 4, 5 s and so on; a start would lose seconds between "listens" and "is seen to be healthy". Two looks a second for a minute, then as it does.
    private static readonly double[] Pauses = [0.1, 0.1, 0.2, 0.3, 0.3, .. Enumerable.Repeat(0.5, 120), 5];

    /// <summary>Reports after each round of checks until told to stop. Without checks a running resource is healthy.</summary>
    public async Task WatchAsync(IResource resource, Action<HealthStatus> report, CancellationToken stop)
    {
        var keys = resource.Annotations.OfType<HealthCheckAnnotation>().Select(check => check.Key).ToHashSet();
        if (keys.Count == 0)
        {
            report(HealthStatus.Healthy);
            return;
        }
        for (var round = 0; !stop.IsCancellationRequested;)
        {
            var found = await checks.CheckHealthAsync(check => keys.Contains(check.Name), stop);
            report(found.Status);
            round = found.Status == HealthStatus.Healthy ? 0 : round + 1;
            await Task.Delay(found.Status == HealthStatus.Healthy ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(Pauses[Math.Min(round, Pauses.Length) - 1]), stop);
        }
    }
}
