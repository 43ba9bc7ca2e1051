using Grpc.Core;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Referrals;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class ReferralsRpc(MakeReferral make, AnswerReferral answer, FindReferrals find, ReferralFeed feed, IConfiguration configuration) : Wire.Referrals.ReferralsBase
{
    /// <summary>How long the stream is silent before it says that it is alive; <c>Feed:HeartbeatSeconds</c>, 15 unless set.</summary>
    private TimeSpan Heartbeat => TimeSpan.FromSeconds(configuration.GetValue("Feed:HeartbeatSeconds", 15));

    public override async Task<Wire.Referral> CreateReferral(Wire.CreateReferralRequest request, ServerCallContext context) =>
        (await make.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Referral> SendReferral(Wire.SendReferralRequest request, ServerCallContext context) =>
        (await make.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Referral> DeclineReferral(Wire.DeclineReferralRequest request, ServerCallContext context) =>
        (await make.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Referral> GetReferral(Wire.GetReferralRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListReferralsResponse> ListReferrals(Wire.ListReferralsRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override Task Watch(Wire.WatchRequest request, IServerStreamWriter<Wire.FeedItem> responseStream, ServerCallContext context) =>
        feed.Watch(request.Cursor, item => responseStream.WriteAsync(item), Heartbeat, context.CancellationToken);

    public override async Task<Wire.PullFeedResponse> PullFeed(Wire.PullFeedRequest request, ServerCallContext context) =>
        (await feed.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.FeedTally> GetFeedTally(Wire.GetFeedTallyRequest request, ServerCallContext context) =>
        (await feed.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Referral> AcknowledgeReferral(Wire.AcknowledgeReferralRequest request, ServerCallContext context) =>
        (await answer.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Referral> RecordDvrsDecision(Wire.RecordDvrsDecisionRequest request, ServerCallContext context) =>
        (await answer.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Referral> RecordDvrsClosure(Wire.RecordDvrsClosureRequest request, ServerCallContext context) =>
        (await answer.Handle(request, context.CancellationToken)).OrThrow();
}
