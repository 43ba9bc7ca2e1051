using Grpc.Core;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.ServiceOrders;

/// <summary>Maps each gRPC call to its use case.</summary>
public sealed class ServiceOrdersRpc(
    Lazy<CreateServiceOrder> create, Lazy<SignServiceOrder> sign, Lazy<VoidServiceOrder> @void, Lazy<FindServiceOrders> find)
    : Proto.ServiceOrders.ServiceOrdersBase
{
    public override async Task<Proto.ServiceOrder> CreateServiceOrder(Proto.CreateServiceOrderRequest request, ServerCallContext context) =>
        (await create.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ServiceOrder> SignServiceOrder(Proto.SignServiceOrderRequest request, ServerCallContext context) =>
        (await sign.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ServiceOrder> VoidServiceOrder(Proto.VoidServiceOrderRequest request, ServerCallContext context) =>
        (await @void.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ServiceOrder> GetServiceOrder(Proto.GetServiceOrderRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListServiceOrdersResponse> ListServiceOrders(Proto.ListServiceOrdersRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.CheckServiceOrderResponse> CheckServiceOrder(Proto.CheckServiceOrderRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();
}
