using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Policies.ServiceOrders;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.ServiceOrders;

/// <summary>Reads orders, and returns whether one is in force on a day of service.</summary>
public sealed class FindServiceOrders(EligibilityDb db, PolicyService policies, PersonalDataProtector protector)
{
    public async Task<Result<Proto.ServiceOrder>> Handle(Proto.GetServiceOrderRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ServiceOrderId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.ServiceOrders.Include(o => o.Decision).Include(o => o.Reconsidered).SingleOrDefaultAsync(o => o.Id == id, cancellationToken) is { } found
            ? Show(found)
            : new Problem.NotFound("service order", request.Name);
    }

    public async Task<Result<Proto.ListServiceOrdersResponse>> Handle(Proto.ListServiceOrdersRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var filters = ListFilters.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (person, payer) = (await db.Survivor(individual, cancellationToken), filters.Organization("payer"));
        var (items, next) = await filters.Of(db.ServiceOrders.Include(o => o.Decision).Include(o => o.Reconsidered))
            .When("individual", o => o.IndividualId == person).By("state", o => o.State).By("program", o => o.Program).By("provider", o => o.Provider)
            .When("payer", o => o.Individual!.Payers.Contains(payer)).By("ordered_from", o => o.OrderDate).By("ordered_through", o => o.OrderDate)
            .By("updated_since", o => o.UpdatedAt).ToPage(o => o.Id, cancellationToken);
        return new Proto.ListServiceOrdersResponse { ServiceOrders = { items.Select(Show) }, NextPageToken = next };
    }

    /// <summary>The orders that a choice leaves, as the caller may see them.</summary>
    internal async Task<List<Proto.ServiceOrder>> Show(Func<IQueryable<ServiceOrder>, IQueryable<ServiceOrder>> choose, CancellationToken cancellationToken) =>
        [.. (await choose(db.ServiceOrders.AsNoTracking().Include(o => o.Decision).Include(o => o.Reconsidered)).ToListAsync(cancellationToken)).Select(Show)];

    public async Task<Result<Proto.CheckServiceOrderResponse>> Handle(Proto.CheckServiceOrderRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("individual", request.Individual);
        policies.Today(fields, "program", request.Program);
        policies.RequireStep(fields, "program", request.Program, ServiceOrderDecision.Kind, Policies.RuleDuty.InsteadOfOrder);
        var day = fields.Day("service_date", request.ServiceDate);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Load(id, cancellationToken) is not { } individual)
            return new Problem.NotFound("individual", request.Individual);
        var orders = await db.ServiceOrders.AsNoTracking()
            .Where(o => o.IndividualId == individual.Id && o.Program == request.Program && o.State != Proto.ServiceOrderState.Draft
                && o.State != Proto.ServiceOrderState.Voided).ToListAsync(cancellationToken);
        var inForce = orders.Where(o => o.State == Proto.ServiceOrderState.InForce).ToList();

        // The latest order on or before the day counts. Without one the first order after the day counts, so that the response shows from when an order is in
        // force.
        var order = inForce.Where(o => o.OrderDate <= day).MaxBy(o => o.OrderDate) ?? inForce.MinBy(o => o.OrderDate) ?? orders.MaxBy(o => o.RecordedAt);
        var facts = order is null ? new ServiceOrderFacts() : OrderEvidence.Of(order, individual);
        if (!policies.Decide(request.Program, ServiceOrderDecision.Kind, day, facts).Is(out var decided, out var problem))
            return problem;
        // An order that needs attention serves no day, whatever the span that it was signed for.
        var needsAttention = order is { State: Proto.ServiceOrderState.Attention };
        var yes = decided.Decision.Verdict == Policies.Verdict.Met && !needsAttention;
        return new Proto.CheckServiceOrderResponse
        {
            InForce = yes,
            ServiceOrder = order?.Id.Name ?? "",
            From = needsAttention ? "" : order?.OrderDate.Day() ?? "",
            Through = needsAttention ? "" : order?.ValidThrough.Day() ?? "",
            Decision = decided.ToProto(stored: false),
        };
    }

    private Proto.ServiceOrder Show(ServiceOrder order) => order.ToProto(
        order.Decision?.ToProto(), order.Etag(), policies.Today(order.Program)!.Value, order.VoidReason is { } reason ? protector.Unprotect(reason) : "");
}
