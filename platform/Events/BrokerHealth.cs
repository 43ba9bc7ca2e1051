using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;

namespace Ips.Platform.Events;

/// <summary>Whether RabbitMQ answers, seen over a connection of its own: MassTransit's check knows of consumers only, and a service may have none.</summary>
internal sealed class BrokerHealth(Uri broker, ServiceIdentity service) : IHealthCheck, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
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
        try
        {
            // A channel opened and closed is a round trip: an open socket does not prove that the broker responds.
            return await Execute((_, _) => Task.FromResult(HealthCheckResult.Healthy()), cancellationToken);
        }
        catch (Exception down)
        {
            // Requests work without the broker, so the service stays ready.
            return HealthCheckResult.Degraded("RabbitMQ does not answer; events are kept and sent later", down);
        }
    }

    /// <summary>
    /// Sends the broker a request on a new channel of the stored connection, one at a time. A failure closes the connection; the next request opens one.
    /// </summary>
    /// <exception cref="TimeoutException">No answer within five seconds.</exception>
    internal async Task<T> Execute<T>(Func<IChannel, CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (connection is not { IsOpen: true })
            {
                await Close();
                connection = await Open(factory, Patience, cancellationToken);
            }

            return await Answer(connection).WaitAsync(Patience, cancellationToken);
        }
        catch
        {
            await Close();
            throw;
        }
        finally
        {
            turn.Release();
        }

        async Task<T> Answer(IConnection open)
        {
            await using var channel = await open.CreateChannelAsync(cancellationToken: cancellationToken);
            return await operation(channel, cancellationToken);
        }
    }

    /// <summary>Fails when the time is over: the client can wait forever for a broker that ends during the handshake.</summary>
    /// <exception cref="TimeoutException"/>
    internal static async Task<IConnection> Open(ConnectionFactory factory, TimeSpan patience, CancellationToken cancellationToken)
    {
        var opening = factory.CreateConnectionAsync(cancellationToken);
        try
        {
            return await opening.WaitAsync(patience, cancellationToken);
        }
        catch
        {
            // The check has given up waiting; close the connection when it opens after all.
            _ = opening.ContinueWith(
                late => late.Result.DisposeAsync().AsTask(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
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
            await old.DisposeAsync().AsTask().WaitAsync(Patience);
        }
        catch (Exception gone) when (gone is not OutOfMemoryException)
        {
            // It is closed already, or the broker is gone: either way it is not used again.
        }
    }
}
