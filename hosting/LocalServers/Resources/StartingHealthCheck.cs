using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LocalServers.Resources;

/// <summary>
/// A health check that waits for what is starting: five seconds at most, four looks a second. Aspire looks again only after up to five seconds, which would
/// be added to each step of a start.
/// </summary>
/// <param name="look">Returns what is wrong; null when nothing is.</param>
public sealed class StartingHealthCheck(Func<CancellationToken, Task<string?>> look) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (await Problem(cancellationToken) is { } problem)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience) return HealthCheckResult.Unhealthy(problem);
            await Task.Delay(Pause, cancellationToken);
        }
        return HealthCheckResult.Healthy();
    }

    private async Task<string?> Problem(CancellationToken cancellationToken)
    {
        try
        {
            return await look(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return e.Message;
        }
    }
}
