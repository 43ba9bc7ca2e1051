using Grpc.Core;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.UnitLedger;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class UnitLedgerRpc(EngagementUnits units) : Proto.UnitLedger.UnitLedgerBase
{
    public override async Task<Proto.Ledger> GetUnitLedger(Proto.GetUnitLedgerRequest request, ServerCallContext context) =>
        (await units.Handle(request, context.CancellationToken)).OrThrow();
}
