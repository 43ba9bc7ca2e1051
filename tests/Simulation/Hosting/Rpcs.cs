using System.Collections.Concurrent;
using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Ips.Simulation.Hosting;

/// <summary>An rpc of a service: its descriptor and the class and method that answer it.</summary>
internal sealed record Rpc(string Service, MethodDescriptor Method, Type Class, MethodInfo Answer)
{
    private static readonly ConcurrentDictionary<string, Rpc> ByName = new();
    private static readonly ConcurrentDictionary<string, Rpc> ByRequest = new();

    /// <summary>The roles that may call it.</summary>
    public IReadOnlyList<string> Roles { get; } = Access.RolesOf(Method);

    /// <summary>The services that alone may call it, each for a provider; empty where roles decide.</summary>
    public IReadOnlyList<string> Services { get; } = Access.ServicesOf(Method);

    /// <summary>Registers every unary rpc of a service's assembly, and the upload of Eligibility; Billing's takes the same request.</summary>
    public static void Read(string service, Assembly assembly)
    {
        foreach (var type in assembly.GetExportedTypes().Where(type => type is { IsClass: true, IsAbstract: false }))
        {
            if (type.BaseType?.GetCustomAttribute<BindServiceMethodAttribute>() is not { } bound)
                continue;
            var descriptor = (ServiceDescriptor)bound.BindType.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
            foreach (var method in descriptor.Methods.Where(method => !method.IsServerStreaming && (!method.IsClientStreaming || service == "eligibility")))
            {
                Rpc rpc = new(service, method, type, type.GetMethod(method.Name)!);
                ByName[$"/{descriptor.FullName}/{method.Name}"] = rpc;
                ByRequest[method.InputType.FullName] = rpc;
            }
        }
    }

    /// <summary>By the name that a client calls.</summary>
    public static Rpc Find(string fullName) => ByName[fullName];

    /// <summary>By the request, where only one rpc takes it.</summary>
    public static Rpc Of(IMessage request) => ByRequest[request.Descriptor.FullName];
}

/// <summary>A stream of one message.</summary>
internal sealed class OneMessage<T>(T message) : IAsyncStreamReader<T>
{
    private bool read;

    public T Current => message;

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        var isFirst = !read;
        read = true;
        return Task.FromResult(isFirst);
    }
}

/// <summary>The context of a call without a wire.</summary>
internal sealed class CallContext(string method) : ServerCallContext
{
    protected override string MethodCore => method;

    protected override string HostCore => "simulation";

    protected override string PeerCore => "simulation";

    protected override DateTime DeadlineCore => DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = [];

    protected override CancellationToken CancellationTokenCore => CancellationToken.None;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}

/// <summary>The calls that one request makes to other services, one after another in the order in which it makes them.</summary>
/// <remarks>Which of two parallel calls a fault meets would otherwise depend on which real server answers first.</remarks>
internal sealed class CallsInOrder
{
    private Task last = Task.CompletedTask;

    public Task<T> Run<T>(Func<Task<T>> call)
    {
        var mine = After(last, call);
        last = mine;
        return mine;
    }

    private static async Task<T> After<T>(Task before, Func<Task<T>> call)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return await call();
    }
}

/// <summary>Calls another service of the simulation in the name of the caller, without a wire.</summary>
internal sealed class DirectInvoker(World world, string from, Caller own, CallsInOrder inOrder) : CallInvoker
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        new(inOrder.Run(() => Call<TResponse>(method.FullName, options.Headers?.GetValue(ServiceCalls.ActingForHeader), (IMessage)request)),
            Task.FromResult(Metadata.Empty), () => Status.DefaultSuccess, () => [], () => { });

    private async Task<TResponse> Call<TResponse>(string method, string? actingFor, IMessage request)
    {
        await world.Faults.Pass(from, FaultPoint.BeforeCall);
        TResponse reply;
        try
        {
            // A service that calls in its own name has the role of operations, and that of the provider it acts for.
            var caller = actingFor is not null ? new(Roles.Provider, actingFor, from) : own.Role.Length == 0 ? new(Roles.Ops, "platform", from) : own;
            reply = (TResponse)await world.Answer(caller, Rpc.Find(method), request);
        }
        catch (ServiceCrashed)
        {
            throw new RpcException(new(StatusCode.Unavailable, "the service does not answer"));
        }

        await world.Faults.Pass(from, FaultPoint.AfterCall);
        return reply;
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        throw new NotSupportedException("Services call each other with await.");

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw Streams;

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw Streams;

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw Streams;

    private static NotSupportedException Streams => new("No service calls another by a stream; give the simulation one when one does.");
}
