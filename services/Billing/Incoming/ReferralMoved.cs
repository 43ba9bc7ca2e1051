using Ips.Billing.Claims;
using Ips.Contracts.Events;
using MassTransit;

namespace Ips.Billing.Incoming;

/// <summary>The vocational rehabilitation agency decided, or a referral to it moved: who pays milestones 3 to 5 may be another one now.</summary>
public sealed class ReferralMoved(FollowReferral referrals, TimeProvider clock) : IConsumer<ReferralMovedV1>
{
    public Task Consume(ConsumeContext<ReferralMovedV1> context) =>
        referrals.Handle(context.Message, context.Row(clock), context.CancellationToken);
}
