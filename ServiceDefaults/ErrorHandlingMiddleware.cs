using System.Diagnostics;
using Google.Rpc;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Status = Google.Rpc.Status;

namespace Ips.ServiceDefaults;

/// <summary>
/// The outermost step of every request: gives its span the attributes that ASP.NET Core 10 leaves out (status code, route, protocol version, error type),
/// keeps health probes out of the traces, and gives every failure that no rpc answered a google.rpc.Status body.
/// </summary>
public sealed partial class ErrorHandlingMiddleware(RequestDelegate next, TimeProvider clock, ILogger<ErrorHandlingMiddleware> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var span = http.Features.Get<IHttpActivityFeature>()?.Activity;
        if (span is not null && IsProbe(http.Request.Path))
        {
            span.IsAllDataRequested = false;
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            span = null;
        }

        try
        {
            await next(http);
            if (http.Features.Get<IServerCallContextFeature>()?.ServerCallContext is { Status: { StatusCode: StatusCode.Unknown, DebugException: { } unread } } call)
                StatusAnswer.Refuse(http, StatusCode.Unknown, OfUnread(unread, call));
            if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null } && !StatusAnswer.IsGrpc(http.Request))
                await WriteAsIs(http, Plain(http.Response.StatusCode));
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            span?.AddException(fault);
            await Answer(http, fault);
        }
        finally
        {
            if (span is not null)
                Tag(span, http);
        }
    }

    // What happened before any interceptor ran: the request's one message was read.
    private Status OfUnread(Exception unread, ServerCallContext call)
    {
        if (unread is Google.Protobuf.InvalidProtocolBufferException)
            return ProblemInterceptor.Unreadable;
        if (unread is not (OperationCanceledException or IOException))
            Bug(log, unread);
        return Faults.StatusOf(unread, call.Deadline, clock.GetUtcNow(), call.CancellationToken) ?? ProblemStatus.Bug(Activity.Current?.TraceId.ToString() ?? "none");
    }

    private async Task Answer(HttpContext http, Exception fault)
    {
        if (http.RequestAborted.IsCancellationRequested)
        {
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return;
        }

        if (fault is BadHttpRequestException malformed)
        {
            await WriteAsIs(http, Plain(http.Response.StatusCode = malformed.StatusCode));
            return;
        }

        if (Faults.IsOutage(fault))
            Outage(log, fault);
        else
            Bug(log, fault);
        var status = Faults.StatusOf(fault, DateTime.MaxValue, clock.GetUtcNow(), http.RequestAborted) ?? ProblemStatus.Bug(Activity.Current?.TraceId.ToString() ?? "none");
        await StatusAnswer.Write(http, status);
    }

    /// <summary>An answer the framework gave without a body (no such path, wrong method, wrong media type) keeps its HTTP status and gets one.</summary>
    private static async Task WriteAsIs(HttpContext http, Status status)
    {
        var code = http.Response.StatusCode;
        http.Response.OnStarting(() =>
        {
            http.Response.StatusCode = code;
            return Task.CompletedTask;
        });
        await StatusAnswer.Write(http, status);
    }

    private static Status Plain(int http) => http switch
    {
        401 => new Problem.Unauthenticated("the request has no valid bearer token").ToStatus(),
        403 => new Problem.Forbidden("this caller may not do that").ToStatus(),
        404 => ProblemStatus.With(Code.NotFound, "There is nothing at this path; /openapi/v1.json lists what there is.", "NO_SUCH_PATH", []),
        405 => ProblemStatus.With(Code.Unimplemented, "The path does not take this HTTP method; /openapi/v1.json lists what there is.", "NO_SUCH_METHOD", []),
        415 => ProblemStatus.With(Code.InvalidArgument, "The content type is not one this path takes; send application/json, or application/grpc over HTTP/2.", "WRONG_CONTENT_TYPE", []),
        413 => ProblemStatus.With(Code.ResourceExhausted, "The request body is too large.", "TOO_LARGE", []),
        >= 500 => ProblemStatus.Bug(Activity.Current?.TraceId.ToString() ?? "none"),
        _ => ProblemStatus.With(Code.InvalidArgument, "The request could not be read.", "BAD_REQUEST", []),
    };

    private static bool IsProbe(PathString path) => path == "/health" || path == "/ready" || path == "/alive" || path.StartsWithSegments("/grpc.health.v1.Health");

    private static void Tag(Activity span, HttpContext http)
    {
        var code = http.Response.StatusCode;
        span.SetTag("http.response.status_code", code);
        span.SetTag("network.protocol.version", http.Request.Protocol switch { "HTTP/2" => "2", "HTTP/3" => "3", var old => old.Replace("HTTP/", "", StringComparison.Ordinal) });
        var endpoint = http.GetEndpoint();
        var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText;
        if (route is not null)
            span.SetTag("http.route", route);
        span.SetTag("url.path", Known(http.Request.Path.Value ?? "", route));
        span.SetTag("url.query", null);
        if (endpoint?.Metadata.GetMetadata<GrpcMethodMetadata>() is { } rpc)
        {
            // Refused before the rpc ran: the interceptor never saw it.
            if (span.GetTagItem("rpc.grpc.status_code") is null && http.Response.Headers.TryGetValue("grpc-status", out var refused) && int.TryParse(refused, out var status))
                RpcSpan.Tag(span, rpc.Method.FullName, status);
        }
        else
        {
            span.DisplayName = route is null ? http.Request.Method : $"{http.Request.Method} {route}";
        }

        if (code >= 500)
        {
            span.SetStatus(ActivityStatusCode.Error);
            if (span.GetTagItem("error.type") is null)
                span.SetTag("error.type", code.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>
    /// The path with ids and the route's own words. What a caller put in the place of an id may be anything, a person's identifier too, and is not exported;
    /// neither is the query.
    /// </summary>
    private static string Known(string path, string? route)
    {
        var words = (route ?? "").Split(['/', '{', '}', '=', ':', '*'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        return string.Join('/', path.Split('/').Select(segment => string.Join(':', segment.Split(':').Select(part => part.Length == 0 || words.Contains(part) || Guid.TryParse(part, out _) ? part : "-"))));
    }

    [LoggerMessage(1003, LogLevel.Error, "A request outside the rpcs failed with a bug")]
    private static partial void Bug(ILogger log, Exception fault);

    [LoggerMessage(1004, LogLevel.Warning, "A request outside the rpcs was refused: something this service needs does not answer")]
    private static partial void Outage(ILogger log, Exception fault);
}
