using Grpc.Core;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Deadlines;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class DeadlinesRpc(FindDeadlines find) : Wire.Deadlines.DeadlinesBase
{
    public override async Task<Wire.Deadline> GetDeadline(Wire.GetDeadlineRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListDeadlinesResponse> ListDeadlines(Wire.ListDeadlinesRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();
}
