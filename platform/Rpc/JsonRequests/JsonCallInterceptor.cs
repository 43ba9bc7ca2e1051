using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Ips.Platform.Rpc.JsonRequests;

/// <summary>
/// What the gRPC wire does for a call and the official HTTP/JSON wire does not: it ends at its deadline, even when the method ignores it,
/// and no answer is larger than the service may send. It does not change gRPC calls.
/// </summary>
internal sealed class JsonCallInterceptor(IOptions<GrpcServiceOptions> options) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var http = context.GetHttpContext();
        if (http.Features.Get<JsonDeadline>() is { } deadline)
            return Unary(continuation(request, new JsonCallContext(context, deadline, http)), deadline, http);
        return options.Value.MaxSendMessageSize is null ? continuation(request, context) : Limited(continuation(request, context), http);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var http = context.GetHttpContext();
        return http.Features.Get<JsonDeadline>() is { } deadline
            ? Streaming(continuation, request, new StreamUntilDeadline<TResponse>(responseStream), new JsonCallContext(context, deadline, http), deadline)
            : continuation(request, responseStream, context);
    }

    private async Task<TResponse> Unary<TResponse>(Task<TResponse> work, JsonDeadline deadline, HttpContext http)
    {
        await Until(deadline, work);
        return await Limited(work, http);
    }

    private static async Task Streaming<TRequest, TResponse>(
        ServerStreamingServerMethod<TRequest, TResponse> continuation, TRequest request, StreamUntilDeadline<TResponse> stream, JsonCallContext call,
            JsonDeadline deadline)
        where TRequest : class
        where TResponse : class
    {
        try
        {
            await Until(deadline, continuation(request, stream, call));
        }
        catch (RpcException)
        {
            await stream.Close();
            throw;
        }
    }

    private static async Task Until(JsonDeadline deadline, Task work)
    {
        if (await Task.WhenAny(work, deadline.Passed) != work)
        {
            deadline.Unfinished = work;
            throw ProblemStatus.Ended(deadlinePassed: true).ToRpcException();
        }

        try
        {
            await work;
        }
        catch (Exception) when (deadline.HasPassed)
        {
            throw ProblemStatus.Ended(deadlinePassed: true).ToRpcException();
        }
    }

    private async Task<TResponse> Limited<TResponse>(Task<TResponse> work, HttpContext http)
    {
        var response = await work;
        return response is IMessage message && message.CalculateSize() > options.Value.MaxSendMessageSize
            && http.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is not null
            ? throw ProblemStatus.AnswerTooLarge(options.Value.MaxSendMessageSize.Value).ToRpcException()
            : response;
    }
}

/// <summary>Writes no message after the deadline, so that none is mixed with the error that ends the stream.</summary>
[SuppressMessage("Design", "CA1001",
    Justification = "A SemaphoreSlim whose wait handle is never taken holds nothing to dispose, and a late writer may still wait for it.")]
internal sealed class StreamUntilDeadline<TResponse>(IServerStreamWriter<TResponse> stream) : IServerStreamWriter<TResponse>
{
    private readonly SemaphoreSlim one = new(1);
    private bool closed;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(TResponse message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TResponse message, CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(closed, this);
            await stream.WriteAsync(message, cancellationToken);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Waits for a message that is being written.</summary>
    public async Task Close()
    {
        await one.WaitAsync();
        closed = true;
        one.Release();
    }
}
