using Ips.AppHost.Commands;
using Ips.Testing;
using RabbitMQ.Client;
using Xunit;

namespace Ips.Platform.Tests;

public sealed class ErrorQueueTests
{
    [Fact]
    public async Task Failed_messages_go_back_to_their_queue_without_the_description_of_the_failure()
    {
        Uri broker = new(await TestServers.RabbitMqAsync());
        var queue = $"replayed-{Guid.NewGuid():N}";
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false);
        await channel.QueueDeclareAsync($"{queue}_error", durable: true, exclusive: false, autoDelete: false);
        BasicProperties properties = new()
        {
            MessageId = "one",
            Headers = new Dictionary<string, object?> { ["MT-Fault-Message"] = "no", ["cloudEvents_id"] = "one" }
        };
        await channel.BasicPublishAsync("", $"{queue}_error", mandatory: true, properties, "body"u8.ToArray());

        var moved = await ErrorQueues.ReplayAsync(broker, [$"{queue}_error"], CancellationToken.None);

        Assert.Equal(1u, moved[queue]);
        Assert.Null(await channel.BasicGetAsync($"{queue}_error", autoAck: true));
        var back = (await channel.BasicGetAsync(queue, autoAck: true))!;
        Assert.Equal("one", back.BasicProperties.MessageId);
        Assert.Equal("body"u8.ToArray(), back.Body.ToArray());
        // The client adds a header of its own for the confirmation.
        Assert.Equal(["cloudEvents_id"], back.BasicProperties.Headers!.Keys.Where(name => name != "x-dotnet-pub-seq-no"));
    }
}
