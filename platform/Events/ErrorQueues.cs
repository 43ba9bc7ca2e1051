using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Ips.Platform.Events;

/// <summary>A message that a consumer did not process.</summary>
/// <param name="Queue">The queue in which it waits.</param>
/// <param name="MessageId">The id of its event, as the sender states it.</param>
/// <param name="Type">The CloudEvents type, as the sender states it.</param>
/// <param name="Fault">The exception, with its message.</param>
internal sealed record FailedMessage(string Queue, string MessageId, string Type, string Fault);

/// <summary>
/// Queues of messages that a consumer did not process: <c>QUEUE_error</c>, and <c>QUEUE_skipped</c>, which versions before used for types they did not know.
/// </summary>
internal static class ErrorQueues
{
    private static readonly string[] Suffixes = ["_error", "_skipped"];

    /// <summary>The error queues of a consumer's queue.</summary>
    public static IEnumerable<string> Of(string queue) => Suffixes.Select(suffix => queue + suffix);

    /// <summary>The queue that an error queue belongs to; null when the name is not that of an error queue.</summary>
    public static string? Origin(string errorQueue) =>
        Suffixes.FirstOrDefault(suffix => errorQueue.EndsWith(suffix, StringComparison.Ordinal)) is { } suffix ? errorQueue[..^suffix.Length] : null;

    /// <summary>How many messages wait in a queue. A queue that does not exist, because no message ever failed, has none. Closes the channel then.</summary>
    public static async Task<uint> Count(IChannel channel, string queue, CancellationToken cancellationToken)
    {
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, cancellationToken)).MessageCount;
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return 0;
        }
    }

    /// <summary>The messages that wait in these error queues; each goes back to the end of its queue.</summary>
    public static Task<IReadOnlyList<FailedMessage>> List(Uri broker, IEnumerable<string> errorQueues, CancellationToken cancellationToken) =>
        Move(broker, errorQueues, replay: false, cancellationToken);

    /// <summary>Sends the messages that wait in these error queues now back to the queues in which they failed; one that fails again is not moved twice.</summary>
    public static Task<IReadOnlyList<FailedMessage>> Replay(Uri broker, IEnumerable<string> errorQueues, CancellationToken cancellationToken) =>
        Move(broker, errorQueues, replay: true, cancellationToken);

    private static async Task<IReadOnlyList<FailedMessage>> Move(
        Uri broker, IEnumerable<string> errorQueues, bool replay, CancellationToken cancellationToken)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(cancellationToken);
        List<FailedMessage> moved = [];
        foreach (var queue in errorQueues)
        {
            await using var channel = await connection.CreateChannelAsync(
                new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
            var count = await Count(channel, queue, cancellationToken);
            for (var n = 0u; n < count && await channel.BasicGetAsync(queue, autoAck: false, cancellationToken) is { } message; n++)
            {
                await Move(channel, message, replay ? Origin(queue)! : queue, withFault: !replay, cancellationToken);
                moved.Add(Describe(queue, message.BasicProperties));
            }
        }

        return moved;
    }

    // Sent to the exchange of the queue, which has its name: the default exchange would let a service write to the queues of others. Acknowledged after the
    // broker has confirmed the copy: a crash in between leaves the message twice, and the consumer's inbox drops the second. A message that is read and given
    // back instead would be dropped by the broker after it was listed a number of times (delivery-limit).
    private static async Task Move(IChannel channel, BasicGetResult message, string to, bool withFault, CancellationToken cancellationToken)
    {
        BasicProperties properties = new(message.BasicProperties);
        if (!withFault)
            properties.Headers = WithoutFault(message.BasicProperties.Headers);
        await channel.BasicPublishAsync(to, "", mandatory: true, properties, message.Body, cancellationToken);
        await channel.BasicAckAsync(message.DeliveryTag, multiple: false, cancellationToken);
    }

    // MassTransit describes the failure in headers; on the next try they would be wrong.
    private static Dictionary<string, object?>? WithoutFault(IDictionary<string, object?>? headers) => headers?
        .Where(header => !header.Key.StartsWith("MT-Fault", StringComparison.Ordinal) && header.Key != "MT-Reason")
        .ToDictionary(header => header.Key, header => header.Value, StringComparer.Ordinal);

    private static FailedMessage Describe(string queue, IReadOnlyBasicProperties properties)
    {
        return new(queue, Clean(properties.MessageId), Text("cloudEvents_type"), $"{Text("MT-Fault-ExceptionType")} {Text("MT-Fault-Message")}".Trim());

        string Text(string name) => Clean(properties.Headers?.TryGetValue(name, out var value) == true
            ? value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : value?.ToString() : null);
    }

    // For a terminal: the sender may have written anything.
    private static string Clean(string? text) => text is null ? "" : new([.. text.Where(letter => !char.IsControl(letter)).Take(300)]);
}
