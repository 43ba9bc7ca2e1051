using Grpc.Core;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Disclosures;

/// <summary>Maps each gRPC call to its use case.</summary>
public sealed class DisclosuresRpc(
    Lazy<OpenDisclosure> open, Lazy<ReadDisclosure> read, Lazy<FindDisclosures> find, Lazy<ReviewDisclosure> review)
    : Proto.Disclosures.DisclosuresBase
{
    public override async Task<Proto.Disclosure> OpenDisclosure(Proto.OpenDisclosureRequest request, ServerCallContext context) =>
        (await open.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Individual> ReadDisclosure(Proto.ReadDisclosureRequest request, ServerCallContext context) =>
        (await read.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Disclosure> GetDisclosure(Proto.GetDisclosureRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListDisclosuresResponse> ListDisclosures(Proto.ListDisclosuresRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Disclosure> ReviewDisclosure(Proto.ReviewDisclosureRequest request, ServerCallContext context) =>
        (await review.Value.Handle(request, context.CancellationToken)).OrThrow();
}
