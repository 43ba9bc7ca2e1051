using Ips.Billing.Db;
using Ips.Contracts;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Milestones;

/// <summary>Reads milestones.</summary>
public sealed class FindMilestones(BillingDb db)
{
    public async Task<Result<Wire.Milestone>> Handle(Wire.GetMilestoneRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<MilestoneId>("name", ask.Name, "milestones/{uuid}", MilestoneId.TryParse);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Milestones.AsNoTracking().Include(m => m.Decision).SingleOrDefaultAsync(m => m.Id == id, stop) is { } found
            ? found.ToWire(found.Decision!.ToWire(), stored: true)
            : new Problem.NotFound("milestone", ask.Name);
    }

    public async Task<Result<Wire.ListMilestonesResponse>> Handle(Wire.ListMilestonesRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var individual = fields.OptionalName<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        fields.Number("number", ask.Number, 0, 9);
        var page = Paging.Read(fields, ask.PageSize, ask.PageToken, $"milestones {ask.Individual} {ask.Number}");
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Milestones.AsNoTracking().Include(m => m.Decision).AsQueryable();
        if (individual is { } person)
            query = query.Where(m => m.IndividualId == person);
        if (ask.Number > 0)
            query = query.Where(m => m.Number == ask.Number);
        if (page.After is { } last)
            query = query.Where(m => ((Guid)(object)m.Id).CompareTo(last) < 0);
        var found = await query.OrderByDescending(m => m.Id).Take(page.Size + 1).ToListAsync(stop);
        Wire.ListMilestonesResponse reply = new() { NextPageToken = page.Cut(found, m => m.Id.Value) };
        reply.Milestones.AddRange(found.Select(m => m.ToWire(m.Decision!.ToWire(), stored: true)));
        return reply;
    }
}
