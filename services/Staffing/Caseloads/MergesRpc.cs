using Grpc.Core;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>Maps each gRPC call to its use case.</summary>
public sealed class MergesRpc(Lazy<PreviewMerge> preview, Lazy<ListMadeWhileMerged> made) : Proto.Merges.MergesBase
{
    public override async Task<Proto.PreviewMergeResponse> PreviewMerge(Proto.PreviewMergeRequest request, ServerCallContext context) =>
        (await preview.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListMadeWhileMergedResponse> ListMadeWhileMerged(Proto.ListMadeWhileMergedRequest request, ServerCallContext context) =>
        (await made.Value.Handle(request, context.CancellationToken)).OrThrow();
}
