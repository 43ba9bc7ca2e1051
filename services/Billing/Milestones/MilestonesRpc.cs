using Grpc.Core;
using Wire = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Milestones;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class MilestonesRpc(SubmitMilestone submit, FindMilestones find) : Wire.Milestones.MilestonesBase
{
    public override async Task<Wire.Milestone> SubmitMilestone(Wire.SubmitMilestoneRequest request, ServerCallContext context) =>
        (await submit.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Milestone> GetMilestone(Wire.GetMilestoneRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListMilestonesResponse> ListMilestones(Wire.ListMilestonesRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();
}
