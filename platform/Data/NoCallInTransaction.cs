using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.ClientFactory;
using Microsoft.Extensions.DependencyInjection;

namespace Ips.Platform.Data;

/// <summary>
/// Refuses a call to another service while the database of the request or message has an open transaction: a slow service would hold the connection and its
/// locks, and a few such calls would empty the pool. Every gRPC client of a service with a database has it.
/// </summary>
internal sealed class NoCallInTransaction(IServiceProvider scope) : Interceptor
{
    /// <summary>Adds the guard to the client; one per client instance, so that it knows the scope that uses the client.</summary>
    public static void Guard(GrpcClientFactoryOptions client) =>
        client.InterceptorRegistrations.Add(new(InterceptorScope.Client, scope => new NoCallInTransaction(scope)));

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        Check(context.Method);
        return continuation(request, context);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        Check(context.Method);
        return continuation(request, context);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        Check(context.Method);
        return continuation(context);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        Check(context.Method);
        return continuation(context);
    }

    private void Check(IMethod method)
    {
        if (scope.GetRequiredService<ServiceDb>().Database.CurrentTransaction is not null)
        {
            throw new InvalidOperationException(
                $"{method.FullName} was called inside a database transaction. Call other services before it; Requests.Run has a form that gathers first.");
        }
    }
}
