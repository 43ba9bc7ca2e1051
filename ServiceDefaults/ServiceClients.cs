using Grpc.Core;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ips.ServiceDefaults;

/// <summary>How a program finds a service, and how it repeats a call that the service did not answer.</summary>
public static class ServiceClients
{
    /// <summary>
    /// A gRPC client of the service that the AppHost calls <paramref name="name"/>; service discovery finds it (variables
    /// <c>services__{name}__grpc__0</c>). A call that ends with UNAVAILABLE is repeated up to three times with growing pauses, inside the caller's deadline.
    /// </summary>
    public static IHttpClientBuilder AddDiscoveredClient<TClient>(this IServiceCollection services, string name)
        where TClient : ClientBase
    {
        services.AddServiceDiscovery();
        // Named in full: several services have an rpc service Decisions.
        return services.AddGrpcClient<TClient>(typeof(TClient).FullName!,
                (provider, client) => client.Address = Address(provider.GetRequiredService<IConfiguration>(), name))
            .ConfigureChannel(channel => channel.ServiceConfig = new ServiceConfig { MethodConfigs = { Retries() } })
            .AddServiceDiscovery();
    }

    private static MethodConfig Retries() => new()
    {
        Names = { MethodName.Default },
        RetryPolicy = new RetryPolicy
        {
            MaxAttempts = 4,
            InitialBackoff = TimeSpan.FromMilliseconds(200),
            MaxBackoff = TimeSpan.FromSeconds(3),
            BackoffMultiplier = 2,
            RetryableStatusCodes = { StatusCode.Unavailable },
        },
    };

    // The endpoint named "grpc" of the service. Without an address discovery would ask DNS, and the mistake would look like a service that is down.
    private static Uri Address(IConfiguration configuration, string name) => configuration.GetSection($"services:{name}:grpc").Exists()
        ? new Uri($"http://_grpc.{name}")
        : throw new InvalidOperationException($"The address of service \"{name}\" is missing; set services__{name}__grpc__0 to http://host:port (HTTP/2).");
}
