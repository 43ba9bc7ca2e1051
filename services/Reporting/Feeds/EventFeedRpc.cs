using Grpc.Core;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Feeds;

/// <summary>Maps the rpcs to the use case.</summary>
public sealed class EventFeedRpc(Lazy<EventFeed> feed, IConfiguration configuration) : Proto.EventFeed.EventFeedBase
{
    /// <summary>How long the stream sends nothing before it sends a heartbeat; <c>Feed:HeartbeatSeconds</c>, default 15.</summary>
    private TimeSpan Heartbeat => TimeSpan.FromSeconds(configuration.GetValue("Feed:HeartbeatSeconds", 15));

    public override async Task<Proto.PullEventsResponse> PullEvents(Proto.PullEventsRequest request, ServerCallContext context) =>
        (await feed.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override Task WatchEvents(Proto.WatchEventsRequest request, IServerStreamWriter<Proto.FeedEvent> responseStream, ServerCallContext context) =>
        feed.Value.Watch(request.Cursor, item => responseStream.WriteAsync(item), Heartbeat, context.CancellationToken);

    public override async Task<Proto.EventsTally> GetEventsTally(Proto.GetEventsTallyRequest request, ServerCallContext context) =>
        (await feed.Value.Handle(request, context.CancellationToken)).OrThrow();
}
