using Grpc.Core;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.LegalHolds;

/// <summary>Maps each gRPC call to its use case.</summary>
public sealed class LegalHoldsRpc(Lazy<HoldRecord> hold) : Proto.LegalHolds.LegalHoldsBase
{
    public override async Task<Proto.LegalHold> PlaceLegalHold(Proto.PlaceLegalHoldRequest request, ServerCallContext context) =>
        (await hold.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.LegalHold> LiftLegalHold(Proto.LiftLegalHoldRequest request, ServerCallContext context) =>
        (await hold.Value.Handle(request, context.CancellationToken)).OrThrow();
}
