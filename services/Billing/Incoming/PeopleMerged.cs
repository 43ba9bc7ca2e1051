using Ips.Billing.Claims;
using Ips.Contracts.Events;
using MassTransit;

namespace Ips.Billing.Incoming;

/// <summary>Two records of one person were merged: what was billed for one belongs to the other.</summary>
public sealed class PeopleMerged(FollowMerge merges, TimeProvider clock) : IConsumer<IndividualsMergedV1>
{
    public Task Consume(ConsumeContext<IndividualsMergedV1> context) =>
        merges.Handle(context.Message, context.Row(clock), context.CancellationToken);
}
