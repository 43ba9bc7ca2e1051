using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Binding;
using Microsoft.AspNetCore.Http;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Calls;

/// <summary>An rpc with one answer.</summary>
internal sealed class UnaryCallHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method, HttpBinding binding, Serving<TService> serving, UnaryServerMethod<TService, TRequest, TResponse> invoker)
    : CallHandler<TService>(method, binding, serving)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected override async Task Run(HttpContext http, TranscodedCallContext call, IMessage request)
    {
        var answer = await Serving.Invoke(invoker, (TRequest)request, call, http);
        call.CancellationToken.ThrowIfCancellationRequested();
        if (call.Status.StatusCode != StatusCode.OK)
            throw new RpcException(call.Status);
        if (answer is null)
            throw new RpcException(new Status(StatusCode.Cancelled, "No message returned from method."));
        var (bytes, type) = JsonAnswer.Body((IMessage)answer, Binding.ResponseField, Serving.Writer, Serving.MaxSendBytes, oneLine: false);
        if (!call.TryEnd())
            throw new OperationCanceledException(call.CancellationToken);
        await JsonAnswer.Write(http.Response, bytes, type, call.CancellationToken);
    }
}
