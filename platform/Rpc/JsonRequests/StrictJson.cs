using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ips.Platform.Rpc.JsonRequests;

/// <summary>
/// Makes the HTTP/JSON wire as strict as the gRPC wire. The official transcoding ignores names it does not know, names no field in what it
/// refuses, and has no deadline. This code reads a request first, refuses a wrong one with a complete google.rpc.Status, and passes on the others.
/// </summary>
public static class StrictJson
{
    /// <summary>Registers what <see cref="WithStrictJson"/> needs. Call it before other interceptors are added: a deadline surrounds them.</summary>
    public static IServiceCollection AddStrictJson(this IServiceCollection services)
    {
        services.AddRequestDecompression();
        services.AddSingleton<JsonCallInterceptor>();
        return services.Configure<GrpcServiceOptions>(grpc => grpc.Interceptors.Add<JsonCallInterceptor>());
    }

    /// <summary>Checks every HTTP/JSON request to these services, after routing and authorization; it ignores gRPC requests.</summary>
    public static TBuilder WithStrictJson<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Add(Wrap);
        return endpoints;
    }

    private static void Wrap(EndpointBuilder endpoint)
    {
        if (endpoint is not { RequestDelegate: { } official } || endpoint.Metadata.OfType<GrpcJsonTranscodingMetadata>().FirstOrDefault() is not { } rule)
            return;
        var grpc = endpoint.ApplicationServices.GetRequiredService<IOptions<GrpcServiceOptions>>().Value;
        var json = endpoint.ApplicationServices.GetRequiredService<IOptions<GrpcJsonTranscodingOptions>>().Value;
        endpoint.RequestDelegate = new StrictJsonEndpoint(official, rule.MethodDescriptor, rule.HttpRule, grpc.MaxReceiveMessageSize, json.TypeRegistry).Handle;
    }
}
