using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Tells and remembers the state of every resource.</summary>
public sealed class ResourceNotificationService : IDisposable
{
    private readonly ConcurrentDictionary<string, ResourceEvent> latest = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Channel<ResourceEvent>> watchers = [];
    private readonly Lock gate = new();

    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        lock (gate)
        {
            var before = latest.TryGetValue(resource.Name, out var known)
                ? known.Snapshot
                : new CustomResourceSnapshot { ResourceType = resource.GetType().Name.Replace("Resource", ""), Properties = [] };
            var now = new ResourceEvent(resource, resource.Name, stateFactory(before));
            latest[resource.Name] = now;
            foreach (var watcher in watchers) watcher.Writer.TryWrite(now);
        }
        return Task.CompletedTask;
    }

    public bool TryGetCurrentState(string resourceId, out ResourceEvent? resourceEvent) => latest.TryGetValue(resourceId, out resourceEvent);

    /// <summary>First the present state of every resource, then each change in order.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<ResourceEvent>();
        lock (gate)
        {
            foreach (var known in latest.Values) channel.Writer.TryWrite(known);
            watchers.Add(channel);
        }
        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken)) yield return change;
        }
        finally
        {
            lock (gate) watchers.Remove(channel);
        }
    }

    public async Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        await foreach (var change in WatchAsync(cancellationToken))
        {
            if (string.Equals(change.Resource.Name, resourceName, StringComparison.OrdinalIgnoreCase) && predicate(change)) return change;
        }
        throw new OperationCanceledException($"The application ended while '{resourceName}' was waited for.");
    }

    public async Task<string> WaitForResourceAsync(string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var wanted = targetStates.ToHashSet();
        return (await WaitForResourceAsync(resourceName, change => change.Snapshot.State is { } state && wanted.Contains(state.Text), cancellationToken)).Snapshot.State!.Text;
    }

    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, WaitBehavior.StopOnResourceUnavailable, cancellationToken);

    /// <exception cref="DistributedApplicationException">It ended or could not start, and <paramref name="waitBehavior"/> says to stop then.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var change = await WaitForResourceAsync(resourceName,
            change => change.Snapshot is { HealthStatus: HealthStatus.Healthy } || (waitBehavior == WaitBehavior.StopOnResourceUnavailable && change.Snapshot.IsTerminal()), cancellationToken);
        return change.Snapshot.IsTerminal() && change.Snapshot.HealthStatus != HealthStatus.Healthy ? throw Unavailable(change, "become healthy") : change;
    }

    /// <summary>Returns when all that <paramref name="resource"/> waits for is there.</summary>
    /// <exception cref="DistributedApplicationException">A dependency failed, so waiting longer is of no use.</exception>
    public async Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken)
    {
        // The first failure counts, however long the others still take to start.
        await foreach (var there in Task.WhenEach(resource.Annotations.OfType<WaitAnnotation>().Select(wait => WaitForAsync(wait, cancellationToken)))) await there;
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var watcher in watchers) watcher.Writer.TryComplete();
        }
    }

    private async Task WaitForAsync(WaitAnnotation wait, CancellationToken stop)
    {
        var givesUp = wait.WaitBehavior != WaitBehavior.WaitOnResourceUnavailable;
        switch (wait.WaitType)
        {
            case WaitType.WaitForCompletion:
                var ended = await WaitForResourceAsync(wait.Resource.Name, change => change.Snapshot.IsTerminal(), stop);
                if (ended.Snapshot.State!.Text == KnownResourceStates.FailedToStart || ended.Snapshot.ExitCode != wait.ExitCode)
                    throw Unavailable(ended, $"complete with exit code {wait.ExitCode}");
                break;
            case WaitType.WaitUntilStarted:
                var started = await WaitForResourceAsync(wait.Resource.Name, change => change.Snapshot.IsRunning() || (givesUp && change.Snapshot.IsTerminal()), stop);
                if (started.Snapshot.IsTerminal()) throw Unavailable(started, "start");
                break;
            default:
                await WaitForResourceHealthyAsync(wait.Resource.Name, givesUp ? WaitBehavior.StopOnResourceUnavailable : WaitBehavior.WaitOnResourceUnavailable, stop);
                break;
        }
    }

    private static DistributedApplicationException Unavailable(ResourceEvent change, string hope)
    {
        if (change.Snapshot.State!.Text != KnownResourceStates.FailedToStart)
            return new($"Stopped waiting for resource '{change.Resource.Name}' to {hope} because it ended with exit code {change.Snapshot.ExitCode}.");
        // Along a chain of resources that wait for each other the first failure is the one to tell.
        var reason = $"{change.Snapshot.Get(KnownProperties.Resource.Reason)}";
        return new(reason.StartsWith("Stopped waiting", StringComparison.Ordinal) ? reason : $"Stopped waiting for resource '{change.Resource.Name}' to {hope} because it failed to start: {reason}");
    }
}
