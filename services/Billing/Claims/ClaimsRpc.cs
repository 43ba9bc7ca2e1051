using Grpc.Core;
using Wire = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class ClaimsRpc(CreateClaimLine create, VoidClaimLine @void, FindClaimLines find) : Wire.Claims.ClaimsBase
{
    public override async Task<Wire.ClaimLine> CreateClaimLine(Wire.CreateClaimLineRequest request, ServerCallContext context) =>
        (await create.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ClaimLine> VoidClaimLine(Wire.VoidClaimLineRequest request, ServerCallContext context) =>
        (await @void.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ClaimLine> GetClaimLine(Wire.GetClaimLineRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListClaimLinesResponse> ListClaimLines(Wire.ListClaimLinesRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();
}
