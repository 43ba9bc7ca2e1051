using System.Threading.Channels;
using Grpc.Core;
using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.HealthCheck;

/// <summary>
/// The health service over statuses that the application sets. Register it as a singleton; all members may be called at any time.
/// </summary>
public class HealthServiceImpl : Health.V1.Health.HealthBase
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ServingStatus> statuses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<ChannelWriter<ServingStatus>>> watchers = new(StringComparer.Ordinal);

    /// <summary>Sets a service's status and tells those who watch it.</summary>
    /// <param name="service">The service's full name; empty is the server as a whole.</param>
    /// <param name="status">Its status from now on.</param>
    public void SetStatus(string service, ServingStatus status)
    {
        ArgumentNullException.ThrowIfNull(service);
        lock (gate)
        {
            statuses[service] = status;
            Tell(service, status);
        }
    }

    /// <summary>Forgets a service; those who watch it are told SERVICE_UNKNOWN.</summary>
    public void ClearStatus(string service)
    {
        ArgumentNullException.ThrowIfNull(service);
        lock (gate)
        {
            if (statuses.Remove(service))
                Tell(service, ServingStatus.ServiceUnknown);
        }
    }

    /// <summary>Forgets every service; those who watch are told SERVICE_UNKNOWN.</summary>
    public void ClearAll()
    {
        lock (gate)
        {
            foreach (var service in statuses.Keys)
                Tell(service, ServingStatus.ServiceUnknown);
            statuses.Clear();
        }
    }

    /// <inheritdoc />
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        lock (gate)
        {
            return statuses.TryGetValue(request.Service, out var status)
                ? Task.FromResult(new HealthCheckResponse { Status = status })
                : throw UnknownService(request.Service);
        }
    }

    /// <inheritdoc />
    public override Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context) =>
        WatchUntil(request.Service, responseStream, context.CancellationToken);

    internal static RpcException UnknownService(string service) =>
        new(new Status(StatusCode.NotFound, $"This server has no health status for service '{service}'."));

    /// <summary>Writes the status and each change of it; returns the last status written once <paramref name="end"/> is cancelled.</summary>
    internal async Task<ServingStatus> WatchUntil(string service, IServerStreamWriter<HealthCheckResponse> responses, CancellationToken end)
    {
        // Only the newest status matters: a slow caller skips what is out of date and cannot make the server hold more than one.
        var changes = Channel.CreateBounded<ServingStatus>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        ServingStatus? last = null;
        Subscribe(service, changes.Writer);
        try
        {
            await foreach (var status in changes.Reader.ReadAllAsync(end))
            {
                if (status == last)
                    continue;
                await responses.WriteAsync(new HealthCheckResponse { Status = status });
                last = status;
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The caller left, or the server stops: the ordinary end of a watch.
        }
        finally
        {
            Unsubscribe(service, changes.Writer);
        }

        return last ?? ServingStatus.Unknown;
    }

    private void Subscribe(string service, ChannelWriter<ServingStatus> watcher)
    {
        lock (gate)
        {
            if (!watchers.TryGetValue(service, out var those))
                watchers[service] = those = [];
            those.Add(watcher);
            watcher.TryWrite(statuses.GetValueOrDefault(service, ServingStatus.ServiceUnknown));
        }
    }

    private void Unsubscribe(string service, ChannelWriter<ServingStatus> watcher)
    {
        lock (gate)
        {
            // Names come from callers: a name that nobody watches any more is not kept.
            if (watchers.TryGetValue(service, out var those) && those.Remove(watcher) && those.Count == 0)
                watchers.Remove(service);
        }
    }

    private void Tell(string service, ServingStatus status)
    {
        if (!watchers.TryGetValue(service, out var those))
            return;
        foreach (var watcher in those)
            watcher.TryWrite(status);
    }
}
