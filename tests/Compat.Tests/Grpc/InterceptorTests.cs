using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Ips.Peers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ips.Compat.Tests.Rpc;

public sealed class InterceptorTests
{
    [Fact]
    public async Task Client_interceptors_run_in_the_order_given_around_every_kind_of_call()
    {
        await using var server = await EchoServer.Start();
        using var channel = GrpcChannel.ForAddress(server.Address);
        var order = new List<string>();
        var echo = new Echo.EchoClient(channel.Intercept(new Noting("a", order), new Noting("b", order)).Intercept(new Noting("outer", order)));

        await echo.SayAsync(new Note());
        echo.Say(new Note());
        using (var count = echo.Count(new Note { Count = 1 }))
            Assert.True(await count.ResponseStream.MoveNext());
        using (var gather = echo.Gather())
        {
            await gather.RequestStream.CompleteAsync();
            await gather;
        }

        using (var chat = echo.Chat())
            await chat.RequestStream.CompleteAsync();
        Assert.Equal(
            from kind in new[] { "unary", "blocking", "server", "client", "duplex" } from name in new[] { "outer", "a", "b" } select $"{name} {kind}", order);
    }

    [Fact]
    public async Task Headers_can_be_rewritten()
    {
        await using var server = await EchoServer.Start();
        using var channel = GrpcChannel.ForAddress(server.Address);
        var echo = new Echo.EchoClient(channel.Intercept(headers => [.. headers, new("x-added", "yes")]));
        using var call = echo.MetaAsync(new Note(), new Metadata { { "x-own", "too" } });
        var headers = await call.ResponseHeadersAsync;
        Assert.Equal("yes", headers.GetValue("x-added"));
        Assert.Equal("too", headers.GetValue("x-own"));
    }

    [Fact]
    public async Task Server_interceptors_wrap_handlers_of_every_kind()
    {
        var order = new List<string>();
        await using var server = await EchoServer.Start(services => services
            .AddSingleton(order)
            .AddGrpc(grpc => grpc.Interceptors.Add<ServerNoting>()));
        using var channel = GrpcChannel.ForAddress(server.Address);
        var echo = new Echo.EchoClient(channel);
        await echo.SayAsync(new Note());
        using (var count = echo.Count(new Note { Count = 1 }))
            Assert.True(await count.ResponseStream.MoveNext());
        using (var gather = echo.Gather())
        {
            await gather.RequestStream.CompleteAsync();
            await gather;
        }

        using (var chat = echo.Chat())
        {
            await chat.RequestStream.CompleteAsync();
            Assert.False(await chat.ResponseStream.MoveNext());
        }

        Assert.Equal(
            ["unary /ips.peers.Echo/Say", "server /ips.peers.Echo/Count", "client /ips.peers.Echo/Gather", "duplex /ips.peers.Echo/Chat"], order);
    }

    [Fact]
    public void Client_with_a_host_names_it_in_its_calls()
    {
        var invoker = new HostNoting();
        Assert.Throws<NotSupportedException>(() => new Echo.EchoClient(invoker).WithHost("elsewhere").Say(new Note()));
        Assert.Equal("elsewhere", invoker.Host);
        Assert.Throws<NotSupportedException>(() => new Echo.EchoClient(invoker).Say(new Note()));
        Assert.Null(invoker.Host);
    }

    [Fact]
    public void Client_without_a_channel_says_so()
    {
        var failure = Assert.Throws<NotSupportedException>(() => new Bare().Say(new Note()));
        Assert.Contains("/ips.peers.Echo/Say", failure.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new Echo.EchoClient((ChannelBase)null!));
        Assert.Throws<ArgumentNullException>(() => new Echo.EchoClient((CallInvoker)null!));
    }

    [Fact]
    public async Task Call_made_of_plain_functions_answers_from_them()
    {
        var isDisposed = false;
        var headers = new Metadata { { "h", "1" } };
        using (var call = new AsyncUnaryCall<string>(
            Task.FromResult("answer"), Task.FromResult(headers), () => Status.DefaultSuccess, () => headers, () => isDisposed = true))
        {
            Assert.Equal("answer", await call);
            Assert.Same(headers, await call.ResponseHeadersAsync);
            Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
            Assert.Same(headers, call.GetTrailers());
        }

        Assert.True(isDisposed);
    }

    [Fact]
    public void Options_change_in_copies()
    {
        var plain = new CallOptions();
        var changed = plain.WithHeaders([]).WithDeadline(DateTime.MaxValue).WithWaitForReady().WithWriteOptions(new(WriteFlags.NoCompress));
        Assert.Null(plain.Headers);
        Assert.False(plain.IsWaitForReady);
        Assert.NotNull(changed.Headers);
        Assert.Equal(DateTime.MaxValue, changed.Deadline);
        Assert.True(changed.IsWaitForReady);
        Assert.Equal(WriteFlags.NoCompress, changed.WriteOptions!.Flags);
    }

    [Fact]
    public void Service_definition_binds_each_method_once_and_in_order()
    {
        var seen = new Binder();
        Echo.BindService(new EchoRpc(new EchoState())).BindService(seen);
        Assert.Equal(Echo.Descriptor.Methods.Select(method => method.Name), seen.Names);

        var method = new Method<string, string>(MethodType.Unary, "s", "m", Marshallers.StringMarshaller, Marshallers.StringMarshaller);
        UnaryServerMethod<string, string> handler = (request, _) => Task.FromResult(request);
        var builder = ServerServiceDefinition.CreateBuilder().AddMethod(method, handler);
        Assert.Throws<ArgumentException>(() => builder.AddMethod(method, handler));
        Assert.Throws<NotSupportedException>(() => builder.Build().BindService(new ServiceBinderBase()));
    }

    private sealed class Bare : Echo.EchoClient;

    private sealed class Noting(string name, List<string> order) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            order.Add($"{name} unary");
            return base.AsyncUnaryCall(request, context, continuation);
        }

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            order.Add($"{name} blocking");
            return base.BlockingUnaryCall(request, context, continuation);
        }

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            order.Add($"{name} server");
            return base.AsyncServerStreamingCall(request, context, continuation);
        }

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            order.Add($"{name} client");
            return base.AsyncClientStreamingCall(context, continuation);
        }

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            order.Add($"{name} duplex");
            return base.AsyncDuplexStreamingCall(context, continuation);
        }
    }

    private sealed class ServerNoting(List<string> order) : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            order.Add($"unary {context.Method}");
            return base.UnaryServerHandler(request, context, continuation);
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            order.Add($"server {context.Method}");
            return base.ServerStreamingServerHandler(request, responseStream, context, continuation);
        }

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            order.Add($"client {context.Method}");
            return base.ClientStreamingServerHandler(requestStream, context, continuation);
        }

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            order.Add($"duplex {context.Method}");
            return base.DuplexStreamingServerHandler(requestStream, responseStream, context, continuation);
        }
    }

    private sealed class HostNoting : CallInvoker
    {
        public string? Host { get; private set; }

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            Host = host;
            throw new NotSupportedException();
        }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();
    }

    private sealed class Binder : ServiceBinderBase
    {
        public List<string> Names { get; } = [];

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            Names.Add(method.Name);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
            Names.Add(method.Name);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
            Names.Add(method.Name);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
            Names.Add(method.Name);
    }
}
