using Ips.Contracts.Events;
using Ips.Staffing.Teams;
using MassTransit;

namespace Ips.Staffing.Incoming;

/// <summary>A fidelity review was recorded, became final or was withdrawn: the team may have its first one, or none any more.</summary>
public sealed class TeamReviewed(RecordFirstReview first, TimeProvider clock) : IConsumer<ReviewRecordedV1>, IConsumer<ReviewMovedV1>
{
    public Task Consume(ConsumeContext<ReviewRecordedV1> context) => first.Handle(context.Message, context.Row(clock), context.CancellationToken);

    public Task Consume(ConsumeContext<ReviewMovedV1> context) => first.Handle(context.Message, context.Row(clock), context.CancellationToken);
}
