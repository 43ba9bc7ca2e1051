using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Ips.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ips.Platform.Rpc;

/// <summary>Calls to the other services.</summary>
public static class ServiceClients
{
    /// <summary>
    /// A <see cref="Ips.ServiceDefaults.ServiceClients.AddDiscoveredClient"/> whose calls carry the caller's token, or this service's own where there is no
    /// caller or the call is <see cref="ServiceCalls.ActingFor"/> a provider, and the caller's deadline, or one of 10 seconds.
    /// </summary>
    public static WebApplicationBuilder AddServiceClient<TClient>(this WebApplicationBuilder builder, string name)
        where TClient : ClientBase
    {
        builder.Services.TryAddTransient<ServiceTokenHandler>();
        builder.Services.TryAddSingleton<CallerTokenInterceptor>();
        builder.Services.AddDiscoveredClient<TClient>(name)
            .AddInterceptor<CallerTokenInterceptor>()
            .AddHttpMessageHandler<ServiceTokenHandler>();
        return builder;
    }

    /// <summary>
    /// The answer of another service as a result: NOT_FOUND names the resource as this service's caller knows it, and a service that is down makes this
    /// request UNAVAILABLE too, so that the caller retries. Every other status is thrown.
    /// </summary>
    /// <param name="call">The call, already under way.</param>
    /// <param name="service">The name of the service that answers.</param>
    /// <param name="kind">The noun of the resource, such as "individual".</param>
    /// <param name="name">The name of the resource.</param>
    public static async Task<Result<T>> Answer<T>(this AsyncUnaryCall<T> call, string service, string kind, string name)
    {
        try
        {
            return await call;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound)
        {
            return new Problem.NotFound(kind, name);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable)
        {
            return new Problem.Unavailable(service, TimeSpan.FromSeconds(2));
        }
    }
}

/// <summary>Gives every call a deadline and the token of the request being answered.</summary>
internal sealed class CallerTokenInterceptor(IHttpContextAccessor requests) : Interceptor
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(10);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, With(context, DefaultDeadline));

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, With(context, null));

    private ClientInterceptorContext<TRequest, TResponse> With<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context, TimeSpan? fallback)
        where TRequest : class
        where TResponse : class
    {
        var options = context.Options;
        var headers = new Metadata();
        foreach (var entry in options.Headers ?? [])
            headers.Add(entry);
        // A call for a provider is the service's own: ServiceTokenHandler gives it the token.
        if (headers.Get("authorization") is null && headers.Get(ServiceCalls.ActingForHeader) is null
            && requests.HttpContext?.Request.Headers.Authorization.ToString() is { Length: > 0 } given)
            headers.Add("authorization", given);
        if (options.Deadline is null && Deadline(fallback) is { } deadline)
            options = options.WithDeadline(deadline);
        if (requests.HttpContext is { } http && !options.CancellationToken.CanBeCanceled)
            options = options.WithCancellationToken(http.RequestAborted);
        return new(context.Method, context.Host, options.WithHeaders(headers));
    }

    private DateTime? Deadline(TimeSpan? fallback)
    {
        var incoming = requests.HttpContext?.Features.Get<IServerCallContextFeature>()?.ServerCallContext.Deadline ?? DateTime.MaxValue;
        // gRPC compares deadlines with the machine's own clock.
        var ours = fallback is { } span ? TimeProvider.System.GetUtcNow().UtcDateTime + span : DateTime.MaxValue;
        var earlier = incoming < ours ? incoming : ours;
        return earlier == DateTime.MaxValue ? null : earlier;
    }
}
