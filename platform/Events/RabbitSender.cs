using System.Diagnostics;
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

    private readonly HashSet<string> declared = [];
    private StrongBox<Confirms?> awaited = new();
    private BrokerChannel? channel;

    /// <inheritdoc/>
    public async Task<Sent> Send(IReadOnlyList<OutboxEntry> events, CancellationToken cancellationToken)
    {
        var spans = new Activity?[events.Count];
        Confirms? confirms = null;
        try
        {
            var open = await Channel.Open(cancellationToken);
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
            await Channel.DisposeAsync();
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

    public ValueTask DisposeAsync() => Channel.DisposeAsync();

    // The client's own tracking holds a task, a header and a limit of 128 for each message; a batch needs one task.
    private BrokerChannel Channel => channel ??= new(broker, $"{service.Name} outbox", tracked: false, Prepare);

    private Task Prepare(IChannel open, CancellationToken cancellationToken)
    {
        declared.Clear();
        // Each channel has its own: a late answer on a closed channel must not confirm a message of the next one, whose tags start at 1 again.
        var mine = awaited = new();
        open.BasicAcksAsync += (_, ack) => Update(confirms => confirms.Confirm(ack.DeliveryTag, ack.Multiple));
        open.BasicNacksAsync += (_, nack) => Update(confirms => confirms.Fail(new IOException($"The broker refused message {nack.DeliveryTag}.")));
        open.ChannelShutdownAsync += (_, end) => Update(confirms => confirms.Fail(new IOException($"The channel was closed: {end.ReplyText}.")));
        return Task.CompletedTask;

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
        var properties = CloudEventMessage.Properties(entry.Id, $"/ips/{service.Name}", EventCatalog.Find(entry.Type)?.CloudEventType ?? entry.Type,
            entry.Subject, entry.Sequence, entry.OccurredAt, entry.Provider);
        var headers = properties.Headers!;
        headers["MT-MessageType"] = entry.Urn;
        if ((span?.Id ?? entry.TraceParent) is { } trace)
        {
            headers["cloudEvents_traceparent"] = trace;
            headers["traceparent"] = trace;
            headers["MT-Activity-Id"] = trace;
        }

        if (entry.TraceState is { Length: > 0 } state)
            headers["cloudEvents_tracestate"] = state;
        return properties;
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
