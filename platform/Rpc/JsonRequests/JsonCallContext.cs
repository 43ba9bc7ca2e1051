using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Ips.Platform.Rpc.JsonRequests;

/// <summary>
/// An HTTP/JSON call with the deadline that its caller set; all else is the official context's. Calls to other services find the deadline here.
/// </summary>
internal sealed class JsonCallContext : ServerCallContext, IServerCallContextFeature
{
    private readonly ServerCallContext official;
    private readonly JsonDeadline deadline;

    public JsonCallContext(ServerCallContext official, JsonDeadline deadline, HttpContext http)
    {
        (this.official, this.deadline) = (official, deadline);
        http.Features.Set<IServerCallContextFeature>(this);
    }

    ServerCallContext IServerCallContextFeature.ServerCallContext => this;

    protected override DateTime DeadlineCore => deadline.At;

    protected override CancellationToken CancellationTokenCore => deadline.Token;

    protected override string MethodCore => official.Method;

    protected override string HostCore => official.Host;

    protected override string PeerCore => official.Peer;

    protected override Metadata RequestHeadersCore => official.RequestHeaders;

    protected override Metadata ResponseTrailersCore => official.ResponseTrailers;

    protected override Status StatusCore { get => official.Status; set => official.Status = value; }

    protected override WriteOptions? WriteOptionsCore { get => official.WriteOptions; set => official.WriteOptions = value; }

    protected override AuthContext AuthContextCore => official.AuthContext;

    protected override IDictionary<object, object> UserStateCore => official.UserState;

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => official.CreatePropagationToken(options);

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => official.WriteResponseHeadersAsync(responseHeaders);
}
