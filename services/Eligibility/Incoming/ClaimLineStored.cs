using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using MassTransit;

namespace Ips.Eligibility.Incoming;

/// <summary>
/// Billing stored a claim line: the units it holds no longer expire. Billing stores its event together with the line, so a line that was not stored confirms
/// nothing.
/// </summary>
public sealed class ClaimLineStored(EligibilityDb db, MoveUnits units) : IConsumer<ClaimLineDecidedV1>
{
    public async Task Consume(ConsumeContext<ClaimLineDecidedV1> context)
    {
        if (context.Message.State == "ready")
            await units.Confirm(context.Message.ClaimLineId, context.CancellationToken);
        await db.SaveChangesAsync(context.CancellationToken);
    }
}
