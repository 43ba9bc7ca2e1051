using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.ServiceOrders;

/// <summary>
/// Voids an order that was recorded by mistake. The order it renewed is due for renewal again. An order that renews this one must be voided first.
/// </summary>
public sealed class VoidServiceOrder(EligibilityDb db, IdempotentRequests requests, PolicyService policies, DeadlineBook deadlines,
    PersonalDataProtector protector)
{
    public Task<Result<Proto.ServiceOrder>> Handle(Proto.VoidServiceOrderRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Void(request, store, s), cancellationToken);

    private async Task<Result<Proto.ServiceOrder>> Void(Proto.VoidServiceOrderRequest request, bool store, CancellationToken cancellationToken)
    {
        // load
        RequestValidator fields = new();
        var id = fields.Id<ServiceOrderId>("name", request.Name);
        fields.Text("reason", request.Reason, 2000);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return bad;
        if (await db.ServiceOrders.Include(o => o.Decision).SingleOrDefaultAsync(o => o.Id == id, cancellationToken) is not { } order)
            return new Problem.NotFound("service order", request.Name);
        if (!order.Expects(request.Etag))
            return new Problem.Stale("service order", request.Name);
        if (order.State == Proto.ServiceOrderState.Voided)
            return new Problem.Conflict("NC-SO-006", "the order is voided already");
        if (order.RenewedBy is { } renewal)
            return new Problem.Conflict("NC-SO-004", $"{renewal.Name} renews the order; void that one first");

        // decide
        var today = policies.Today(order.Program)!.Value;
        var counted = order.State == Proto.ServiceOrderState.InForce;
        order.State = Proto.ServiceOrderState.Voided;
        order.VoidReason = protector.Protect(request.Reason);
        if (!store)
            return order.ToProto(order.Decision?.ToProto(), request.Etag, today, request.Reason);

        // save and publish
        if (await db.ServiceOrders.SingleOrDefaultAsync(o => o.RenewedBy == id, cancellationToken) is { } renewed)
        {
            renewed.RenewedBy = null;
            await deadlines.SyncDeadlines(renewed, cancellationToken);
        }

        await deadlines.SyncDeadlines(order, cancellationToken);
        db.Publish(new ServiceOrderVoidedV1
        {
            ServiceOrderId = id,
            IndividualId = order.IndividualId,
            Provider = order.Provider,
            Program = order.Program,
            On = today,
            Counted = counted,
        });
        await db.SaveChangesAsync(cancellationToken);
        return order.ToProto(order.Decision?.ToProto(), order.Etag(), today, request.Reason);
    }
}
