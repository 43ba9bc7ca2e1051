using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

public class DistributedApplicationException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The application made of its resources: started, watched and stopped as one.</summary>
public class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly IHost host;
    private readonly EntryPoint? entryPoint;
    private readonly Lock gate = new();
    private Task? started;

    public DistributedApplication(IHost host) : this(host, null)
    {
    }

    internal DistributedApplication(IHost host, EntryPoint? entryPoint) => (this.host, this.entryPoint) = (host, entryPoint);

    public IServiceProvider Services => host.Services;
    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => CreateBuilder(new DistributedApplicationOptions { Args = args });

    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) => new DistributedApplicationBuilder(options);

    /// <summary>Starts all resources and returns; each goes on when what it waits for is there.</summary>
    public virtual async Task StartAsync(CancellationToken cancellationToken = default)
    {
        // Under test both the program that built the application and the test start it: the test says when, and it starts once.
        if (EntryPoint.Current is { } mine) await mine.MayStart.WaitAsync(cancellationToken);
        else entryPoint?.AllowStart();
        Task starting;
        lock (gate) starting = started ??= host.StartAsync(cancellationToken);
        await starting;
    }

    /// <summary>Stops all resources: those that wait for others before those they wait for.</summary>
    public virtual Task StopAsync(CancellationToken cancellationToken = default) => host.StopAsync(cancellationToken);

    /// <summary>Starts, and returns when the application is told to stop and has done so.</summary>
    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        await StartAsync(cancellationToken);
        await host.WaitForShutdownAsync(cancellationToken);
    }

    public void Run() => RunAsync().GetAwaiter().GetResult();

    public virtual void Dispose()
    {
        host.Dispose();
        GC.SuppressFinalize(this);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (started is not null) await host.StopAsync();
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else host.Dispose();
        GC.SuppressFinalize(this);
    }
}

public sealed class DistributedApplicationOptions
{
    public string[]? Args { get; set; }
    public string? AssemblyName { get; set; }
    public bool DisableDashboard { get; set; }

    /// <summary>Echo what the resources print to this program's console, each line with the resource's name. Files get it in any case.</summary>
    public bool EnableResourceLogging { get; set; } = true;
}

public enum DistributedApplicationOperation
{
    Run = 0,
    Publish = 1,
}

/// <summary>Only running is supported; publishing needs the official packages.</summary>
public class DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
{
    public DistributedApplicationOperation Operation => operation;
    public bool IsPublishMode => operation == DistributedApplicationOperation.Publish;
    public bool IsRunMode => operation == DistributedApplicationOperation.Run;
}
