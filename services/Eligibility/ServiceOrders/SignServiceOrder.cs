using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Policies.ServiceOrders;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.ServiceOrders;

/// <summary>Signs a draft. The platform sets the day of capture: an order dated before that day is backdated and is not in force (NC-SO-005).</summary>
public sealed partial class SignServiceOrder(EligibilityDb db, IdempotentRequests requests, PolicyService policies, DeadlineBook deadlines,
    ILogger<SignServiceOrder> log)
{
    public Task<Result<Proto.ServiceOrder>> Handle(Proto.SignServiceOrderRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Sign(request, store, s), cancellationToken);

    private async Task<Result<Proto.ServiceOrder>> Sign(Proto.SignServiceOrderRequest request, bool store, CancellationToken cancellationToken)
    {
        // load
        RequestValidator fields = new();
        var id = fields.Id<ServiceOrderId>("name", request.Name);
        var signer = fields.Choice("signer_type", request.SignerType);
        var signed = fields.OptionalDay("signature_date", request.SignatureDate);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return bad;
        if (await db.ServiceOrders.SingleOrDefaultAsync(o => o.Id == id, cancellationToken) is not { } order
            || await db.Load(order.IndividualId, cancellationToken) is not { } individual)
            return new Problem.NotFound("service order", request.Name);
        if (!order.Expects(request.Etag))
            return new Problem.Stale("service order", request.Name);
        if (order.State != Proto.ServiceOrderState.Draft)
            return new Problem.Conflict("NC-SO-006", "the order is signed already; renew it with a new order");
        var earlier = await db.ServiceOrders
            .Where(o => o.IndividualId == order.IndividualId && o.Program == order.Program && o.State == Proto.ServiceOrderState.InForce)
            .ToListAsync(cancellationToken);

        // decide
        var captured = policies.Today(order.Program)!.Value;
        order.SignerType = signer;
        order.SignatureDate = signed;
        order.SignatureCapturedDate = captured;
        var renewed = OrderEvidence.Renewed(earlier, order.OrderDate);
        order.Renews = OrderEvidence.RenewedYear(renewed);
        var asOf = order.OrderDate > captured ? order.OrderDate : captured;
        if (!policies.Decide(order.Program, ServiceOrderDecision.Kind, asOf, OrderEvidence.Of(order, individual)).Is(out var decided, out var problem))
            return problem;
        var valid = decided.Decision.Verdict == Policies.Verdict.Met;
        order.State = valid ? Proto.ServiceOrderState.InForce : Proto.ServiceOrderState.Invalid;
        order.ValidThrough = valid ? decided.Decision.Values["validThrough"] as DateOnly? : null;
        order.OriginalOrderDate = valid ? renewed?.OriginalOrderDate ?? order.OrderDate : null;
        if (!store)
            return order.ToProto(decided.ToProto(stored: false), request.Etag, captured);

        // save and publish
        var stored = policies.Store(decided, order.Provider, order.Id.Name);
        order.DecisionId = stored.Id;
        db.Decisions.Add(stored);
        if (valid && renewed is not null)
        {
            renewed.RenewedBy = order.Id;
            await deadlines.SyncDeadlines(renewed, cancellationToken);
        }

        await deadlines.SyncDeadlines(order, cancellationToken);
        db.Publish(new ServiceOrderSignedV1
        {
            ServiceOrderId = id,
            IndividualId = order.IndividualId,
            Provider = order.Provider,
            Program = order.Program,
            State = WireCode.Lower(order.State)!,
            Verdict = stored.Verdict,
            OrderDate = order.OrderDate,
            ValidThrough = order.ValidThrough,
            RenewalDueOn = valid ? decided.Decision.Values.GetValueOrDefault("renewalDueOn") as DateOnly? : null,
            DecisionId = new(stored.Id),
            PackVersion = stored.PackVersion,
        });
        await db.SaveChangesAsync(cancellationToken);
        Signed(log, order.Id, stored.Verdict, stored.PackVersion);
        return order.ToProto(decided.ToProto(stored: true), order.Etag(), captured);
    }

    [LoggerMessage(2102, LogLevel.Information, "Service order {ServiceOrder} signed: {Verdict} with pack {PackVersion}")]
    private static partial void Signed(ILogger log, ServiceOrderId serviceOrder, string verdict, string packVersion);
}
