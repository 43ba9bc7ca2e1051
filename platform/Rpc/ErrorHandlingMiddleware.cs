using System.Diagnostics;
using Google.Rpc;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Status = Google.Rpc.Status;

namespace Ips.Platform.Rpc;

/// <summary>
/// The outermost step of every request: no answer may be kept by a cache, and every failure outside of an rpc gets a google.rpc.Status body.
/// </summary>
public sealed partial class ErrorHandlingMiddleware(RequestDelegate next, TimeProvider clock, ILogger<ErrorHandlingMiddleware> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var span = http.Features.Get<IHttpActivityFeature>()?.Activity;
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            await next(http);
            if (http.Features.Get<IServerCallContextFeature>()?.ServerCallContext
                is { Status: { StatusCode: StatusCode.Unknown, DebugException: { } unread } } call)
                StatusAnswer.Refuse(http, StatusCode.Unknown, OfUnread(unread, call));
            if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null } && !StatusAnswer.IsGrpc(http.Request))
                await WriteAsIs(http, Plain(http.Response.StatusCode));
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            span?.AddException(fault);
            await Answer(http, fault);
        }
    }

    // What happened before any interceptor ran: the request's one message was read.
    private Status OfUnread(Exception unread, ServerCallContext call)
    {
        if (ProblemInterceptor.OfUnreadable(unread) is { } unreadable)
            return unreadable;
        if (unread is not (OperationCanceledException or IOException))
            Bug(log, unread);
        return Faults.StatusOf(unread, call.Deadline, clock.GetUtcNow(), call.CancellationToken)
            ?? ProblemStatus.Bug(Activity.Current?.TraceId.ToString() ?? "none");
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
        var status = Faults.StatusOf(fault, DateTime.MaxValue, clock.GetUtcNow(), http.RequestAborted)
            ?? ProblemStatus.Bug(Activity.Current?.TraceId.ToString() ?? "none");
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
        415 => ProblemStatus.With(
            Code.InvalidArgument, "The content type is not one this path takes; send application/json, or application/grpc over HTTP/2.",
                "UNSUPPORTED_CONTENT_TYPE", []),
        413 => ProblemStatus.TooLarge(null),
        >= 500 => ProblemStatus.Bug(Activity.Current?.TraceId.ToString() ?? "none"),
        _ => ProblemStatus.With(Code.InvalidArgument, "The request could not be read.", "BAD_REQUEST", []),
    };

    [LoggerMessage(1003, LogLevel.Error, "A request outside the rpcs failed with a bug")]
    private static partial void Bug(ILogger log, Exception fault);

    [LoggerMessage(1004, LogLevel.Warning, "A request outside the rpcs was refused: something this service needs does not answer")]
    private static partial void Outage(ILogger log, Exception fault);
}
