using Grpc.Core;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.LegalHolds;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class LegalHoldsRpc(HoldRecord hold) : Wire.LegalHolds.LegalHoldsBase
{
    public override async Task<Wire.LegalHold> PlaceLegalHold(Wire.PlaceLegalHoldRequest request, ServerCallContext context) =>
        (await hold.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.LegalHold> LiftLegalHold(Wire.LiftLegalHoldRequest request, ServerCallContext context) =>
        (await hold.Handle(request, context.CancellationToken)).OrThrow();
}
