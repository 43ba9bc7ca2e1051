using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Policies.ServiceOrders;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.ServiceOrders;

/// <summary>Signs a draft. The day of capture is the platform's: an order dated before it is backdated and is not in force (NC-SO-005).</summary>
public sealed partial class SignServiceOrder(EligibilityDb db, Once once, Deciding deciding, DeadlineBook deadlines, TimeProvider clock, ILogger<SignServiceOrder> log)
{
    public Task<Result<Wire.ServiceOrder>> Handle(Wire.SignServiceOrderRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => Sign(ask, store, s), stop);

    private async Task<Result<Wire.ServiceOrder>> Sign(Wire.SignServiceOrderRequest ask, bool store, CancellationToken stop)
    {
        // load
        Fields fields = new();
        var id = fields.Name<ServiceOrderId>("name", ask.Name, "serviceOrders/{uuid}", ServiceOrderId.TryParse);
        var signer = fields.Choice("signer_type", ask.SignerType);
        var signed = fields.OptionalDay("signature_date", ask.SignatureDate);
        fields.Require(ask.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return bad;
        if (await db.ServiceOrders.SingleOrDefaultAsync(o => o.Id == id, stop) is not { } order || await db.Load(order.IndividualId, stop) is not { } individual)
            return new Problem.NotFound("service order", ask.Name);
        if (!db.Expects(order, ask.Etag))
            return new Problem.Stale("service order", ask.Name);
        if (order.State != Wire.ServiceOrderState.Draft)
            return new Problem.Conflict("NC-SO-006", "the order is signed already; renew it with a new order");
        var earlier = await db.ServiceOrders
            .Where(o => o.IndividualId == order.IndividualId && o.Program == order.Program && o.State == Wire.ServiceOrderState.InForce).ToListAsync(stop);

        // decide
        var captured = deciding.Today(order.Program)!.Value;
        order.SignerType = signer;
        order.SignatureDate = signed;
        order.SignatureCapturedDate = captured;
        var renewed = OrderEvidence.Renewed(earlier, order.OrderDate);
        order.Renews = OrderEvidence.RenewedYear(renewed);
        var asOf = order.OrderDate > captured ? order.OrderDate : captured;
        if (!deciding.Decide(order.Program, ServiceOrderDecision.Kind, asOf, OrderEvidence.Of(order, individual)).Is(out var ruled, out var problem))
            return problem;
        var valid = ruled.Decision.Verdict == Policies.Verdict.Met;
        order.State = valid ? Wire.ServiceOrderState.InForce : Wire.ServiceOrderState.Invalid;
        order.ValidThrough = valid ? ruled.Decision.Values["validThrough"] as DateOnly? : null;
        order.OriginalOrderDate = valid ? renewed?.OriginalOrderDate ?? order.OrderDate : null;
        if (!store)
            return order.ToWire(ruled.ToWire(stored: false), ask.Etag, captured);

        // save and tell
        var now = clock.GetUtcNow();
        var kept = deciding.Store(ruled, order.Provider, order.Id.Name);
        order.DecisionId = kept.Id;
        db.Decisions.Add(kept);
        if (valid && renewed is not null)
        {
            renewed.RenewedBy = order.Id;
            await deadlines.Follow(renewed, stop);
        }

        await deadlines.Follow(order, stop);
        db.Add(new ServiceOrderSignedV1(
            Guid.CreateVersion7(now), now, id.Value, order.IndividualId.Value, order.Provider, order.Program, WireCode.Lower(order.State)!, kept.Verdict,
            order.OrderDate, order.ValidThrough, valid ? ruled.Decision.Values.GetValueOrDefault("renewalDueOn") as DateOnly? : null, kept.Id, kept.PackVersion));
        await db.SaveChangesAsync(stop);
        Signed(log, order.Id, kept.Verdict, kept.PackVersion);
        return order.ToWire(kept.ToWire(), db.Etag(order), captured);
    }

    [LoggerMessage(2102, LogLevel.Information, "Service order {ServiceOrder} signed: {Verdict} with pack {PackVersion}")]
    private static partial void Signed(ILogger log, ServiceOrderId serviceOrder, string verdict, string packVersion);
}
