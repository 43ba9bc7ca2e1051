using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.ServiceOrders;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.ServiceOrders;

/// <summary>Signs a draft. The platform sets the day of capture: an order dated before that day is backdated and is not in force (NC-SO-005).</summary>
public sealed partial class SignServiceOrder(
    EligibilityDb db, IndividualReader people, DeadlineReader deadlines, Requests requests, Caller caller, PolicyService policies, TimeProvider clock,
    ILogger<SignServiceOrder> log)
{
    public Task<Result<Proto.ServiceOrder>> Handle(Proto.SignServiceOrderRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => ReadAndSign(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.ServiceOrder>>> ReadAndSign(
        Proto.SignServiceOrderRequest request, bool store, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ServiceOrderId>("name", request.Name);
        fields.Choice("signer_type", request.SignerType);
        var signed = fields.OptionalDay("signature_date", request.SignatureDate);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return bad;
        // The order, and the orders in force of the same person and program, of which it may renew one.
        var orders = await db.ServiceOrders.AsNoTracking()
            .Where(o => o.Id == id || (o.State == Proto.ServiceOrderState.InForce
                && db.ServiceOrders.Any(d => d.Id == id && d.IndividualId == o.IndividualId && d.Program == o.Program))).ToListAsync(cancellationToken);
        if (orders.Find(o => o.Id == id) is not { } order)
            return new Problem.NotFound("service order", request.Name);
        var (person, due) = (people.Find(caller, order.IndividualId, cancellationToken),
            deadlines.About(caller, orders.ConvertAll(o => o.Id.Name), cancellationToken));
        return await person is { } individual
            ? Sign(request, order, [.. orders.Where(o => o.Id != id)], individual, signed, await due, store)
            : new Problem.NotFound("service order", request.Name);
    }

    private Result<Decided<Proto.ServiceOrder>> Sign(
        Proto.SignServiceOrderRequest request, ServiceOrder order, IReadOnlyList<ServiceOrder> inForce, Individual individual, DateOnly? signed,
        SubjectDeadlines due, bool store)
    {
        // decide
        if (!order.Expects(request.Etag))
            return new Problem.Stale("service order", request.Name);
        if (order.State != Proto.ServiceOrderState.Draft)
            return new Problem.Conflict("service order state", "the order is signed already; renew it with a new order");
        var captured = policies.Today(order.Program)!.Value;
        order.SignerType = request.SignerType;
        order.SignatureDate = signed;
        order.SignatureCapturedDate = captured;
        var renewed = OrderEvidence.Renewed(inForce, order.OrderDate);
        order.Renews = OrderEvidence.RenewedYear(renewed);
        var asOf = order.OrderDate > captured ? order.OrderDate : captured;
        if (policies.LacksStep(order.Program, ServiceOrderDecision.Kind, RuleDuty.InsteadOfOrder) is { } lacks)
            return lacks;
        if (!policies.Decide(order.Program, ServiceOrderDecision.Kind, asOf, OrderEvidence.Of(order, individual)).Is(out var decided, out var problem))
            return problem;
        var valid = decided.Decision.Verdict == Policies.Verdict.Met;
        order.State = valid ? Proto.ServiceOrderState.InForce : Proto.ServiceOrderState.Invalid;
        order.ValidThrough = valid ? decided.Value<DateOnly?>("validThrough") : null;
        order.OriginalOrderDate = valid ? renewed?.OriginalOrderDate ?? order.OrderDate : null;
        Changes changes = new(clock.GetUtcNow());
        if (!store)
            return new Decided<Proto.ServiceOrder>(order.ToProto(decided.ToProto(stored: false), request.Etag, captured), changes);

        // write
        // The person's version is raised, so that of two orders signed at the same time the second one renews the first.
        changes.Update(individual);
        var stored = changes.Insert(policies.Store(decided, order.Provider, order.Id.Name, OrderEvidence.Used(order, individual)));
        order.DecisionId = stored.Id;
        changes.Update(order);
        if (valid && renewed is not null)
        {
            renewed.RenewedBy = order.Id;
            changes.Update(renewed);
            due.SyncDeadlines(renewed, changes);
        }

        due.SyncDeadlines(order, changes);
        changes.Publish(order.ToEvent(decided));
        return new Decided<Proto.ServiceOrder>(order.ToProto(decided.ToProto(stored: true), order.Etag(), captured), changes,
            () => Signed(log, order.Id, stored.Verdict, stored.PackVersion));
    }

    [LoggerMessage(2102, LogLevel.Information, "Service order {ServiceOrder} signed: {Verdict} with pack {PackVersion}")]
    private static partial void Signed(ILogger log, ServiceOrderId serviceOrder, string verdict, string packVersion);
}
