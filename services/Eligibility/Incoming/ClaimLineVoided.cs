using Ips.Contracts.Events;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using MassTransit;

namespace Ips.Eligibility.Incoming;

/// <summary>
/// Billing voided a claim line: the units it still has are released. Billing releases them itself right after its commit; the event covers a crash in between.
/// </summary>
public sealed class ClaimLineVoided(EligibilityDb db, MoveUnits units) : IConsumer<ClaimLineVoidedV1>
{
    public async Task Consume(ConsumeContext<ClaimLineVoidedV1> context)
    {
        await units.Release(context.Message.ClaimLineId, context.CancellationToken);
        await db.SaveChangesAsync(context.CancellationToken);
    }
}
