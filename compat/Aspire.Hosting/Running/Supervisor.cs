using Aspire.Hosting.ApplicationModel;
using LocalServers;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Aspire.Hosting.Running;

/// <summary>Leads one resource through its life: wait, start, watch, and at last stop.</summary>
internal abstract class Supervisor(IResource resource, ResourceNotificationService notifications, HealthMonitor monitor, ResourceLog log)
{
    private CancellationTokenSource? watching;
    private Task life = Task.CompletedTask;

    public IResource Resource => resource;
    protected ResourceLog Log => log;

    /// <summary>True once the health checks passed.</summary>
    protected bool WasHealthy { get; private set; }

    public void Begin(CancellationToken stop) => life = Task.Run(() => LiveAsync(stop), CancellationToken.None);

    /// <summary>Stops what runs, if anything does, and returns when it is gone. The token given to Begin is cancelled by then.</summary>
    public virtual async Task StopAsync()
    {
        await life;
        await UnwatchAsync();
    }

    protected Task Life => life;

    /// <summary>Starts the resource and returns when it has ended, or, if it is nothing that ends, when it is there.</summary>
    protected abstract Task RunAsync(CancellationToken stop);

    protected void Publish(Func<CustomResourceSnapshot, CustomResourceSnapshot> change) => _ = notifications.PublishUpdateAsync(resource, change);

    protected void PublishState(string state) => Publish(now => now with { State = state });

    /// <summary>Says that the resource runs, and begins to check its health.</summary>
    protected async Task PublishRunningAsync(Func<CustomResourceSnapshot, CustomResourceSnapshot> change, CancellationToken stop)
    {
        await UnwatchAsync();
        Publish(now => change(now with { State = KnownResourceStates.Running, HealthStatus = null, Urls = [.. Urls()] }));
        watching = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _ = WatchAsync(watching.Token);
    }

    protected async Task UnwatchAsync()
    {
        if (watching is not { } earlier) return;
        watching = null;
        await earlier.CancelAsync();
    }

    private async Task LiveAsync(CancellationToken stop)
    {
        try
        {
            if (Waits.Of(resource).Any()) PublishState(KnownResourceStates.Waiting);
            await notifications.WaitForDependenciesAsync(resource, stop);
            PublishState(KnownResourceStates.Starting);
            await RunAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            PublishState(KnownResourceStates.Exited);
        }
        catch (Exception e) when (e is DistributedApplicationException or LocalServerException or NpgsqlException or IOException or UnauthorizedAccessException)
        {
            Fail(e.Message);
        }
        catch (Exception e)
        {
            Fail(e.ToString());
        }
    }

    private void Fail(string reason)
    {
        log.Write($"failed to start: {reason}");
        Publish(now => now.With(KnownProperties.Resource.Reason, reason) with { State = KnownResourceStates.FailedToStart, HealthStatus = null });
    }

    private async Task WatchAsync(CancellationToken stop)
    {
        try
        {
            await monitor.WatchAsync(resource, status =>
            {
                if (stop.IsCancellationRequested) return;
                WasHealthy |= status == HealthStatus.Healthy;
                Publish(now => now.HealthStatus == status || stop.IsCancellationRequested ? now : now with { HealthStatus = status });
            }, stop);
        }
        catch (OperationCanceledException)
        {
            // Something newer is to be said about this resource.
        }
    }

    private IEnumerable<UrlSnapshot> Urls() => resource.Annotations.OfType<EndpointAnnotation>()
        .Where(endpoint => endpoint.AllocatedEndpoint is not null)
        .Select(endpoint => new UrlSnapshot(endpoint.Name, endpoint.AllocatedEndpoint!.UriString, !endpoint.IsExternal));
}

/// <summary>A parameter or a connection string: it is there as soon as it has a value.</summary>
internal sealed class ValueSupervisor(IResource resource, ResourceNotificationService notifications, HealthMonitor monitor, ResourceLog log) : Supervisor(resource, notifications, monitor, log)
{
    protected override async Task RunAsync(CancellationToken stop)
    {
        if (Resource is IValueProvider value) await value.GetValueAsync(stop);
        await PublishRunningAsync(now => now, stop);
    }
}

/// <summary>A database: made on its server, which it waits for, when it is not there yet.</summary>
internal sealed class DatabaseSupervisor(PostgresDatabaseResource resource, ResourceNotificationService notifications, HealthMonitor monitor, ResourceLog log) : Supervisor(resource, notifications, monitor, log)
{
    protected override async Task RunAsync(CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection($"{await resource.Parent.ConnectionStringExpression.GetValueAsync(stop)};Database=postgres;Pooling=false");
        await connection.OpenAsync(stop);
        // Asked first: a server writes every refused statement into its log as an error. Nobody else makes databases on a server of ours.
        await using var known = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = resource.DatabaseName } } };
        if (await known.ExecuteScalarAsync(stop) is null)
        {
            await using var create = new NpgsqlCommand($"create database \"{resource.DatabaseName.Replace("\"", "\"\"")}\"", connection);
            await create.ExecuteNonQueryAsync(stop);
            Log.Write($"created database {resource.DatabaseName}");
        }
        await PublishRunningAsync(now => now, stop);
    }
}
