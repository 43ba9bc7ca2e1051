using System.Net.Sockets;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Calls;

/// <summary>The call as a service method sees it when it came by HTTP/JSON.</summary>
internal sealed class TranscodedCallContext : ServerCallContext, IServerCallContextFeature
{
    private static readonly AuthContext Anonymous = new(null!, []);
    private readonly HttpContext http;
    private readonly IMethod method;
    private readonly CallDeadline? deadline;
    private Metadata? requestHeaders;
    private int ended;

    public TranscodedCallContext(HttpContext http, IMethod method, CallDeadline? deadline)
    {
        this.http = http;
        this.method = method;
        this.deadline = deadline;
        // ServerCallContext.GetHttpContext() of the official server looks here for contexts that are not its own.
        http.Items["__HttpContext"] = http;
        http.Features.Set<IServerCallContextFeature>(this);
    }

    ServerCallContext IServerCallContextFeature.ServerCallContext => this;

    /// <summary>True for the first who asks: either the method's answer or the passed deadline ends the call, never both.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref ended, 1) == 0;

    protected override string MethodCore => method.FullName;

    protected override string HostCore => http.Request.Host.Value ?? "";

    protected override string PeerCore => (http.Connection.RemoteIpAddress, http.Connection.RemotePort) switch
    {
        (null, _) => "unknown",
        ({ AddressFamily: AddressFamily.InterNetworkV6 } ip, var port) => $"ipv6:[{ip}]:{port}",
        (var ip, var port) => $"ipv4:{ip}:{port}",
    };

    protected override DateTime DeadlineCore => deadline?.At ?? DateTime.MaxValue;

    protected override Metadata RequestHeadersCore => requestHeaders ??= CallHeaders.Read(http.Request.Headers);

    protected override CancellationToken CancellationTokenCore => deadline?.Token ?? http.RequestAborted;

    /// <summary>Of these only <c>grpc-status-details-bin</c> reaches the caller, as the details of the error.</summary>
    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; } = Status.DefaultSuccess;

    /// <summary>Kept and ignored: compression is negotiated by HTTP.</summary>
    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => Anonymous;

    protected override IDictionary<object, object> UserStateCore => http.Items!;

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Calls over HTTP/JSON have no propagation token; pass Deadline and CancellationToken on.");

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        if (http.Response.HasStarted)
            throw new InvalidOperationException("Response headers can only be sent once, before the first message.");
        CallHeaders.Write(responseHeaders, http.Response.Headers);
        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.ContentType ??= JsonAnswer.ContentType;
        // Headers of a single answer go out with it, so that an error can still choose the status code.
        if (method.Type == MethodType.ServerStreaming)
            await http.Response.StartAsync(CancellationToken);
    }
}
