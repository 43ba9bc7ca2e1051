using Grpc.Core;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class DeterminationsRpc(Determine determine, FindDeterminations find, VerifyEligibility verify) : Wire.Determinations.DeterminationsBase
{
    public override async Task<Wire.Determination> Determine(Wire.DetermineRequest request, ServerCallContext context) =>
        (await determine.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Determination> GetDetermination(Wire.GetDeterminationRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListDeterminationsResponse> ListDeterminations(Wire.ListDeterminationsRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.VerifyResponse> Verify(Wire.VerifyRequest request, ServerCallContext context) =>
        (await verify.Handle(request, context.CancellationToken)).OrThrow();
}
