using Ips.Platform.Events;

namespace Ips.AppHost.Commands;

/// <summary>"Replay error queues": sends the messages of all error queues back to the queues in which they failed, so that they are tried again.</summary>
internal static class ReplayErrors
{
    /// <summary>Adds the command to the broker. The management API lists the queues.</summary>
    public static void AddTo<TBroker>(IResourceBuilder<TBroker> broker)
        where TBroker : IResourceWithEndpoints, IResourceWithConnectionString => broker.WithCommand(
        "replay-errors", "Replay error queues",
        async context =>
        {
            Uri address = new((await broker.Resource.GetConnectionStringAsync(context.CancellationToken))!);
            using BrokerManagement management = new(broker.GetEndpoint("management").Url, address);
            var queues = (await management.QueuesAsync(context.CancellationToken)).Where(queue => ErrorQueues.Origin(queue) is not null);
            var replayed = await ErrorQueues.Replay(address, queues, context.CancellationToken);
            return CommandResults.Success(replayed.Count == 0
                ? "The error queues are empty."
                : $"Sent back: {string.Join(", ", replayed.CountBy(message => message.Queue).Select(queue => $"{queue.Value} of {queue.Key}"))}");
        },
        new()
        {
            IconName = "ArrowRepeatAll",
            Description = "Sends every message of the error queues back to the queue it failed in",
            ConfirmationMessage = "Send every message of the error queues back to its queue?",
        });
}
