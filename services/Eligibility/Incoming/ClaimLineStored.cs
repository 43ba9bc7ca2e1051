using Ips.Contracts.Events;
using Ips.Eligibility.Authorizations;
using MassTransit;

namespace Ips.Eligibility.Incoming;

/// <summary>
/// Billing stored a claim line: the units it holds no longer expire. Billing stores its event together with the line, so a line that was not stored confirms
/// nothing.
/// </summary>
public sealed class ClaimLineStored(MoveUnits units, TimeProvider clock) : IConsumer<ClaimLineDecidedV1>
{
    public Task Consume(ConsumeContext<ClaimLineDecidedV1> context) =>
        context.Message.State == "ready" ? units.Confirm(context.Message.ClaimLineId, context.Row(clock), context.CancellationToken) : Task.CompletedTask;
}
