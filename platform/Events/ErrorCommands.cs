using MassTransit;

namespace Ips.Platform.Events;

/// <summary><c>list-errors</c>: prints a line for each message in the error queues of this service; ends with 1 when there is one.</summary>
/// <param name="broker">The address.</param>
/// <param name="bus">Not started: building it names the queues.</param>
/// <param name="queues">The queues.</param>
internal sealed class ListErrors(Uri broker, IBusControl bus, ConsumerQueues queues) : IServiceCommand
{
    public string Name => "list-errors";

    public async Task<int> Run(CancellationToken cancellationToken)
    {
        _ = bus;
        var failed = await ErrorQueues.List(broker, queues.Names.SelectMany(ErrorQueues.Of), cancellationToken);
        foreach (var message in failed)
            Console.WriteLine($"{message.Queue} {message.MessageId} {message.Type} {message.Fault}");
        Console.WriteLine($"{failed.Count} messages wait in the error queues.");
        return failed.Count == 0 ? 0 : 1;
    }
}

/// <summary><c>replay-errors</c>: sends the messages in the error queues of this service back to the queues in which they failed.</summary>
/// <inheritdoc cref="ListErrors"/>
internal sealed class ReplayErrors(Uri broker, IBusControl bus, ConsumerQueues queues) : IServiceCommand
{
    public string Name => "replay-errors";

    public async Task<int> Run(CancellationToken cancellationToken)
    {
        _ = bus;
        var replayed = await ErrorQueues.Replay(broker, queues.Names.SelectMany(ErrorQueues.Of), cancellationToken);
        Console.WriteLine($"{replayed.Count} messages were sent back to their queues.");
        return 0;
    }
}
