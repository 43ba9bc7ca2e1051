using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;

namespace Ips.ServiceDefaults;

/// <summary>Whether RabbitMQ answers, seen over a connection of its own: MassTransit's check knows of consumers only, and a service may have none.</summary>
internal sealed class BrokerHealth(Uri broker, ServiceIdentity service) : IHealthCheck, IAsyncDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly ConnectionFactory factory = new()
    {
        Uri = broker,
        ClientProvidedName = $"{service.Name} health",
        AutomaticRecoveryEnabled = false,
        RequestedHeartbeat = TimeSpan.FromSeconds(30),
        RequestedConnectionTimeout = TimeSpan.FromSeconds(2),
    };

    private IConnection? connection;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (connection is not { IsOpen: true })
            {
                await Close();
                connection = await factory.CreateConnectionAsync(cancellationToken);
            }

            // A round trip: an open socket to a broker that hangs is not health.
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception down)
        {
            await Close();
            return HealthCheckResult.Unhealthy("RabbitMQ does not answer; events are kept and sent later", down);
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Close();
        turn.Dispose();
    }

    private async Task Close()
    {
        var old = connection;
        connection = null;
        if (old is null)
            return;
        try
        {
            await old.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5));
        }
        catch (Exception gone) when (gone is not OutOfMemoryException)
        {
            // It is closed already, or the broker is gone: either way it is not used again.
        }
    }
}
