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
        await AllHealthyAsync(stopping);
        endpoints.Write(resources, dashboard);
        await CohortLoad.RunAsync(options.Data, service => Address(service, "grpc"), SandboxIssuer.In(options.Data), Console.Out, stopping);
        // What waited to be sent became old when the clock moved from the cohort's last day to today.
        await AllHealthyAsync(stopping);
        if (options.Sandbox) await Sandbox.LoadAsync(options.Data, Address, SandboxIssuer.In(options.Data), transport: null, stopping);
        StartReport.Print(app, resources, options);
        // The start needs far more memory than what follows: give it back.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private async Task AllHealthyAsync(CancellationToken stopping)
    {
        await foreach (var healthy in Task.WhenEach(
            Services.Select(service => app.ResourceNotifications.WaitForResourceHealthyAsync(service.Name, WaitBehavior.StopOnResourceUnavailable, stopping))))
            await healthy;
    }

    private IEnumerable<IResource> Services => resources.Where(resource => resource is IResourceWithServiceDiscovery and IResourceWithWaitSupport
        && resource.HasAnnotationOfType<HealthCheckAnnotation>());

    private Uri Address(string service) => Address(service, "http");

    private Uri Address(string service, string endpoint) =>
        new(((IResourceWithEndpoints)resources.Single(resource => resource.Name == service)).GetEndpoint(endpoint).Url);
}
