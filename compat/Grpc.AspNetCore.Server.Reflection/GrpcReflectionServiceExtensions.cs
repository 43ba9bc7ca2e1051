using Grpc.AspNetCore.Server.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the gRPC reflection service.</summary>
public static class GrpcReflectionServiceExtensions
{
    /// <summary>Registers the gRPC reflection service over the services that the application maps.</summary>
    public static IServiceCollection AddGrpcReflection(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);

        // Read at the first question, when every service is mapped.
        services.TryAddSingleton(provider => new Lazy<DescriptorIndex>(() => DescriptorIndex.Of(provider.GetRequiredService<EndpointDataSource>())));
        return services;
    }
}
