using Grpc.Core;
using Wire = Ips.Contracts.Billing.V1;

namespace Ips.Billing.UnitLedger;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class UnitLedgerRpc(EngagementUnits units) : Wire.UnitLedger.UnitLedgerBase
{
    public override async Task<Wire.Ledger> GetUnitLedger(Wire.GetUnitLedgerRequest request, ServerCallContext context) =>
        (await units.Handle(request, context.CancellationToken)).OrThrow();
}
