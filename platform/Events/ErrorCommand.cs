using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Ips.Platform.Events;

/// <summary>
/// <c>list-errors</c> prints a line for each message in the error queues of this service, and ends with 1 when there is one. <c>replay-errors</c> sends them
/// back to the queues in which they failed.
/// </summary>
/// <param name="name">The command.</param>
/// <param name="services">What it needs; resolved when it runs, because other commands have no broker.</param>
internal sealed class ErrorCommand(string name, IServiceProvider services) : IServiceCommand
{
    public const string List = "list-errors";
    public const string Replay = "replay-errors";

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task<int> Run(CancellationToken cancellationToken)
    {
        // Building the bus names the queues; it is not started.
        services.GetRequiredService<IBusControl>();
        var (broker, queues) = (Messaging.Broker(services), services.GetRequiredService<ConsumerQueues>().Names.SelectMany(ErrorQueues.Of));
        if (name == Replay)
        {
            var replayed = await ErrorQueues.Replay(broker, queues, cancellationToken);
            Console.WriteLine($"{replayed.Count} messages were sent back to their queues.");
            return 0;
        }

        var failed = await ErrorQueues.List(broker, queues, cancellationToken);
        foreach (var message in failed)
            Console.WriteLine($"{message.Queue} {message.MessageId} {message.Type} {message.Fault}");
        Console.WriteLine($"{failed.Count} messages wait in the error queues.");
        return failed.Count == 0 ? 0 : 1;
    }
}
