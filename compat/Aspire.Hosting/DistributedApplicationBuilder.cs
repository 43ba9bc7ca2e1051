using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

public interface IDistributedApplicationBuilder
{
    ConfigurationManager Configuration { get; }

    /// <summary>Directory of the application host's project; relative paths start here.</summary>
    string AppHostDirectory { get; }
    Assembly? AppHostAssembly { get; }
    IHostEnvironment Environment { get; }
    IServiceCollection Services { get; }
    DistributedApplicationExecutionContext ExecutionContext { get; }
    IResourceCollection Resources { get; }

    IResourceBuilder<T> AddResource<T>(T resource) where T : IResource;

    IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource;

    DistributedApplication Build();
}

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder host;

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        var entryPoint = EntryPoint.Current;
        AppHostAssembly = options.AssemblyName is { } name ? Assembly.Load(name) : entryPoint?.Assembly ?? Assembly.GetEntryAssembly();
        AppHostDirectory = AppHostAssembly?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(data => data.Key == "apphostprojectpath")?.Value is { } known && Directory.Exists(known)
            ? known
            : Directory.GetCurrentDirectory();
        host = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = [.. entryPoint?.Arguments ?? [], .. options.Args ?? []],
            ContentRootPath = AppHostDirectory,
            ApplicationName = AppHostAssembly?.GetName().Name,
        });
        host.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // Failures to start and to be healthy are told by the resource that has them; these would tell them again.
        host.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        host.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        host.Services.Configure<HostOptions>(own => own.ShutdownTimeout = TimeSpan.FromMinutes(2));
        host.Services.AddHealthChecks();
        host.Services.AddSingleton<ResourceNotificationService>();
        host.Services.AddSingleton(new DistributedApplicationModel(Resources));
        host.Services.AddSingleton(ExecutionContext);
        host.Services.AddSingleton(provider => new ConsoleLogs(AppData.Of(host.Configuration, AppHostDirectory), options.EnableResourceLogging && entryPoint is null));
        host.Services.AddSingleton<HealthMonitor>();
        host.Services.AddSingleton<Orchestrator>();
        host.Services.AddHostedService(provider => provider.GetRequiredService<Orchestrator>());
        entryPoint?.Created(this);
    }

    public ConfigurationManager Configuration => host.Configuration;
    public string AppHostDirectory { get; }
    public Assembly? AppHostAssembly { get; }
    public IHostEnvironment Environment => host.Environment;
    public IServiceCollection Services => host.Services;
    public DistributedApplicationExecutionContext ExecutionContext { get; } = new(DistributedApplicationOperation.Run);
    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        EntryPoint.Current?.WaitForBuild();
        Waits.ThrowOnCycle(Resources);
        var application = new DistributedApplication(host.Build(), EntryPoint.Current);
        EntryPoint.Current?.Built(application);
        return application;
    }
}
