using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Binding;
using Microsoft.AspNetCore.Http;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Calls;

/// <summary>An rpc that answers with a stream: one JSON object a line, each sent as soon as it is written.</summary>
internal sealed class StreamingCallHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method, HttpBinding binding, Serving<TService> serving, ServerStreamingServerMethod<TService, TRequest, TResponse> invoker)
    : CallHandler<TService>(method, binding, serving)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected override async Task Run(HttpContext http, TranscodedCallContext call, IMessage request)
    {
        var writer = new JsonStreamWriter<TResponse>(http, call.CancellationToken, Encode);
        http.Features.Set<IClosable>(writer);
        http.Response.RegisterForDispose(writer);
        await Serving.Invoke(invoker, (TRequest)request, writer, call, http);
        call.CancellationToken.ThrowIfCancellationRequested();
        if (call.Status.StatusCode != StatusCode.OK)
            throw new RpcException(call.Status);
        if (!call.TryEnd())
            throw new OperationCanceledException(call.CancellationToken);
        await writer.Finish();
    }

    protected override Task Close(TranscodedCallContext call) =>
        call.GetHttpContext().Features.Get<IClosable>()?.Close() ?? Task.CompletedTask;

    private (ReadOnlyMemory<byte> Bytes, string? ContentType) Encode(TResponse message) =>
        JsonAnswer.Body((IMessage)message, Binding.ResponseField, Serving.Writer, Serving.MaxSendBytes, oneLine: true);
}
