using Grpc.Core;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Deadlines;

/// <summary>Maps each gRPC call to its use case.</summary>
public sealed class DeadlinesRpc(Lazy<FindDeadlines> find) : Proto.Deadlines.DeadlinesBase
{
    public override async Task<Proto.Deadline> GetDeadline(Proto.GetDeadlineRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListDeadlinesResponse> ListDeadlines(Proto.ListDeadlinesRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();
}
