using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Binding;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Calls;

/// <summary>One call from request to answer: read, run under the deadline, answer or say what went wrong.</summary>
internal abstract partial class CallHandler<TService>(IMethod method, HttpBinding binding, Serving<TService> serving)
    where TService : class
{
    private readonly RequestReader reader = new(binding, serving.Types, serving.MaxReceiveBytes);

    protected HttpBinding Binding => binding;

    protected Serving<TService> Serving => serving;

    public async Task Handle(HttpContext http)
    {
        CallDeadline? deadline = null;
        TranscodedCallContext? call = null;
        try
        {
            deadline = CallDeadline.Read(http);
            call = new TranscodedCallContext(http, method, deadline);
            var request = await reader.Read(http.Request, call.CancellationToken);
            await Answer(http, call, request, deadline);
        }
        catch (Exception problem)
        {
            await Fail(http, call, deadline, problem);
        }
        finally
        {
            deadline?.Dispose();
        }
    }

    /// <summary>Runs the service method and writes what it answers.</summary>
    protected abstract Task Run(HttpContext http, TranscodedCallContext call, IMessage request);

    /// <summary>No message may follow; waits for one that is being written.</summary>
    protected virtual Task Close(TranscodedCallContext call) => Task.CompletedTask;

    /// <summary>At the deadline the caller gets its answer at once, even when the method does not listen to its token; the request ends with the method.</summary>
    private async Task Answer(HttpContext http, TranscodedCallContext call, IMessage request, CallDeadline? deadline)
    {
        var work = Run(http, call, request);
        if (deadline is null)
        {
            await work;
            return;
        }

        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = deadline.Passed.Register(passed.SetResult);
        if (await Task.WhenAny(work, passed.Task) == work || !call.TryEnd())
        {
            await work;
            return;
        }

        try
        {
            await Close(call);
            await WriteError(http, DeadlineExceeded);
            await http.Response.CompleteAsync();
        }
        finally
        {
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static CallError DeadlineExceeded => CallError.Plain(StatusCode.DeadlineExceeded, "The deadline of the call has passed.");

    private async Task Fail(HttpContext http, TranscodedCallContext? call, CallDeadline? deadline, Exception problem)
    {
        if (http.RequestAborted.IsCancellationRequested)
        {
            CallerWentAway(serving.Log, method.FullName);
            return;
        }

        if (call is not null)
            await Close(call);
        await WriteError(http, Explain(problem, call, deadline));
    }

    private CallError Explain(Exception problem, TranscodedCallContext? call, CallDeadline? deadline)
    {
        switch (problem)
        {
            case RequestProblem unreadable:
                RequestRefused(serving.Log, method.FullName, unreadable.Reason);
                return CallError.From(unreadable, binding.Method);
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } tooLarge:
                RequestRefused(serving.Log, method.FullName, "MESSAGE_TOO_LARGE");
                return CallError.From(new RequestProblem("MESSAGE_TOO_LARGE", "The request body is larger than this server takes.")
                { Code = StatusCode.ResourceExhausted, HttpStatus = tooLarge.StatusCode }, binding.Method);
            case BadHttpRequestException malformed:
                RequestRefused(serving.Log, method.FullName, "MALFORMED_BODY");
                return CallError.From(new RequestProblem("MALFORMED_BODY", "The request body could not be read to its end.") { HttpStatus = malformed.StatusCode }, binding.Method);
            case not RpcException when deadline?.Passed.IsCancellationRequested == true:
                return DeadlineExceeded;
            case RpcException refused:
                return CallError.FromHandler(refused.Status, call is null ? [refused.Trailers] : [refused.Trailers, call.ResponseTrailers]);
            default:
                HandlerThrew(serving.Log, problem, method.FullName);
                return CallError.Plain(StatusCode.Unknown, serving.DetailedErrors
                    ? $"Exception was thrown by handler. {problem.GetType().Name}: {problem.Message}"
                    : "Exception was thrown by handler.");
        }
    }

    private async Task WriteError(HttpContext http, CallError error)
    {
        try
        {
            await JsonAnswer.WriteError(http.Response, error, serving.Writer);
        }
        catch (Exception problem) when (problem is OperationCanceledException or IOException)
        {
            CallerWentAway(serving.Log, method.FullName);
        }
    }

    [LoggerMessage(2, LogLevel.Error, "{Method} threw")]
    private static partial void HandlerThrew(ILogger log, Exception problem, string method);

    [LoggerMessage(3, LogLevel.Debug, "{Method} was not called: the request could not be read, {Reason}")]
    private static partial void RequestRefused(ILogger log, string method, string reason);

    [LoggerMessage(4, LogLevel.Debug, "{Method}: the caller went away before the answer")]
    private static partial void CallerWentAway(ILogger log, string method);
}
