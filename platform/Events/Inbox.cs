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
    /// <summary>The row that marks the message as processed; the use case stores it with its changes (<see cref="Requests"/>).</summary>
    /// <exception cref="InvalidOperationException">The message has no id, so a repetition could not be recognized.</exception>
    public static InboxRow Row(this ConsumeContext context, TimeProvider clock) => new()
    {
        MessageId = context.MessageId ?? throw new InvalidOperationException("The message has no MessageId; whether it was seen before cannot be known."),
        Consumer = context.ReceiveContext.InputAddress.AbsolutePath.TrimStart('/'),
        ReceivedAt = clock.GetUtcNow(),
    };
}
