using Ips.Billing.Claims;
using Ips.Contracts.Events;
using MassTransit;

namespace Ips.Billing.Incoming;

/// <summary>
/// A staff member may not serve from a day on, or may again. The lines of the staff member are decided again on what Staffing says then, so two events may
/// arrive in either order.
/// </summary>
public sealed class StaffMoved(ReconsiderClaimLines lines, TimeProvider clock) : IConsumer<StaffBlockedV1>, IConsumer<StaffClearedV1>
{
    public Task Consume(ConsumeContext<StaffBlockedV1> context) =>
        lines.Handle(context.Message.StaffMemberId, context.Row(clock), context.CancellationToken);

    public Task Consume(ConsumeContext<StaffClearedV1> context) =>
        lines.Handle(context.Message.StaffMemberId, context.Row(clock), context.CancellationToken);
}
