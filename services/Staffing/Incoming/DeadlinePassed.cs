using Ips.Contracts.Events;
using Ips.Staffing.StaffMembers;
using MassTransit;

namespace Ips.Staffing.Incoming;

/// <summary>A deadline of this service reached a stage: what is overdue has consequences for staff and teams.</summary>
public sealed class DeadlinePassed(FollowDeadline consequences, TimeProvider clock) : IConsumer<StaffDeadlineReachedV1>
{
    public Task Consume(ConsumeContext<StaffDeadlineReachedV1> context) => context.Message.State == FollowDeadline.Overdue
        ? consequences.Handle(context.Message, context.Row(clock), context.CancellationToken)
        : Task.CompletedTask;
}
