using System.Reflection;
using Google.Api;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Calls;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using ProtoService = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Binding;

/// <summary>Receives the rpcs of a service from its generated binding and makes the endpoints of those that have a rule.</summary>
internal sealed partial class TranscodingBinder<TService>(
    ServiceMethodProviderContext<TService> context, ProtoService service, Serving<TService> serving) : ServiceBinderBase
    where TService : class
{
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var implementation = Implementation(method.Name, typeof(TRequest), typeof(ServerCallContext));
        var invoker = implementation.CreateDelegate<UnaryServerMethod<TService, TRequest, TResponse>>();
        AddEndpoints(method, implementation, binding => new UnaryCallHandler<TService, TRequest, TResponse>(method, binding, serving, invoker).Handle);
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var implementation = Implementation(method.Name, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        var invoker = implementation.CreateDelegate<ServerStreamingServerMethod<TService, TRequest, TResponse>>();
        AddEndpoints(method, implementation, binding => new StreamingCallHandler<TService, TRequest, TResponse>(method, binding, serving, invoker).Handle);
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        RefuseClientStream(method);

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        RefuseClientStream(method);

    private void AddEndpoints<TRequest, TResponse>(
        Method<TRequest, TResponse> method, MethodInfo implementation, Func<HttpBinding, RequestDelegate> handler)
        where TRequest : class
        where TResponse : class
    {
        var descriptor = service.FindMethodByName(method.Name);
        if (Rule(descriptor) is not { } rule)
            return;
        foreach (var each in HttpBinding.Flatten(rule))
        {
            try
            {
                var binding = new HttpBinding(descriptor, each);
                context.AddMethod(method, binding.Route.Pattern, Metadata(implementation, binding), handler(binding));
            }
            catch (Exception problem) when (problem is FormatException or InvalidOperationException)
            {
                throw new InvalidOperationException($"The google.api.http rule of {descriptor.FullName} cannot be served: {problem.Message}", problem);
            }
        }
    }

    /// <summary>The attributes of class and method count on this wire as they do on the other: [Authorize], [AllowAnonymous], rate limits.</summary>
    private static List<object> Metadata(MethodInfo implementation, HttpBinding binding)
    {
        List<object> metadata = [.. typeof(TService).GetCustomAttributes(inherit: true), .. implementation.GetCustomAttributes(inherit: true)];
        if (binding.Verb is { } verb)
            metadata.Add(new HttpMethodMetadata([verb]));
        metadata.Add(new GrpcJsonTranscodingMetadata(binding.Method, binding.Rule));
        return metadata;
    }

    private static MethodInfo Implementation(string name, params Type[] parameters) =>
        typeof(TService).GetMethod(name, BindingFlags.Public | BindingFlags.Instance, parameters)
        ?? throw new InvalidOperationException($"{typeof(TService)} has no method '{name}' that takes {string.Join(", ", parameters.Select(type => type.Name))}.");

    private static HttpRule? Rule(MethodDescriptor method) => method.GetOptions()?.GetExtension(AnnotationsExtensions.Http);

    private void RefuseClientStream(IMethod method)
    {
        if (Rule(service.FindMethodByName(method.Name)) is not null)
            ClientStreamNotServed(serving.Log, method.FullName);
    }

    [LoggerMessage(1, LogLevel.Warning, "{Method} has a google.api.http rule but takes a stream from its client, which HTTP/JSON cannot carry; it is served by gRPC only")]
    private static partial void ClientStreamNotServed(ILogger log, string method);
}
