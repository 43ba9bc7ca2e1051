using Ips.Contracts.Events;
using MassTransit;

namespace Ips.Platform.Events;

/// <summary>A message whose effect is committed; that consumer does not process it again.</summary>
public sealed class InboxRow : IProcessedOnce
{
    public required Guid MessageId { get; init; }

    /// <summary>The queue it was received from; every consumer has its own.</summary>
    public required string Consumer { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <inheritdoc/>
    public void Repeated() => Telemetry.MessagesRepeated.Add(1, new KeyValuePair<string, object?>("messaging.destination.name", Consumer));
}

/// <summary>What a consumer of single messages gives to its use case.</summary>
public static class Inbox
{
    /// <summary>
    /// Checks the event (<see cref="EventCheck"/>), and returns the row that marks the message as processed; the use case stores it with its changes
    /// (<see cref="Requests"/>).
    /// </summary>
    /// <exception cref="MalformedEventException">The event is not one that a service publishes.</exception>
    public static InboxRow Row<T>(this ConsumeContext<T> context, TimeProvider clock)
        where T : DomainEvent
    {
        var now = clock.GetUtcNow();
        EventCheck.Require(context, context.Message, now);
        return new()
        {
            MessageId = context.Message.EventId,
            Consumer = context.ReceiveContext.InputAddress.AbsolutePath.TrimStart('/'),
            ReceivedAt = now,
        };
    }
}
