using Grpc.AspNetCore.HealthChecks;
using Grpc.HealthCheck;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the gRPC health service.</summary>
public static class GrpcHealthChecksServiceExtensions
{
    /// <summary>Registers the gRPC health service over the application's health checks, all of which make up the service with the empty name.</summary>
    /// <returns>A builder to register health checks with.</returns>
    public static IHealthChecksBuilder AddGrpcHealthChecks(this IServiceCollection services) => services.AddGrpcHealthChecks(static _ => { });

    /// <summary>Registers the gRPC health service and says which health checks make up which service.</summary>
    /// <returns>A builder to register health checks with.</returns>
    public static IHealthChecksBuilder AddGrpcHealthChecks(this IServiceCollection services, Action<GrpcHealthChecksOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.TryAddSingleton<HealthServiceImpl>();
        services.TryAddSingleton<ServiceHealth>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthCheckPublisher, HealthChecksPublisher>());

        // Before the caller's own, so that the caller can replace or clear it.
        services.Configure<GrpcHealthChecksOptions>(options => options.Services.Map("", static _ => true));
        services.Configure(configure);
        return services.AddHealthChecks();
    }
}
