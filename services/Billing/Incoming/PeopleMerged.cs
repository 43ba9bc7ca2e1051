using Ips.Billing.Claims;
using Ips.Contracts.Events;
using MassTransit;

namespace Ips.Billing.Incoming;

/// <summary>Two records of one person were merged, or a merge was undone: what was billed for one belongs to the other, or to its own person again.</summary>
public sealed class PeopleMerged(FollowMerge merges, TimeProvider clock) : IConsumer<IndividualsMergedV1>, IConsumer<IndividualsSeparatedV1>
{
    public Task Consume(ConsumeContext<IndividualsMergedV1> context) =>
        merges.Handle(context.Message, context.Row(clock), context.CancellationToken);

    public Task Consume(ConsumeContext<IndividualsSeparatedV1> context) =>
        merges.Handle(context.Message, context.Row(clock), context.CancellationToken);
}
