using RabbitMQ.Client;

namespace Ips.Platform.Events;

/// <summary>
/// A channel to the broker with publisher confirms. It is opened when it is needed and closed after a failure; a broker that is gone ends neither an opening nor
/// a closing, so both have a time limit.
/// </summary>
/// <param name="broker">The broker with the service's login.</param>
/// <param name="name">The name of the connection, as the broker shows it.</param>
/// <param name="tracked">Whether a publish call completes with the broker's confirmation; otherwise the channel's events report it.</param>
/// <param name="prepare">Runs on each new channel before its first use.</param>
internal sealed class BrokerChannel(Uri broker, string name, bool tracked, Func<IChannel, CancellationToken, Task> prepare) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ConnectionFactory factory = new()
    {
        Uri = broker,
        ClientProvidedName = name,
        AutomaticRecoveryEnabled = false,
        RequestedHeartbeat = TimeSpan.FromSeconds(30),
        RequestedConnectionTimeout = Patience,
    };

    private IConnection? connection;
    private IChannel? channel;

    /// <summary>The open channel, a new one after a failure.</summary>
    public async Task<IChannel> Open(CancellationToken cancellationToken)
    {
        if (channel is { IsOpen: true })
            return channel;
        await DisposeAsync();
        connection = await BrokerHealth.Open(factory, Patience, cancellationToken);
        var opened = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: tracked), cancellationToken).WaitAsync(
                cancellationToken);
        await prepare(opened, cancellationToken);
        return channel = opened;
    }

    /// <summary>Closes the channel and its connection; the next call opens new ones.</summary>
    public async ValueTask DisposeAsync()
    {
        var (oldChannel, oldConnection) = (channel, connection);
        (channel, connection) = (null, null);
        try
        {
            if (oldChannel is not null)
                await oldChannel.DisposeAsync().AsTask().WaitAsync(Patience);
            if (oldConnection is not null)
                await oldConnection.DisposeAsync().AsTask().WaitAsync(Patience);
        }
        catch (Exception gone) when (gone is not OutOfMemoryException)
        {
            // Closing a connection to a broker that is gone; a new one is made for the next message.
        }
    }
}
