using LocalServers.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ips.AppHost;

/// <summary>Starts the platform, prints its addresses, and runs until it is stopped.</summary>
internal static class PlatformHost
{
    /// <summary>A builder with the dashboard's addresses, and with what every run of the platform needs.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(AppHostOptions options)
    {
        Dashboard dashboard = new();
        OrchestratorMemory.Limit();
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = [.. dashboard.Configuration, .. options.Rest],
            AllowUnsecuredTransport = true,
            DashboardApplicationName = "IPS Platform",
            TrustDeveloperCertificate = false,
            DeveloperCertificateDefaultHttpsTerminationEnabled = false,
        });
        builder.Configuration["DcpPublisher:WaitForResourceCleanup"] = "true";
        // A start must not look for newer packages.
        builder.Configuration["ASPIRE_VERSION_CHECK_DISABLED"] = "true";
        // The dashboard shows what happens; here only what went wrong is printed.
        builder.Services.AddLogging(
            logging => logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Aspire", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning));
        builder.Services.AddSingleton(dashboard).AddSingleton(TimeProvider.System);
        if (builder.ExecutionContext.IsPublishMode) return builder;
        Dashboard.SaveMemory(builder);
        builder.Services.AddHostedService<Crashes>();
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<ResourceLogs>(services, Path.Combine(options.Data, "logs")));
        return builder;
    }

    /// <summary>Builds the map and runs it.</summary>
    public static async Task<int> RunAsync(AppHostOptions options, Func<AppHostOptions, IDistributedApplicationBuilder> map)
    {
        if (options.Publish)
        {
            await map(options).Build().RunAsync();
            return 0;
        }

        using var owned = DataLock.Take(options.Data);
        CohortLoad.Plan(options, TimeProvider.System);
        var builder = map(options);
        await using var app = builder.Build();
        using Endpoints endpoints = new(options.Data);
        var stopping = app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await app.StartAsync(stopping);
            await new PlatformStart(app, builder.Resources, options).RunAsync(endpoints, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped while starting: what did start is stopped below.
        }
        catch (DistributedApplicationException e)
            when (builder.Resources.OfType<LocalServerResource>().FirstOrDefault(server => server.Failure is not null) is { } failed)
        {
            throw new DistributedApplicationException($"{failed.Name}: {failed.Failure}", e);
        }
        await app.WaitForShutdownAsync(CancellationToken.None);
        return 0;
    }
}
