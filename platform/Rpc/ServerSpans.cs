using System.Diagnostics;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenTelemetry.Instrumentation.AspNetCore;

namespace Ips.Platform.Rpc;

/// <summary>
/// What the spans of requests contain in addition to the instrumentation: the rpc, and no path or query, because a caller could put personal data there.
/// </summary>
internal static class ServerSpans
{
    /// <summary>Sets up the instrumentation. Health probes and their child spans are not sampled.</summary>
    public static void Configure(AspNetCoreTraceInstrumentationOptions options)
    {
        options.Filter = http => !IsProbe(http.Request.Path);
        options.EnrichWithHttpResponse = (span, response) => Tag(span, response.HttpContext);
    }

    private static bool IsProbe(PathString path) =>
        path == "/health" || path == "/ready" || path == "/alive" || path.StartsWithSegments("/grpc.health.v1.Health");

    private static void Tag(Activity span, HttpContext http)
    {
        var endpoint = http.GetEndpoint();
        var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText;
        span.SetTag("url.path", WithoutValues(http.Request.Path.Value ?? "", route));
        span.SetTag("url.query", null);
        if (endpoint?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName is not { } method)
            return;
        if (StatusOf(span, http) is { } status)
            RpcSpan.Tag(span, method, status);
        else
            span.DisplayName = method.TrimStart('/');
    }

    // The interceptor tags the span; a request that was refused before the rpc never reaches it.
    private static int? StatusOf(Activity span, HttpContext http) =>
        span.GetTagItem("rpc.grpc.status_code") as int?
        ?? (http.Response.Headers.TryGetValue("grpc-status", out var refused) && int.TryParse(refused, out var status) ? status : null);

    /// <summary>The path with ids and the route's literal segments. In the place of an id a caller may send anything, even a person's identifier.</summary>
    private static string WithoutValues(string path, string? route)
    {
        var words = (route ?? "").Split(['/', '{', '}', '=', ':', '*'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        return string.Join('/', path.Split('/').Select(segment => string.Join(':', segment.Split(':').Select(Part))));

        string Part(string part) => part.Length == 0 || words.Contains(part) || Guid.TryParse(part, out _) ? part : "-";
    }
}
