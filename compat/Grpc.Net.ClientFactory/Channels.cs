using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.Net.ClientFactory;

/// <summary>One channel for each client name, made at first use and kept until the container goes.</summary>
internal sealed class Channels(
    IServiceScopeFactory scopes,
    IHttpMessageHandlerFactory handlers,
    IOptionsMonitor<GrpcClientFactoryOptions> clients,
    IOptionsMonitor<HttpClientFactoryOptions> https,
    ILoggerFactory loggers) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Entry>> entries = new(StringComparer.Ordinal);

    public CallInvoker InvokerOf(string name)
    {
        var lazy = entries.GetOrAdd(name, static (name, channels) => new(() => channels.Make(name)), this);
        try
        {
            return lazy.Value.Invoker;
        }
        catch
        {
            // A failure (a missing address, say) is not kept: the configuration may be right the next time.
            entries.TryRemove(KeyValuePair.Create(name, lazy));
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var lazy in entries.Values.Where(lazy => lazy.IsValueCreated))
        {
            lazy.Value.Channel.Dispose();
            lazy.Value.Scope.Dispose();
        }
    }

    private Entry Make(string name)
    {
        var options = clients.Get(name);
        if (https.Get(name).HttpClientActions.Count > 0)
            throw new InvalidOperationException($"gRPC client '{name}' has ConfigureHttpClient, which has no effect on gRPC; use ConfigureChannel or a message handler.");
        if (options.Address is not { } address)
            throw new InvalidOperationException($"gRPC client '{name}' has no address; set it: AddGrpcClient<TClient>(options => options.Address = new Uri(\"https://...\")).");

        var scope = scopes.CreateScope();
        try
        {
            var channelOptions = new GrpcChannelOptions
            {
                HttpHandler = handlers.CreateHandler(name),
                LoggerFactory = loggers,
                ServiceProvider = scope.ServiceProvider,
            };
            foreach (var configure in options.ChannelOptionsActions)
                configure(channelOptions);
            var channel = GrpcChannel.ForAddress(address, channelOptions);
            return new(channel, channel.CreateCallInvoker().Intercept(options, InterceptorScope.Channel, scope.ServiceProvider), scope);
        }
        catch
        {
            scope.Dispose();
            throw;
        }
    }

    private sealed record Entry(GrpcChannel Channel, CallInvoker Invoker, IServiceScope Scope);
}

internal static class Registrations
{
    /// <summary>Puts the interceptors of this scope before <paramref name="invoker"/>, the first registered outermost.</summary>
    public static CallInvoker Intercept(this CallInvoker invoker, GrpcClientFactoryOptions options, InterceptorScope scope, IServiceProvider services)
    {
        var interceptors = options.InterceptorRegistrations.Where(one => one.Scope == scope).Select(one => one.Creator(services)).ToArray();
        return interceptors.Length == 0 ? invoker : invoker.Intercept(interceptors);
    }
}
