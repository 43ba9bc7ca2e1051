using Grpc.Core;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.UnitLedger;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class UnitLedgerRpc(EngagementUnits units) : Proto.UnitLedger.UnitLedgerBase
{
    public override async Task<Proto.Ledger> GetUnitLedger(Proto.GetUnitLedgerRequest request, ServerCallContext context) =>
        (await units.Handle(request, context.CancellationToken)).OrThrow();
}
