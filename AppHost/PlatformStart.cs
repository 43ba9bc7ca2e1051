using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ips.AppHost;

/// <summary>The steps from the first process to a platform that answers.</summary>
internal sealed class PlatformStart(DistributedApplication app, IResourceCollection resources, AppHostOptions options)
{
    /// <summary>Prints the dashboard's address first, waits until all is healthy, loads the sandbox case, and prints the addresses.</summary>
    public async Task RunAsync(Endpoints endpoints, CancellationToken stopping)
    {
        var dashboard = resources.Any(resource => resource.Name == Dashboard.Resource) ? app.Services.GetRequiredService<Dashboard>()
            .UrlOf(app.Services.GetRequiredService<IConfiguration>()) : null;
        ActivatorUtilities.CreateInstance<Orchestrator>(app.Services).Watch();
        if (dashboard is not null) Console.WriteLine($"Dashboard: {dashboard}");
        await foreach (var healthy in Task.WhenEach(
            Services.Select(service => app.ResourceNotifications.WaitForResourceHealthyAsync(service.Name, WaitBehavior.StopOnResourceUnavailable, stopping))))
            await healthy;
        endpoints.Write(resources, dashboard);
        if (options.Sandbox) await Sandbox.LoadAsync(options.Data, Address, SandboxIssuer.In(options.Data), transport: null, stopping);
        StartReport.Print(app, resources, options);
        // The start needs far more memory than what follows: give it back.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private IEnumerable<IResource> Services => resources.Where(resource => resource is IResourceWithServiceDiscovery and IResourceWithWaitSupport
        && resource.HasAnnotationOfType<HealthCheckAnnotation>());

    private Uri Address(string service) => new(((IResourceWithEndpoints)resources.Single(resource => resource.Name == service)).GetEndpoint("http").Url);
}
