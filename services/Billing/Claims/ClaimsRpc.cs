using Grpc.Core;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class ClaimsRpc(Lazy<CreateClaimLine> create, Lazy<VoidClaimLine> @void, Lazy<ReconsiderClaimLines> reconsider, Lazy<FindClaimLines> find,
    Lazy<RoutePayer> route, Lazy<Reroutes> reroutes) : Proto.Claims.ClaimsBase
{
    public override async Task<Proto.ClaimLine> CreateClaimLine(Proto.CreateClaimLineRequest request, ServerCallContext context) =>
        (await create.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ClaimLine> VoidClaimLine(Proto.VoidClaimLineRequest request, ServerCallContext context) =>
        (await @void.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ClaimLine> ReconsiderClaimLine(Proto.ReconsiderClaimLineRequest request, ServerCallContext context) =>
        (await reconsider.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.PayerRouting> RoutePayer(Proto.RoutePayerRequest request, ServerCallContext context) =>
        (await route.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListReroutesResponse> ListReroutes(Proto.ListReroutesRequest request, ServerCallContext context) =>
        (await reroutes.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ConfirmedReroute> ConfirmReroute(Proto.ConfirmRerouteRequest request, ServerCallContext context) =>
        (await reroutes.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ClaimLine> GetClaimLine(Proto.GetClaimLineRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListClaimLinesResponse> ListClaimLines(Proto.ListClaimLinesRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();
}
