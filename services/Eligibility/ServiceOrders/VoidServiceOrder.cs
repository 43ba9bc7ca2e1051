using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.ServiceOrders;

/// <summary>Voids an order that should never have counted. What it renewed is to be renewed again; an order that renews this one has to be voided first.</summary>
public sealed class VoidServiceOrder(EligibilityDb db, Once once, Deciding deciding, DeadlineBook deadlines, Particulars particulars, TimeProvider clock)
{
    public Task<Result<Wire.ServiceOrder>> Handle(Wire.VoidServiceOrderRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => Void(ask, store, s), stop);

    private async Task<Result<Wire.ServiceOrder>> Void(Wire.VoidServiceOrderRequest ask, bool store, CancellationToken stop)
    {
        // load
        Fields fields = new();
        var id = fields.Name<ServiceOrderId>("name", ask.Name, "serviceOrders/{uuid}", ServiceOrderId.TryParse);
        fields.Text("reason", ask.Reason, 2000);
        fields.Require(ask.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return bad;
        if (await db.ServiceOrders.Include(o => o.Decision).SingleOrDefaultAsync(o => o.Id == id, stop) is not { } order)
            return new Problem.NotFound("service order", ask.Name);
        if (!db.Expects(order, ask.Etag))
            return new Problem.Stale("service order", ask.Name);
        if (order.State == Wire.ServiceOrderState.Voided)
            return new Problem.Conflict("NC-SO-006", "the order is voided already");
        if (order.RenewedBy is { } renewal)
            return new Problem.Conflict("NC-SO-004", $"{renewal.Name} renews the order; void that one first");

        // decide
        var today = deciding.Today(order.Program)!.Value;
        var counted = order.State == Wire.ServiceOrderState.InForce;
        order.State = Wire.ServiceOrderState.Voided;
        order.VoidReason = particulars.Seal(ask.Reason);
        if (!store)
            return order.ToWire(order.Decision?.ToWire(), ask.Etag, today, ask.Reason);

        // save and tell
        if (await db.ServiceOrders.SingleOrDefaultAsync(o => o.RenewedBy == id, stop) is { } renewed)
        {
            renewed.RenewedBy = null;
            await deadlines.Follow(renewed, stop);
        }

        await deadlines.Follow(order, stop);
        var now = clock.GetUtcNow();
        db.Add(new ServiceOrderVoidedV1(Guid.CreateVersion7(now), now, id.Value, order.IndividualId.Value, order.Provider, order.Program, today, counted));
        await db.SaveChangesAsync(stop);
        return order.ToWire(order.Decision?.ToWire(), db.Etag(order), today, ask.Reason);
    }
}
