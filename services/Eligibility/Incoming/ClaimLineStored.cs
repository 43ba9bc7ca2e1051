using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using MassTransit;

namespace Ips.Eligibility.Incoming;

/// <summary>Billing stored a claim line: the units it holds are its own from now on. Billing's event is stored with the line or not at all, so a line that never was confirms nothing.</summary>
public sealed class ClaimLineStored(EligibilityDb db, MoveUnits units) : IConsumer<ClaimLineDecidedV1>
{
    public async Task Consume(ConsumeContext<ClaimLineDecidedV1> context)
    {
        if (context.Message.State == "ready")
            await units.Confirm(context.Message.ClaimLineId, context.CancellationToken);
        await db.SaveChangesAsync(context.CancellationToken);
    }
}
