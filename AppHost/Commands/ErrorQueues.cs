using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;

namespace Ips.AppHost.Commands;

/// <summary>"Replay error queues": moves the messages that a consumer failed on from QUEUE_error back to QUEUE, so that they are tried again.</summary>
internal static class ErrorQueues
{
    private const string Suffix = "_error";

    /// <summary>Adds the command to the broker. The management API lists the queues.</summary>
    public static void AddTo<TBroker>(IResourceBuilder<TBroker> broker)
        where TBroker : IResourceWithEndpoints, IResourceWithConnectionString => broker.WithCommand(
        "replay-errors", "Replay error queues",
        async context =>
        {
            Uri address = new((await broker.Resource.GetConnectionStringAsync(context.CancellationToken))!);
            var queues = await FindAsync(broker.GetEndpoint("management").Url, address, context.CancellationToken);
            var moved = await ReplayAsync(address, queues, context.CancellationToken);
            return CommandResults.Success(moved.Count == 0
                ? "The error queues are empty."
                : $"Sent back: {string.Join(", ", moved.Select(queue => $"{queue.Value} to {queue.Key}"))}");
        },
        new()
        {
            IconName = "ArrowRepeatAll",
            Description = "Sends every message of the error queues back to the queue it failed in",
            ConfirmationMessage = "Send every message of the error queues back to its queue?",
        });

    /// <summary>Moves the messages that lie in these error queues now; one that fails again is not moved twice.</summary>
    /// <returns>How many messages each queue got back.</returns>
    public static async Task<IReadOnlyDictionary<string, uint>> ReplayAsync(Uri broker, IReadOnlyList<string> errorQueues, CancellationToken cancellationToken)
    {
        ConnectionFactory factory = new() { Uri = broker };
        await using var connection = await factory.CreateConnectionAsync(cancellationToken);
        CreateChannelOptions confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        await using var channel = await connection.CreateChannelAsync(confirmed, cancellationToken);
        SortedDictionary<string, uint> moved = new(StringComparer.Ordinal);
        foreach (var queue in errorQueues)
        {
            var count = (await channel.QueueDeclarePassiveAsync(queue, cancellationToken)).MessageCount;
            for (var n = 0u; n < count && await MoveAsync(channel, queue, cancellationToken); n++) moved[queue[..^Suffix.Length]] = n + 1;
        }
        return moved;
    }

    // Acknowledged after the broker has confirmed the copy: a crash in between leaves the message twice, and the consumer's inbox drops the second.
    private static async Task<bool> MoveAsync(IChannel channel, string queue, CancellationToken cancellationToken)
    {
        if (await channel.BasicGetAsync(queue, autoAck: false, cancellationToken) is not { } message) return false;
        BasicProperties properties = new(message.BasicProperties) { Headers = WithoutFault(message.BasicProperties.Headers) };
        await channel.BasicPublishAsync("", queue[..^Suffix.Length], mandatory: true, properties, message.Body, cancellationToken);
        await channel.BasicAckAsync(message.DeliveryTag, multiple: false, cancellationToken);
        return true;
    }

    // MassTransit describes the failure in headers; on the next try they would be wrong.
    private static Dictionary<string, object?>? WithoutFault(IDictionary<string, object?>? headers) => headers?
        .Where(header => !header.Key.StartsWith("MT-Fault", StringComparison.Ordinal) && header.Key != "MT-Reason")
        .ToDictionary(header => header.Key, header => header.Value, StringComparer.Ordinal);

    private static async Task<IReadOnlyList<string>> FindAsync(string management, Uri broker, CancellationToken cancellationToken)
    {
        using HttpClient http = new();
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(broker.UserInfo)));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", login);
        var queues = await http.GetFromJsonAsync<JsonArray>($"{management}/api/queues?columns=name", cancellationToken);
        return [.. queues!.Select(queue => (string)queue!["name"]!).Where(name => name.EndsWith(Suffix, StringComparison.Ordinal))];
    }
}
