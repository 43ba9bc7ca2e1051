using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Disclosures;

/// <summary>Reads disclosures; those that await review are the review list.</summary>
public sealed class FindDisclosures(EligibilityDb db, Particulars particulars)
{
    public async Task<Result<Wire.Disclosure>> Handle(Wire.GetDisclosureRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<DisclosureId>("name", ask.Name, "disclosures/{uuid}", DisclosureId.TryParse);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Disclosures.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, stop) is { } found
            ? found.ToWire(particulars)
            : new Problem.NotFound("disclosure", ask.Name);
    }

    public async Task<Result<Wire.ListDisclosuresResponse>> Handle(Wire.ListDisclosuresRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var page = Paging.Read(fields, ask.PageSize, ask.PageToken, $"disclosures {ask.State}");
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Disclosures.AsNoTracking();
        if (ask.State != Wire.DisclosureState.Unspecified)
            query = query.Where(d => d.State == ask.State);
        if (page.After is { } last)
            query = query.Where(d => ((Guid)(object)d.Id).CompareTo(last) < 0);
        var found = await query.OrderByDescending(d => d.Id).Take(page.Size + 1).ToListAsync(stop);
        Wire.ListDisclosuresResponse reply = new() { NextPageToken = page.Cut(found, d => d.Id.Value) };
        reply.Disclosures.AddRange(found.Select(d => d.ToWire(particulars)));
        return reply;
    }
}
