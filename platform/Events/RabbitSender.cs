using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
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
    private StrongBox<Confirms?> awaited = new();

    /// <inheritdoc/>
    public async Task<Sent> Send(IReadOnlyList<OutboxEntry> events, CancellationToken cancellationToken)
    {
        var spans = new Activity?[events.Count];
        Confirms? confirms = null;
        try
        {
            var open = await Open(cancellationToken);
            foreach (var type in events.Select(e => e.Type).Distinct().Where(declared.Add))
                await Declare(open, type, cancellationToken).WaitAsync(cancellationToken);
            confirms = new(await open.GetNextPublishSequenceNumberAsync(cancellationToken), events.Count);
            Volatile.Write(ref awaited.Value, confirms);
            for (var i = 0; i < events.Count; i++)
            {
                spans[i] = StartSpan(events[i]);
                await Publish(open, events[i], spans[i], cancellationToken);
                // The span of one event is not the parent of the next one's.
                Activity.Current = null;
            }

            // The token ends the wait even when the client ignores it.
            await confirms.All.WaitAsync(cancellationToken);
            return new Sent([.. events.Select(e => e.Id)], null);
        }
        catch (Exception down)
        {
            await Close();
            for (var i = 0; i < events.Count; i++)
            {
                if (confirms?.Has(i) != true)
                    spans[i]?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", down.GetType().FullName);
            }

            return new Sent([.. events.Where((_, i) => confirms?.Has(i) == true).Select(e => e.Id)], down);
        }
        finally
        {
            Array.ForEach(spans, span => span?.Dispose());
        }
    }

    public async ValueTask DisposeAsync() => await Close();

    private async Task<IChannel> Open(CancellationToken cancellationToken)
    {
        if (channel is { IsOpen: true })
            return channel;
        await Close();
        connection = await BrokerHealth.Open(factory, Patience, cancellationToken);
        // The client's own tracking holds a task, a header and a limit of 128 for each message; a batch needs one task.
        channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false), cancellationToken).WaitAsync(
                cancellationToken);
        // Each channel has its own: a late answer on a closed channel must not confirm a message of the next one, whose tags start at 1 again.
        var mine = awaited = new();
        channel.BasicAcksAsync += (_, ack) => Update(confirms => confirms.Confirm(ack.DeliveryTag, ack.Multiple));
        channel.BasicNacksAsync += (_, nack) => Update(confirms => confirms.Fail(new IOException($"The broker refused message {nack.DeliveryTag}.")));
        channel.ChannelShutdownAsync += (_, end) => Update(confirms => confirms.Fail(new IOException($"The channel was closed: {end.ReplyText}.")));
        return channel;

        Task Update(Action<Confirms> update)
        {
            if (Volatile.Read(ref mine.Value) is { } confirms)
                update(confirms);
            return Task.CompletedTask;
        }
    }

    private static async Task Declare(IChannel channel, string type, CancellationToken cancellationToken)
    {
        await channel.ExchangeDeclareAsync(type, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(EventsExchange, ExchangeType.Topic, durable: true, cancellationToken: cancellationToken);
        await channel.ExchangeBindAsync(EventsExchange, type, type, cancellationToken: cancellationToken);
    }

    private async Task Publish(IChannel open, OutboxEntry entry, Activity? span, CancellationToken cancellationToken) =>
        await open.BasicPublishAsync(
            entry.Type, entry.Type, mandatory: false, Properties(entry, span), Encoding.UTF8.GetBytes(entry.Body), cancellationToken);

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

    /// <summary>The broker's confirmations of one batch, whose messages have consecutive tags.</summary>
    private sealed class Confirms(ulong first, int count)
    {
        private readonly Lock turn = new();
        private readonly bool[] confirmed = new bool[count];
        private readonly TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int missing = count;
        private int next;   // all before it are confirmed

        /// <summary>Completes when every message is confirmed; fails when one cannot be.</summary>
        public Task All => all.Task;

        public bool Has(int index)
        {
            lock (turn)
                return confirmed[index];
        }

        /// <param name="tag">The message's tag.</param>
        /// <param name="multiple">Whether every message before it is confirmed too.</param>
        public void Confirm(ulong tag, bool multiple)
        {
            // A late answer to the batch before.
            if (tag < first)
                return;
            lock (turn)
            {
                var index = (int)(tag - first);
                for (var i = multiple ? next : index; i <= index; i++)
                {
                    if (!confirmed[i])
                        (confirmed[i], missing) = (true, missing - 1);
                }

                while (next < confirmed.Length && confirmed[next])
                    next++;
                if (missing == 0)
                    all.TrySetResult();
            }
        }

        public void Fail(Exception failure) => all.TrySetException(failure);
    }
}
