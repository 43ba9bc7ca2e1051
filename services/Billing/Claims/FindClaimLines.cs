using Ips.Billing.Db;
using Ips.Contracts;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Reads claim lines.</summary>
public sealed class FindClaimLines(BillingDb db)
{
    public async Task<Result<Wire.ClaimLine>> Handle(Wire.GetClaimLineRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<ClaimLineId>("name", ask.Name, "claimLines/{uuid}", ClaimLineId.TryParse);
        if (fields.Problem is { } bad)
            return bad;
        return await db.ClaimLines.Include(l => l.Decision).SingleOrDefaultAsync(l => l.Id == id, stop) is { } found
            ? found.ToWire(found.Decision!.ToWire(), db.Etag(found), stored: true)
            : new Problem.NotFound("claim line", ask.Name);
    }

    public async Task<Result<Wire.ListClaimLinesResponse>> Handle(Wire.ListClaimLinesRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var individual = fields.OptionalName<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        var page = Paging.Read(fields, ask.PageSize, ask.PageToken, $"claimLines {ask.Individual} {ask.State}");
        if (fields.Problem is { } bad)
            return bad;
        var query = db.ClaimLines.Include(l => l.Decision).AsQueryable();
        if (individual is { } person)
            query = query.Where(l => l.IndividualId == person);
        if (ask.State != Wire.ClaimLineState.Unspecified)
            query = query.Where(l => l.State == ask.State);
        // A line's id follows from its request, not from time: newest first goes by the decision, whose id does.
        if (page.After is { } last)
            query = query.Where(l => l.DecisionId < last);
        var found = await query.OrderByDescending(l => l.DecisionId).Take(page.Size + 1).ToListAsync(stop);
        Wire.ListClaimLinesResponse reply = new() { NextPageToken = page.Cut(found, l => l.DecisionId) };
        reply.ClaimLines.AddRange(found.Select(l => l.ToWire(l.Decision!.ToWire(), db.Etag(l), stored: true)));
        return reply;
    }
}
