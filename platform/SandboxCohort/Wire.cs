using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Ips.Contracts.Common.V1;
using Status = Grpc.Core.Status;

namespace Ips.SandboxCohort;

/// <summary>The steps of one life, numbered: each call is one.</summary>
internal sealed class Steps(string life)
{
    private int last;

    public string Next() => string.Create(CultureInfo.InvariantCulture, $"{life} {++last}");
}

/// <summary>The connections to the services. Every call has an id that follows from its step, waits while a service is away, and is kept in the journal.</summary>
internal sealed class Wire(Func<string, Uri> address, Func<string, string, string> token, string run, Journal journal, CancellationToken stop) : IDisposable
{
    // So many calls are on their way at once: more than two cores can answer.
    private readonly SemaphoreSlim room = new(8);
    private readonly ConcurrentDictionary<string, GrpcChannel> channels = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string, string), string> tokens = new();

    // The generated client has no place for one message that is repeated after an outage.
    private static Method<UploadDocumentRequest, Document> UploadDocument(string service) => new(MethodType.ClientStreaming, $"ips.{service}.v1.Documents", "UploadDocument",
        Marshallers.Create(m => m.ToByteArray(), UploadDocumentRequest.Parser.ParseFrom), Marshallers.Create(m => m.ToByteArray(), Document.Parser.ParseFrom));

    private int calls;

    /// <summary>How many calls were made.</summary>
    public int Calls => calls;

    /// <summary>A caller's way to a service.</summary>
    public CallInvoker To(string service, string role, string organization, Steps steps) => new Caller(this, service, role, organization, steps);

    /// <summary>Stores a document of one message with a service.</summary>
    public Task<Document> Upload(string service, UploadDocumentRequest document, string role, string organization, Steps steps) =>
        Call(UploadDocument(service), document, service, role, organization, steps.Next());

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var channel in channels.Values)
            channel.Dispose();
        room.Dispose();
    }

    private async Task<TAnswer> Call<TRequest, TAnswer>(
        Method<TRequest, TAnswer> method, TRequest request, string service, string role, string organization, string step)
        where TRequest : class
        where TAnswer : class
    {
        if (journal.Find<TAnswer>(step, method.FullName) is { } known)
            return known;
        Number((IMessage)request, step);
        var invoker = channels.GetOrAdd(service, name => GrpcChannel.ForAddress(address(name))).CreateCallInvoker();
        await room.WaitAsync(stop);
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    Metadata who = new() { { "authorization", $"Bearer {tokens.GetOrAdd((role, organization), _ => token(role, organization))}" } };
                    var answer = await Send(invoker, method, request, new CallOptions(who, cancellationToken: stop));
                    Interlocked.Increment(ref calls);
                    journal.Add(step, method.FullName, (IMessage)answer);
                    return answer;
                }
                catch (RpcException) when (stop.IsCancellationRequested)
                {
                    throw new OperationCanceledException(stop);
                }
                catch (RpcException away) when (attempt < 60
                    && away.StatusCode is StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.DeadlineExceeded or StatusCode.Aborted)
                {
                    await Task.Delay(TimeSpan.FromSeconds(away.StatusCode == StatusCode.Aborted ? 0.1 : 1), stop);
                }
                catch (RpcException refused)
                {
                    throw new CohortException($"{step}: {role} {organization} called {method.FullName} and got {refused.StatusCode}: {refused.Status.Detail}", refused);
                }
            }
        }
        finally
        {
            room.Release();
        }
    }

    // A stream of a caller has one message here: no document of the cohort is longer.
    private static async Task<TAnswer> Send<TRequest, TAnswer>(CallInvoker invoker, Method<TRequest, TAnswer> method, TRequest request, CallOptions options)
        where TRequest : class
        where TAnswer : class
    {
        if (method.Type == MethodType.Unary)
            return await invoker.AsyncUnaryCall(method, null, options, request);
        using var call = invoker.AsyncClientStreamingCall(method, null, options);
        await call.RequestStream.WriteAsync(request);
        await call.RequestStream.CompleteAsync();
        return await call;
    }

    // The same step has the same number in every run of the load: the service answers a repetition as it answered before.
    private void Number(IMessage request, string step)
    {
        var number = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{run} {step}")).AsSpan(0, 16), bigEndian: true).ToString();
        foreach (var name in (ReadOnlySpan<string>)["request_id", "message_id"])
            request.Descriptor.FindFieldByName(name)?.Accessor.SetValue(request, number);
    }

    private sealed class Caller(Wire wire, string service, string role, string organization, Steps steps) : CallInvoker
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            new(wire.Call(method, request, service, role, organization, steps.Next()),
                Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            throw new NotSupportedException();

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();
    }
}
