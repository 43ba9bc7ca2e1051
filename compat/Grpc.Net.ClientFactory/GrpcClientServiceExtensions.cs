using Grpc.Net.ClientFactory;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers gRPC clients.</summary>
public static class GrpcClientServiceExtensions
{
    /// <summary>Registers a client under its type's name; its options come from elsewhere.</summary>
    /// <typeparam name="TClient">The generated client; taken from the container it is transient, over a shared channel.</typeparam>
    public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services)
        where TClient : class => services.AddGrpcClient<TClient>(typeof(TClient).Name);

    /// <summary>Registers a client under its type's name.</summary>
    /// <typeparam name="TClient">The generated client; taken from the container it is transient, over a shared channel.</typeparam>
    public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services, Action<GrpcClientFactoryOptions> configureClient)
        where TClient : class => services.AddGrpcClient<TClient>(typeof(TClient).Name, configureClient);

    /// <summary>Registers a client under its type's name, its options made from other services.</summary>
    /// <typeparam name="TClient">The generated client; taken from the container it is transient, over a shared channel.</typeparam>
    public static IHttpClientBuilder AddGrpcClient<TClient>(
        this IServiceCollection services, Action<IServiceProvider, GrpcClientFactoryOptions> configureClient)
        where TClient : class => services.AddGrpcClient<TClient>(typeof(TClient).Name, configureClient);

    /// <summary>Registers a client under a name; its options come from elsewhere.</summary>
    /// <typeparam name="TClient">The generated client; taken from the container it is transient, over a shared channel.</typeparam>
    public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services, string name)
        where TClient : class => services.AddGrpcClient<TClient>(name, static (_, _) => { });

    /// <summary>Registers a client under a name.</summary>
    /// <typeparam name="TClient">The generated client; taken from the container it is transient, over a shared channel.</typeparam>
    public static IHttpClientBuilder AddGrpcClient<TClient>(this IServiceCollection services, string name, Action<GrpcClientFactoryOptions> configureClient)
        where TClient : class
    {
        ArgumentNullException.ThrowIfNull(configureClient);
        return services.AddGrpcClient<TClient>(name, (_, options) => configureClient(options));
    }

    /// <summary>Registers a client under a name, its options made from other services.</summary>
    /// <typeparam name="TClient">The generated client; taken from the container it is transient, over a shared channel.</typeparam>
    /// <exception cref="InvalidOperationException">The name belongs to a client of another type.</exception>
    public static IHttpClientBuilder AddGrpcClient<TClient>(
        this IServiceCollection services, string name, Action<IServiceProvider, GrpcClientFactoryOptions> configureClient)
        where TClient : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configureClient);
        Names(services).Add(name, typeof(TClient));
        services.TryAddSingleton<Channels>();
        services.TryAddTransient<GrpcClientFactory, ScopedClientFactory>();
        services.AddTransient(provider => provider.GetRequiredService<GrpcClientFactory>().CreateClient<TClient>(name));
        services.AddSingleton<IConfigureOptions<GrpcClientFactoryOptions>>(
            provider => new ConfigureNamedOptions<GrpcClientFactoryOptions>(name, options => configureClient(provider, options)));

        // Streams and bursts need more than the 100 calls that one connection usually carries, and a channel lives as long as the process:
        // without a lifetime its connections would never follow a change of address.
        return services.AddHttpClient(name).ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        });
    }

    internal static ClientNames Names(IServiceCollection services)
    {
        if (services.FirstOrDefault(service => service.ServiceType == typeof(ClientNames))?.ImplementationInstance is ClientNames names)
            return names;
        services.AddSingleton(names = new());
        return names;
    }
}
