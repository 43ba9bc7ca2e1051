using Ips.Platform.Events;
using Ips.Testing;
using RabbitMQ.Client;
using Xunit;

namespace Ips.Platform.Tests;

public sealed class ErrorQueueTests
{
    [Fact]
    public async Task Failed_messages_are_listed_and_go_back_to_their_queue_without_the_description_of_the_failure()
    {
        Uri broker = new(await TestServers.RabbitMqAsync());
        var queue = $"replayed-{Guid.NewGuid():N}";
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        // As MassTransit makes them: an exchange before each queue.
        foreach (var name in new[] { queue, $"{queue}_error" })
        {
            await channel.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: true);
            await channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false);
            await channel.QueueBindAsync(name, name, "");
        }

        BasicProperties properties = new()
        {
            MessageId = "one",
            Headers = new Dictionary<string, object?> { ["MT-Fault-ExceptionType"] = "Bad", ["MT-Fault-Message"] = "no\u001b[2J", ["cloudEvents_type"] = "us.ips.one" }
        };
        await channel.BasicPublishAsync("", $"{queue}_error", mandatory: true, properties, "body"u8.ToArray());

        FailedMessage[] expected = [new($"{queue}_error", "one", "us.ips.one", "Bad no[2J")];
        string[] queues = [$"{queue}_error", $"{queue}_skipped"];
        Assert.Equal(expected, await ErrorQueues.List(broker, queues, CancellationToken.None));
        Assert.Equal(expected, await ErrorQueues.List(broker, queues, CancellationToken.None));

        Assert.Equal(expected, await ErrorQueues.Replay(broker, queues, CancellationToken.None));

        Assert.Null(await channel.BasicGetAsync($"{queue}_error", autoAck: true));
        var back = (await channel.BasicGetAsync(queue, autoAck: true))!;
        Assert.Equal("one", back.BasicProperties.MessageId);
        Assert.Equal("body"u8.ToArray(), back.Body.ToArray());
        // The client adds a header of its own for the confirmation.
        Assert.Equal(["cloudEvents_type"], back.BasicProperties.Headers!.Keys.Where(name => name != "x-dotnet-pub-seq-no"));
    }
}
