using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Calls;

/// <summary>
/// What calls of one service share: limits, interceptors (those of all services first, then its own, as on the gRPC wire) and how an instance
/// is made. Options of the service win over those of all services.
/// </summary>
internal sealed class Serving<TService>
    where TService : class
{
    private readonly IGrpcServiceActivator<TService> activator;
    private readonly IReadOnlyList<(InterceptorRegistration Registration, IGrpcInterceptorActivator Activator)> interceptors;

    private Serving(
        IGrpcServiceActivator<TService> activator, IReadOnlyList<(InterceptorRegistration, IGrpcInterceptorActivator)> interceptors, KnownTypes types, ILogger log)
    {
        this.activator = activator;
        this.interceptors = interceptors;
        Types = types;
        Log = log;
        Writer = new MessageWriter(types);
    }

    public KnownTypes Types { get; }

    public MessageWriter Writer { get; }

    public ILogger Log { get; }

    /// <summary>Bytes; null is no limit.</summary>
    public long? MaxReceiveBytes { get; private init; }

    /// <inheritdoc cref="MaxReceiveBytes"/>
    public long? MaxSendBytes { get; private init; }

    /// <summary>Tell the caller what an unexpected exception said.</summary>
    public bool DetailedErrors { get; private init; }

    public static Serving<TService> Create(
        GrpcServiceOptions all, GrpcServiceOptions own, IGrpcServiceActivator<TService> activator, IServiceProvider services, KnownTypes types, ILoggerFactory logs)
    {
        var registrations = all.Interceptors.Concat(own.Interceptors)
            .Select(registration => (registration, (IGrpcInterceptorActivator)services.GetService(typeof(IGrpcInterceptorActivator<>).MakeGenericType(registration.Type))!))
            .ToList();
        return new(activator, registrations, types, logs.CreateLogger($"Microsoft.AspNetCore.Grpc.JsonTranscoding.{typeof(TService).Name}"))
        {
            MaxReceiveBytes = own.MaxReceiveMessageSizeSpecified ? own.MaxReceiveMessageSize : all.MaxReceiveMessageSize,
            MaxSendBytes = own.MaxSendMessageSizeSpecified ? own.MaxSendMessageSize : all.MaxSendMessageSize,
            DetailedErrors = own.EnableDetailedErrors ?? all.EnableDetailedErrors ?? false,
        };
    }

    public Task<TResponse> Invoke<TRequest, TResponse>(
        UnaryServerMethod<TService, TRequest, TResponse> method, TRequest request, ServerCallContext call, HttpContext http)
        where TRequest : class
        where TResponse : class
    {
        return Step(0, request, call);

        async Task<TResponse> Step(int index, TRequest asked, ServerCallContext context)
        {
            if (index == interceptors.Count)
            {
                var service = activator.Create(http.RequestServices);
                try
                {
                    return await method(service.Instance, asked, context);
                }
                finally
                {
                    await activator.ReleaseAsync(service);
                }
            }

            var (registration, maker) = interceptors[index];
            var interceptor = maker.Create(http.RequestServices, registration);
            try
            {
                return await interceptor.Instance.UnaryServerHandler<TRequest, TResponse>(asked, context, (next, inner) => Step(index + 1, next, inner));
            }
            finally
            {
                await maker.ReleaseAsync(interceptor);
            }
        }
    }

    public Task Invoke<TRequest, TResponse>(
        ServerStreamingServerMethod<TService, TRequest, TResponse> method,
        TRequest request,
        IServerStreamWriter<TResponse> answers,
        ServerCallContext call,
        HttpContext http)
        where TRequest : class
        where TResponse : class
    {
        return Step(0, request, answers, call);

        async Task Step(int index, TRequest asked, IServerStreamWriter<TResponse> writer, ServerCallContext context)
        {
            if (index == interceptors.Count)
            {
                var service = activator.Create(http.RequestServices);
                try
                {
                    await method(service.Instance, asked, writer, context);
                }
                finally
                {
                    await activator.ReleaseAsync(service);
                }

                return;
            }

            var (registration, maker) = interceptors[index];
            var interceptor = maker.Create(http.RequestServices, registration);
            try
            {
                await interceptor.Instance.ServerStreamingServerHandler<TRequest, TResponse>(
                    asked, writer, context, (next, output, inner) => Step(index + 1, next, output, inner));
            }
            finally
            {
                await maker.ReleaseAsync(interceptor);
            }
        }
    }
}
