using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Grpc.Net.ClientFactory;

/// <summary>Makes gRPC clients by the name that they were registered with.</summary>
public abstract class GrpcClientFactory
{
    /// <summary>A client of the named configuration.</summary>
    /// <typeparam name="TClient">The generated client.</typeparam>
    /// <param name="name">The name given to AddGrpcClient; the client type's own name when none was given.</param>
    /// <exception cref="InvalidOperationException">No client of this type has this name, or its address is missing.</exception>
    public abstract TClient CreateClient<TClient>(string name)
        where TClient : class;
}

/// <summary>Puts what belongs to a scope (call options, client interceptors) around the shared channel. Transient, to get the scope's services.</summary>
internal sealed class ScopedClientFactory(
    IServiceProvider services, Channels channels, ClientNames names, IOptionsMonitor<GrpcClientFactoryOptions> monitor) : GrpcClientFactory
{
    public override TClient CreateClient<TClient>(string name)
    {
        names.Check(name, typeof(TClient));
        var options = monitor.Get(name);
        var invoker = channels.InvokerOf(name);
        if (options.CallOptionsActions.Count > 0)
            invoker = new ConfiguringCallInvoker(invoker, options.CallOptionsActions, services);
        invoker = invoker.Intercept(options, InterceptorScope.Client, services);
        return (TClient)(options.Creator?.Invoke(invoker) ?? Constructor<TClient>.Call(services, [invoker]));
    }

    private static class Constructor<TClient>
    {
        public static readonly ObjectFactory Call = ActivatorUtilities.CreateFactory(typeof(TClient), [typeof(CallInvoker)]);
    }
}

/// <summary>Which type each name belongs to: one name is one HTTP handler and one channel, so two types may not share it by accident.</summary>
internal sealed class ClientNames
{
    private readonly ConcurrentDictionary<string, Type> types = new(StringComparer.Ordinal);

    public void Add(string name, Type type)
    {
        if (types.GetOrAdd(name, type) is var former && former != type)
        {
            throw new InvalidOperationException(
                $"The gRPC client name '{name}' belongs to {former.FullName}; give {type.FullName} another: AddGrpcClient<{type.Name}>(\"another-name\", ...).");
        }
    }

    public bool Has(string name) => types.ContainsKey(name);

    public void Check(string name, Type type)
    {
        if (types.GetValueOrDefault(name) != type)
            throw new InvalidOperationException($"No gRPC client of type {type.FullName} is registered with the name '{name}'; call AddGrpcClient<{type.Name}>.");
    }
}
