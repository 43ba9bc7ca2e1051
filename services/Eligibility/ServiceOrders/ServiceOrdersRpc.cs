using Grpc.Core;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.ServiceOrders;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class ServiceOrdersRpc(CreateServiceOrder create, SignServiceOrder sign, VoidServiceOrder @void, FindServiceOrders find)
    : Wire.ServiceOrders.ServiceOrdersBase
{
    public override async Task<Wire.ServiceOrder> CreateServiceOrder(Wire.CreateServiceOrderRequest request, ServerCallContext context) =>
        (await create.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ServiceOrder> SignServiceOrder(Wire.SignServiceOrderRequest request, ServerCallContext context) =>
        (await sign.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ServiceOrder> VoidServiceOrder(Wire.VoidServiceOrderRequest request, ServerCallContext context) =>
        (await @void.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ServiceOrder> GetServiceOrder(Wire.GetServiceOrderRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListServiceOrdersResponse> ListServiceOrders(Wire.ListServiceOrdersRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.CheckServiceOrderResponse> CheckServiceOrder(Wire.CheckServiceOrderRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();
}
