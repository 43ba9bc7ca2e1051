using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Binding;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Json;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Turns on HTTP/JSON for the gRPC services of an application.</summary>
public static class GrpcJsonTranscodingServiceExtensions
{
    /// <summary>Answers HTTP/JSON for every mapped rpc that carries a <c>google.api.http</c> rule.</summary>
    public static IGrpcServerBuilder AddJsonTranscoding(this IGrpcServerBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<GrpcJsonTranscodingOptions>();
        builder.Services.TryAddSingleton<KnownTypes>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton(typeof(IServiceMethodProvider<>), typeof(TranscodingMethodProvider<>)));
        return builder;
    }

    /// <inheritdoc cref="AddJsonTranscoding(IGrpcServerBuilder)"/>
    /// <param name="builder">The result of <c>AddGrpc</c>.</param>
    /// <param name="configureOptions">Sets the JSON form and the known types.</param>
    public static IGrpcServerBuilder AddJsonTranscoding(this IGrpcServerBuilder builder, Action<GrpcJsonTranscodingOptions> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configureOptions);
        builder.Services.Configure(configureOptions);
        return builder.AddJsonTranscoding();
    }
}
