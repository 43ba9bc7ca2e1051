using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace Grpc.Net.ClientFactory;

/// <summary>How one named gRPC client is made.</summary>
public class GrpcClientFactoryOptions
{
    /// <summary>Where the service is. Required.</summary>
    public Uri? Address { get; set; }

    /// <summary>Change the channel's options, in order, when the channel is made.</summary>
    public IList<Action<GrpcChannelOptions>> ChannelOptionsActions { get; } = [];

    /// <summary>Change the options of each call, in order.</summary>
    public IList<Action<CallOptionsContext>> CallOptionsActions { get; } = [];

    /// <summary>Interceptors of the client, the first outermost.</summary>
    public IList<InterceptorRegistration> InterceptorRegistrations { get; } = [];

    /// <summary>Makes the client; null calls its constructor that takes a <see cref="CallInvoker"/>.</summary>
    public Func<CallInvoker, object>? Creator { get; set; }
}

/// <summary>A call whose options are about to be used.</summary>
public sealed class CallOptionsContext
{
    internal CallOptionsContext(CallOptions callOptions, IServiceProvider serviceProvider)
    {
        CallOptions = callOptions;
        ServiceProvider = serviceProvider;
    }

    /// <summary>The call's options; set them to change the call.</summary>
    public CallOptions CallOptions { get; set; }

    /// <summary>The services of the scope that the client was taken from.</summary>
    public IServiceProvider ServiceProvider { get; }
}

/// <summary>How long an interceptor lives.</summary>
public enum InterceptorScope
{
    /// <summary>Made once and shared by every client of the name.</summary>
    Channel,

    /// <summary>Made for each client, with the services of the scope that the client was taken from.</summary>
    Client,
}

/// <summary>An interceptor of a named client.</summary>
public class InterceptorRegistration
{
    /// <summary>An interceptor that <paramref name="creator"/> makes.</summary>
    public InterceptorRegistration(InterceptorScope scope, Func<IServiceProvider, Interceptor> creator)
    {
        ArgumentNullException.ThrowIfNull(creator);
        Scope = scope;
        Creator = creator;
    }

    /// <summary>How long it lives.</summary>
    public InterceptorScope Scope { get; }

    /// <summary>Makes it.</summary>
    public Func<IServiceProvider, Interceptor> Creator { get; }
}
