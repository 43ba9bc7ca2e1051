using Ips.Contracts.Events;
using Ips.Eligibility.Authorizations;
using MassTransit;

namespace Ips.Eligibility.Incoming;

/// <summary>
/// Billing voided a claim line: the units it still has are released. Billing releases them itself right after its commit; the event covers a crash in between.
/// </summary>
public sealed class ClaimLineVoided(MoveUnits units, TimeProvider clock) : IConsumer<ClaimLineVoidedV1>
{
    public Task Consume(ConsumeContext<ClaimLineVoidedV1> context) =>
        units.Release(context.Message.ClaimLineId, context.Row(clock), context.CancellationToken);
}
