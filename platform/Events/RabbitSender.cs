using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Ips.Contracts.Events;
using RabbitMQ.Client;

namespace Ips.Platform.Events;

/// <summary>
/// Sends stored events to RabbitMQ with publisher confirms, as CloudEvents 1.0 in binary mode: the body is the event's JSON, the attributes are
/// headers named <c>cloudEvents_*</c>. Each event type has its exchange, which feeds the consumers' queues and the topic exchange for others.
/// </summary>
public sealed class RabbitSender(Uri broker, ServiceIdentity service) : IEventSender, IAsyncDisposable
{
    /// <summary>The topic exchange external consumers bind their queues to; the routing key is the event type.</summary>
    public const string EventsExchange = "ips.events";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ConnectionFactory factory = new()
    {
        Uri = broker,
        ClientProvidedName = $"{service.Name} outbox",
        AutomaticRecoveryEnabled = false,
        RequestedHeartbeat = TimeSpan.FromSeconds(30),
        RequestedConnectionTimeout = Patience,
    };

    private readonly HashSet<string> declared = [];
    private IConnection? connection;
    private IChannel? channel;

    public async Task<Sent> Send(IReadOnlyList<OutboxEntry> events, CancellationToken cancellationToken)
    {
        var confirmed = new ConcurrentBag<Guid>();
        try
        {
            var open = await Open(cancellationToken);
            foreach (var type in events.Select(e => e.Type).Distinct().Where(declared.Add))
                await Declare(open, type, cancellationToken).WaitAsync(cancellationToken);
            var confirms = new List<Task>(events.Count);
            foreach (var entry in events)
                confirms.Add(Publish(open, entry, confirmed, cancellationToken));
            // The token ends the wait even when the client ignores it.
            await Task.WhenAll(confirms).WaitAsync(cancellationToken);
            return new Sent([.. confirmed], null);
        }
        catch (Exception down)
        {
            await Close();
            return new Sent([.. confirmed], down);
        }
    }

    public async ValueTask DisposeAsync() => await Close();

    private async Task<IChannel> Open(CancellationToken cancellationToken)
    {
        if (channel is { IsOpen: true })
            return channel;
        await Close();
        connection = await BrokerHealth.Open(factory, Patience, cancellationToken);
        channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken).WaitAsync(
                cancellationToken);
        return channel;
    }

    private static async Task Declare(IChannel channel, string type, CancellationToken cancellationToken)
    {
        await channel.ExchangeDeclareAsync(type, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(EventsExchange, ExchangeType.Topic, durable: true, cancellationToken: cancellationToken);
        await channel.ExchangeBindAsync(EventsExchange, type, type, cancellationToken: cancellationToken);
    }

    private async Task Publish(IChannel open, OutboxEntry entry, ConcurrentBag<Guid> confirmed, CancellationToken cancellationToken)
    {
        using var span = StartSpan(entry);
        try
        {
            await open.BasicPublishAsync(
                entry.Type, entry.Type, mandatory: false, Properties(entry, span), Encoding.UTF8.GetBytes(entry.Body), cancellationToken);
            confirmed.Add(entry.Id);
        }
        catch (Exception failed)
        {
            span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", failed.GetType().FullName);
            throw;
        }
    }

    private static Activity? StartSpan(OutboxEntry entry)
    {
        var parent = ActivityContext.TryParse(entry.TraceParent, entry.TraceState, isRemote: true, out var given) ? given : default;
        return Telemetry.Spans.StartActivity($"send {entry.Type}", ActivityKind.Producer, parent)?
            .SetTag("messaging.system", "rabbitmq").SetTag("messaging.operation.type", "send").SetTag("messaging.operation.name", "send")
            .SetTag("messaging.destination.name", entry.Type).SetTag("messaging.message.id", entry.Id.ToString())
            .SetTag("messaging.rabbitmq.destination.routing_key", entry.Type);
    }

    private BasicProperties Properties(OutboxEntry entry, Activity? span)
    {
        var trace = span?.Id ?? entry.TraceParent;
        var headers = new Dictionary<string, object?>
        {
            ["cloudEvents_specversion"] = "1.0",
            ["cloudEvents_id"] = entry.Id.ToString(),
            ["cloudEvents_source"] = $"/ips/{service.Name}",
            ["cloudEvents_type"] = EventCatalog.Find(entry.Type)?.CloudEventType ?? entry.Type,
            ["cloudEvents_subject"] = entry.Subject,
            ["cloudEvents_time"] = entry.OccurredAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
            ["cloudEvents_datacontenttype"] = "application/json",
            ["cloudEvents_sequence"] = entry.Sequence.ToString(CultureInfo.InvariantCulture),
            ["cloudEvents_partitionkey"] = entry.Subject,
            ["MT-MessageType"] = entry.Urn,
        };
        if (trace is not null)
        {
            headers["cloudEvents_traceparent"] = trace;
            headers["traceparent"] = trace;
            headers["MT-Activity-Id"] = trace;
        }

        if (entry.Provider is not null)
            headers["cloudEvents_tenantid"] = entry.Provider;
        if (entry.TraceState is { Length: > 0 } state)
            headers["cloudEvents_tracestate"] = state;
        return new BasicProperties
        {
            MessageId = entry.Id.ToString(),
            ContentType = "application/json",
            DeliveryMode = DeliveryModes.Persistent,
            Timestamp = new AmqpTimestamp(entry.OccurredAt.ToUnixTimeSeconds()),
            Headers = headers,
        };
    }

    private async Task Close()
    {
        var (oldChannel, oldConnection) = (channel, connection);
        (channel, connection) = (null, null);
        declared.Clear();
        try
        {
            if (oldChannel is not null)
                await oldChannel.DisposeAsync().AsTask().WaitAsync(Patience);
            if (oldConnection is not null)
                await oldConnection.DisposeAsync().AsTask().WaitAsync(Patience);
        }
        catch (Exception gone) when (gone is not OutOfMemoryException)
        {
            // Closing a connection to a broker that is gone; a new one is made for the next batch.
        }
    }
}
