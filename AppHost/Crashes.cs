using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace Ips.AppHost;

/// <summary>Restarts a program that ended without a stop command, as an orchestrator in production does.</summary>
internal sealed class Crashes(ResourceNotificationService notifications, ResourceCommandService commands, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, string?> states = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var change in notifications.WatchAsync(stoppingToken))
            {
                var state = change.Snapshot.State?.Text;
                states.TryGetValue(change.ResourceId, out var before);
                states[change.ResourceId] = state;
                // A stop by hand passes through "Stopping"; what has no endpoints, such as a migration, ends because it is done.
                if (change.Resource is ExecutableResource && change.Resource.HasAnnotationOfType<EndpointAnnotation>() && before == KnownResourceStates.Running
                    && KnownResourceStates.TerminalStates.Contains(state))
                    _ = RestartAsync(change.ResourceId, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the host.
        }
    }

    private async Task RestartAsync(string resource, CancellationToken cancellationToken)
    {
        try
        {
            // A start fails, for example, while a process that is ending still holds the port.
            do await Task.Delay(Pause, clock, cancellationToken);
            while (!(await commands.ExecuteCommandAsync(resource, KnownResourceCommands.StartCommand, cancellationToken)).Success);
        }
        catch (OperationCanceledException)
        {
            // The end of the host.
        }
    }
}
