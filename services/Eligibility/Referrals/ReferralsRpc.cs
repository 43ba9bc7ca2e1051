using Grpc.Core;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Referrals;

/// <summary>Maps each gRPC call to its use case.</summary>
public sealed class ReferralsRpc(
    Lazy<MakeReferral> make, Lazy<AnswerReferral> answer, Lazy<FindReferrals> find, Lazy<ReferralFeed> feed, Lazy<AuthorizeVr> authorize,
    Lazy<Individuals.FindContacts> contacts, Lazy<FindMeetingItems> meeting,
    IConfiguration configuration)
    : Proto.Referrals.ReferralsBase
{
    /// <summary>How long the stream sends nothing before it sends a heartbeat; <c>Feed:HeartbeatSeconds</c>, default 15.</summary>
    private TimeSpan Heartbeat => TimeSpan.FromSeconds(configuration.GetValue("Feed:HeartbeatSeconds", 15));

    public override async Task<Proto.Referral> CreateReferral(Proto.CreateReferralRequest request, ServerCallContext context) =>
        (await make.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Referral> SendReferral(Proto.SendReferralRequest request, ServerCallContext context) =>
        (await make.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Referral> DeclineReferral(Proto.DeclineReferralRequest request, ServerCallContext context) =>
        (await make.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Referral> GetReferral(Proto.GetReferralRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListVrMeetingItemsResponse> ListVrMeetingItems(Proto.ListVrMeetingItemsRequest request, ServerCallContext context) =>
        (await meeting.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ReferralContacts> GetReferralContacts(Proto.GetReferralContactsRequest request, ServerCallContext context) =>
        (await contacts.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListReferralsResponse> ListReferrals(Proto.ListReferralsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Referral> CorrectDvrsDecision(Proto.CorrectDvrsDecisionRequest request, ServerCallContext context) =>
        (await answer.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Referral> RecordVrContact(Proto.RecordVrContactRequest request, ServerCallContext context) =>
        (await answer.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Referral> RecordVrPlan(Proto.RecordVrPlanRequest request, ServerCallContext context) =>
        (await answer.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.VrAuthorization> RecordVrAuthorization(Proto.RecordVrAuthorizationRequest request, ServerCallContext context) =>
        (await authorize.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.VrAuthorization> CancelVrAuthorization(Proto.CancelVrAuthorizationRequest request, ServerCallContext context) =>
        (await authorize.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListVrAuthorizationsResponse> ListVrAuthorizations(Proto.ListVrAuthorizationsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override Task Watch(Proto.WatchRequest request, IServerStreamWriter<Proto.FeedItem> responseStream, ServerCallContext context) =>
        feed.Value.Watch(request.Cursor, item => responseStream.WriteAsync(item), Heartbeat, context.CancellationToken);

    public override async Task<Proto.PullFeedResponse> PullFeed(Proto.PullFeedRequest request, ServerCallContext context) =>
        (await feed.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.FeedTally> GetFeedTally(Proto.GetFeedTallyRequest request, ServerCallContext context) =>
        (await feed.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Referral> AcknowledgeReferral(Proto.AcknowledgeReferralRequest request, ServerCallContext context) =>
        (await answer.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Referral> RecordDvrsDecision(Proto.RecordDvrsDecisionRequest request, ServerCallContext context) =>
        (await answer.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Referral> RecordDvrsClosure(Proto.RecordDvrsClosureRequest request, ServerCallContext context) =>
        (await answer.Value.Handle(request, context.CancellationToken)).OrThrow();
}
