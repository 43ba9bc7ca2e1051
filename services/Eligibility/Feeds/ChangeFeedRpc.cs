using Grpc.Core;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Feeds;

/// <summary>Maps each gRPC call to its use case.</summary>
public sealed class ChangeFeedRpc(Lazy<ChangeFeed> feed, IConfiguration configuration) : Proto.ChangeFeed.ChangeFeedBase
{
    /// <summary>How long the stream sends nothing before it sends a heartbeat; <c>Feed:HeartbeatSeconds</c>, default 15.</summary>
    private TimeSpan Heartbeat => TimeSpan.FromSeconds(configuration.GetValue("Feed:HeartbeatSeconds", 15));

    public override async Task<Proto.PullChangesResponse> PullChanges(Proto.PullChangesRequest request, ServerCallContext context) =>
        (await feed.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override Task WatchChanges(Proto.WatchChangesRequest request, IServerStreamWriter<Proto.Change> responseStream, ServerCallContext context) =>
        feed.Value.Watch(request.Cursor, item => responseStream.WriteAsync(item), Heartbeat, context.CancellationToken);

    public override async Task<Proto.FeedTally> GetChangesTally(Proto.GetChangesTallyRequest request, ServerCallContext context) =>
        (await feed.Value.Handle(request, context.CancellationToken)).OrThrow();
}
