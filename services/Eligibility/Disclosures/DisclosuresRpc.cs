using Grpc.Core;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Disclosures;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class DisclosuresRpc(OpenDisclosure open, ReadDisclosure read, FindDisclosures find, ReviewDisclosure review) : Wire.Disclosures.DisclosuresBase
{
    public override async Task<Wire.Disclosure> OpenDisclosure(Wire.OpenDisclosureRequest request, ServerCallContext context) =>
        (await open.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Individual> ReadDisclosure(Wire.ReadDisclosureRequest request, ServerCallContext context) =>
        (await read.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Disclosure> GetDisclosure(Wire.GetDisclosureRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListDisclosuresResponse> ListDisclosures(Wire.ListDisclosuresRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Disclosure> ReviewDisclosure(Wire.ReviewDisclosureRequest request, ServerCallContext context) =>
        (await review.Handle(request, context.CancellationToken)).OrThrow();
}
