using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ips.Platform.Rpc;

/// <summary>
/// Around every rpc, on both wires: checks the request, names the span, and turns whatever goes wrong into one google.rpc.Status (<see cref="Faults"/>).
/// </summary>
public sealed partial class ProblemInterceptor(TimeProvider clock, IEnumerable<IFaultReader> readers, ILogger<ProblemInterceptor> log) : Interceptor
{
    /// <summary>
    /// Bytes that are not the message of the rpc: the framework reads a single request before any interceptor runs (<see cref="ErrorHandlingMiddleware"/>), a
    /// stream within.
    /// </summary>
    private static readonly Google.Rpc.Status Unreadable =
        new Problem.Invalid("request", "is not the message that this rpc takes; send it as the contract's proto file says").ToStatus();

    // A stream that ends quietly when it is cancelled would look complete.
    private static void DemandOpen(ServerCallContext context)
    {
        if (StreamEnd.Reason(context.GetHttpContext()) is { } reason)
            throw reason.ToRpcException();
    }

    /// <summary>The status of an exception of the framework's reader; null when it is not the request's fault.</summary>
    internal static Google.Rpc.Status? OfUnreadable(Exception fault) => fault switch
    {
        InvalidProtocolBufferException => Unreadable,
        // A length prefix of more than 2 GB: the framework has no other sign of it than the text.
        IOException when fault.Message.StartsWith("Message too large", StringComparison.Ordinal) => ProblemStatus.TooLarge(null),
        // The message does not decompress, or its first byte is no compression flag.
        InvalidDataException => Unreadable,
        _ => null,
    };

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            RequestChecks.Demand((IMessage)request, clock.UtcDay());
            var response = await continuation(request, context);
            Tag(context, context.Status.StatusCode);
            return response;
        }
        catch (Exception fault)
        {
            throw Mapped(fault, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            RequestChecks.Demand((IMessage)request, clock.UtcDay());
            await continuation(request, responseStream, context);
            DemandOpen(context);
            Tag(context, context.Status.StatusCode);
        }
        catch (Exception fault)
        {
            throw Mapped(fault, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            var response = await continuation(requestStream, context);
            Tag(context, context.Status.StatusCode);
            return response;
        }
        catch (Exception fault)
        {
            throw Mapped(fault, context, readsStream: true);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
            DemandOpen(context);
            Tag(context, context.Status.StatusCode);
        }
        catch (Exception fault)
        {
            throw Mapped(fault, context, readsStream: true);
        }
    }

    private RpcException Mapped(Exception fault, ServerCallContext context, bool readsStream = false)
    {
        var http = context.GetHttpContext();
        var status = StreamEnd.Reason(http) ?? (readsStream ? OfUnreadable(fault) : null)
            ?? readers.Select(r => r.Read(fault)).FirstOrDefault(p => p is not null)?.ToStatus()
            ?? Faults.StatusOf(fault, context.Deadline, clock.GetUtcNow(), context.CancellationToken);
        if (status is null)
        {
            var known = (RpcException)fault;
            Tag(context, known.StatusCode);
            return known;
        }

        var code = (StatusCode)status.Code;
        if (code == StatusCode.Internal)
            Bug(log, context.Method, fault);
        else if (code == StatusCode.Unavailable)
            Outage(log, context.Method, fault);
        Tag(context, code, code == StatusCode.Internal ? fault : null);
        if (!StatusAnswer.IsGrpc(http.Request))
            StatusAnswer.AddRetryAfter(http, status);
        return status.ToRpcException();
    }

    /// <summary>The rpc.* attributes of the span of this request.</summary>
    private static void Tag(ServerCallContext context, StatusCode code, Exception? bug = null)
    {
        var http = context.GetHttpContext();
        var span = http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpActivityFeature>()?.Activity;
        if (span is null)
            return;
        RpcSpan.Tag(span, context.Method, (int)code);
        if (bug is not null)
            span.AddException(bug);
    }

    [LoggerMessage(1001, LogLevel.Error, "{Method} failed with a bug")]
    private static partial void Bug(ILogger log, string method, Exception fault);

    [LoggerMessage(1002, LogLevel.Warning, "{Method} was refused: something this service needs does not answer")]
    private static partial void Outage(ILogger log, string method, Exception fault);
}

/// <summary>Semantic conventions of rpc spans, server and client.</summary>
internal static class RpcSpan
{
    public static void Tag(Activity span, string method, int code)
    {
        var parts = method.TrimStart('/').Split('/', 2);
        span.DisplayName = method.TrimStart('/');
        span.SetTag("rpc.system", "grpc").SetTag("rpc.service", parts[0]).SetTag("rpc.method", parts.Length > 1 ? parts[1] : "")
            .SetTag("rpc.grpc.status_code", code);
        var faulty = span.Kind == ActivityKind.Client
            ? code != 0
            : (StatusCode)code is StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.Unimplemented or StatusCode.Internal
            or StatusCode.Unavailable or StatusCode.DataLoss;
        if (faulty)
            span.SetStatus(ActivityStatusCode.Error).SetTag("error.type", ProblemStatus.NameOf(code));
    }
}
