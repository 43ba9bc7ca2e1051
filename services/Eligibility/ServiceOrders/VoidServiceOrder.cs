using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.ServiceOrders;

/// <summary>
/// Voids an order that was recorded by mistake. The order it renewed is due for renewal again. An order that renews this one must be voided first.
/// </summary>
public sealed class VoidServiceOrder(
    EligibilityDb db, DeadlineReader deadlines, Requests requests, Caller caller, PolicyService policies, PersonalDataProtector protector,
    TimeProvider clock)
{
    public Task<Result<Proto.ServiceOrder>> Handle(Proto.VoidServiceOrderRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => ReadAndVoid(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.ServiceOrder>>> ReadAndVoid(
        Proto.VoidServiceOrderRequest request, bool store, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ServiceOrderId>("name", request.Name);
        fields.Text("reason", request.Reason, 2000);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return bad;
        var orders = await db.ServiceOrders.AsNoTracking().Include(o => o.Decision).Where(o => o.Id == id || o.RenewedBy == id)
            .ToListAsync(cancellationToken);
        return orders.Find(o => o.Id == id) is { } order
            ? Void(request, order, orders.Find(o => o.RenewedBy == id),
                await deadlines.About(caller, orders.ConvertAll(o => o.Id.Name), cancellationToken), store)
            : new Problem.NotFound("service order", request.Name);
    }

    private Result<Decided<Proto.ServiceOrder>> Void(
        Proto.VoidServiceOrderRequest request, ServiceOrder order, ServiceOrder? renewed, SubjectDeadlines due, bool store)
    {
        // decide
        if (!order.Expects(request.Etag))
            return new Problem.Stale("service order", request.Name);
        if (order.State == Proto.ServiceOrderState.Voided)
            return new Problem.Conflict("service order state", "the order is voided already");
        if (order.RenewedBy is { } renewal)
            return new Problem.Conflict("service order state", $"{renewal.Name} renews the order; void that one first");
        var today = policies.Today(order.Program)!.Value;
        var counted = order.State == Proto.ServiceOrderState.InForce;
        order.State = Proto.ServiceOrderState.Voided;
        order.VoidReason = protector.Protect(request.Reason);

        // write
        Changes changes = new(clock.GetUtcNow());
        changes.Update(order);
        if (renewed is not null)
        {
            renewed.RenewedBy = null;
            changes.Update(renewed);
            due.SyncDeadlines(renewed, changes);
        }

        due.SyncDeadlines(order, changes);
        due.SyncAttention(order.Id.Name, null, order.Program, order.Provider, order.IndividualId, changes);
        changes.Publish(new ServiceOrderVoidedV1
        {
            ServiceOrderId = order.Id,
            IndividualId = order.IndividualId,
            Provider = order.Provider,
            Program = order.Program,
            On = today,
            Counted = counted,
        });
        return new Decided<Proto.ServiceOrder>(
            order.ToProto(order.Decision?.ToProto(), store ? order.Etag() : request.Etag, today, request.Reason), changes);
    }
}
