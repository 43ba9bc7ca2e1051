using Ips.Contracts;
using Ips.ServiceDefaults;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Organizations;

/// <summary>Reads organizations.</summary>
public sealed class FindOrganizations(StaffingDb db)
{
    public async Task<Result<Wire.Organization>> Handle(Wire.GetOrganizationRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var code = fields.Organization("name", ask.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Organizations.AsNoTracking().SingleOrDefaultAsync(o => o.Code == code, stop) is { } found ? found.ToWire() : new Problem.NotFound("organization", ask.Name);
    }

    public async Task<Result<Wire.ListOrganizationsResponse>> Handle(Wire.ListOrganizationsRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var page = Paging.ReadByCode(fields, ask.PageSize, ask.PageToken, $"organizations {ask.Kind}");
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Organizations.AsNoTracking().AsQueryable();
        if (ask.Kind != Wire.OrganizationKind.Unspecified)
            query = query.Where(o => o.Kind == ask.Kind);
        if (page.AfterCode is { } last)
            query = query.Where(o => o.Code.CompareTo(last) > 0);
        var found = await query.OrderBy(o => o.Code).Take(page.Size + 1).ToListAsync(stop);
        Wire.ListOrganizationsResponse reply = new() { NextPageToken = page.CutByCode(found, o => o.Code) };
        reply.Organizations.AddRange(found.Select(o => o.ToWire()));
        return reply;
    }
}
