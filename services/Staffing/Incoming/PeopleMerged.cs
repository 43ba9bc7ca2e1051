using Ips.Contracts.Events;
using Ips.Staffing.Caseloads;
using MassTransit;

namespace Ips.Staffing.Incoming;

/// <summary>Two records of one person were merged, or a merge was undone: the assignments of one belong to the other, or to its own person again.</summary>
public sealed class PeopleMerged(FollowMerge merges, TimeProvider clock) : IConsumer<IndividualsMergedV1>, IConsumer<IndividualsSeparatedV1>
{
    public Task Consume(ConsumeContext<IndividualsMergedV1> context) =>
        merges.Handle(context.Message, context.Row(clock), context.CancellationToken);

    public Task Consume(ConsumeContext<IndividualsSeparatedV1> context) =>
        merges.Handle(context.Message, context.Row(clock), context.CancellationToken);
}
