using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Ips.Platform.OpenApi;

/// <summary>Serves the OpenAPI 3.1 document of the HTTP/JSON wire, made from the descriptors of the services that this application maps.</summary>
public static class OpenApiEndpoints
{
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Maps the document at <paramref name="path"/>, without token in Development only. It is created at the first request and cached: the services of an
    /// application do not change while it runs.
    /// </summary>
    /// <param name="app">The application; its gRPC services may be mapped before or after.</param>
    /// <param name="path">Where the document is.</param>
    public static IEndpointConventionBuilder MapOpenApiDocument(this IEndpointRouteBuilder app, string path = "/openapi/v1.json")
    {
        ArgumentNullException.ThrowIfNull(app);
        var services = app.ServiceProvider;
        var document = new Lazy<byte[]>(() => Make(services));
        var endpoint = app.MapGet(path, () => Results.Bytes(document.Value, "application/json; charset=utf-8")).ExcludeFromDescription();
        return services.GetRequiredService<IHostEnvironment>().IsDevelopment() ? endpoint.AllowAnonymous() : endpoint;
    }

    private static byte[] Make(IServiceProvider services)
    {
        var rules = services.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>())
            .OfType<GrpcJsonTranscodingMetadata>()
            .ToList();
        var settings = services.GetRequiredService<IOptions<GrpcJsonTranscodingOptions>>().Value.JsonSettings;
        var title = services.GetRequiredService<IHostEnvironment>().ApplicationName;
        return JsonSerializer.SerializeToUtf8Bytes(ServiceDocument.Make(title, rules, settings), Written);
    }
}
