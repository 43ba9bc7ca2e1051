using Ips.Contracts.Events;
using Ips.Eligibility.Authorizations;
using MassTransit;

namespace Ips.Eligibility.Incoming;

/// <summary>
/// Billing voided a claim line: the units it still has are released. Billing releases them itself right after its commit; the event covers a crash in between.
/// </summary>
/// <remarks>The use case commits before the inbox row does; a repetition in between has no further effect.</remarks>
public sealed class ClaimLineVoided(MoveUnits units) : IConsumer<ClaimLineVoidedV1>
{
    public Task Consume(ConsumeContext<ClaimLineVoidedV1> context) => units.Release(context.Message.ClaimLineId, context.CancellationToken);
}
