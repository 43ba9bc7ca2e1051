using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Policies.ServiceOrders;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.ServiceOrders;

/// <summary>Reads orders, and answers whether one is in force on a day of service.</summary>
public sealed class FindServiceOrders(EligibilityDb db, Deciding deciding, Particulars particulars)
{
    public async Task<Result<Wire.ServiceOrder>> Handle(Wire.GetServiceOrderRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<ServiceOrderId>("name", ask.Name, "serviceOrders/{uuid}", ServiceOrderId.TryParse);
        if (fields.Problem is { } bad)
            return bad;
        return await db.ServiceOrders.Include(o => o.Decision).SingleOrDefaultAsync(o => o.Id == id, stop) is { } found
            ? Show(found)
            : new Problem.NotFound("service order", ask.Name);
    }

    public async Task<Result<Wire.ListServiceOrdersResponse>> Handle(Wire.ListServiceOrdersRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var individual = fields.OptionalName<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        var page = Paging.Read(fields, ask.PageSize, ask.PageToken, $"serviceOrders {ask.Individual} {ask.State}");
        if (fields.Problem is { } bad)
            return bad;
        var query = db.ServiceOrders.Include(o => o.Decision).AsQueryable();
        if (individual is { } person)
        {
            var id = await db.Survivor(person, stop);
            query = query.Where(o => o.IndividualId == id);
        }

        if (ask.State != Wire.ServiceOrderState.Unspecified)
            query = query.Where(o => o.State == ask.State);
        if (page.After is { } last)
            query = query.Where(o => ((Guid)(object)o.Id).CompareTo(last) < 0);
        var found = await query.OrderByDescending(o => o.Id).Take(page.Size + 1).ToListAsync(stop);
        Wire.ListServiceOrdersResponse reply = new() { NextPageToken = page.Cut(found, o => o.Id.Value) };
        reply.ServiceOrders.AddRange(found.Select(Show));
        return reply;
    }

    public async Task<Result<Wire.CheckServiceOrderResponse>> Handle(Wire.CheckServiceOrderRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        deciding.Today(fields, "program", ask.Program);
        var day = fields.Day("service_date", ask.ServiceDate);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Load(id, stop) is not { } individual)
            return new Problem.NotFound("individual", ask.Individual);
        var orders = await db.ServiceOrders.AsNoTracking()
            .Where(o => o.IndividualId == individual.Id && o.Program == ask.Program && o.State != Wire.ServiceOrderState.Draft && o.State != Wire.ServiceOrderState.Voided).ToListAsync(stop);
        var inForce = orders.Where(o => o.State == Wire.ServiceOrderState.InForce).ToList();

        // The latest order on or before the day counts; failing that the first one after it, so that the answer says from when it could be a yes.
        var order = inForce.Where(o => o.OrderDate <= day).MaxBy(o => o.OrderDate) ?? inForce.MinBy(o => o.OrderDate) ?? orders.MaxBy(o => o.RecordedAt);
        var facts = order is null ? new ServiceOrderFacts() : OrderEvidence.Of(order, individual);
        if (!deciding.Decide(ask.Program, ServiceOrderDecision.Kind, day, facts).Is(out var ruled, out var problem))
            return problem;
        var yes = ruled.Decision.Verdict == Policies.Verdict.Met;
        return new Wire.CheckServiceOrderResponse
        {
            InForce = yes,
            ServiceOrder = order?.Id.Name ?? "",
            From = order?.OrderDate.Day() ?? "",
            Through = order?.ValidThrough.Day() ?? "",
            Decision = ruled.ToWire(stored: false),
        };
    }

    private Wire.ServiceOrder Show(ServiceOrder order) => order.ToWire(
        order.Decision?.ToWire(), db.Etag(order), deciding.Today(order.Program)!.Value, order.VoidReason is { } reason ? particulars.Open(reason) : "");
}
