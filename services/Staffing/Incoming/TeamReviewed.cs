using Ips.Contracts.Events;
using Ips.Staffing.Teams;
using MassTransit;

namespace Ips.Staffing.Incoming;

/// <summary>A fidelity review was recorded or became final: the team may have its first one.</summary>
public sealed class TeamReviewed(RecordFirstReview first, TimeProvider clock) : IConsumer<ReviewRecordedV1>
{
    public Task Consume(ConsumeContext<ReviewRecordedV1> context) => first.Handle(context.Message, context.Row(clock), context.CancellationToken);
}
