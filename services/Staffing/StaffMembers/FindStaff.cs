using Ips.Contracts;
using Ips.ServiceDefaults;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>Reads staff.</summary>
public sealed class FindStaff(StaffingDb db, Particulars particulars)
{
    public async Task<Result<Wire.StaffMember>> Handle(Wire.GetStaffMemberRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<StaffMemberId>("name", ask.Name, "staff/{uuid}", StaffMemberId.TryParse);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Staff.AsNoTracking().Include(m => m.Roles).SingleOrDefaultAsync(m => m.Id == id, stop) is { } found
            ? found.ToWire(particulars)
            : new Problem.NotFound("staff member", ask.Name);
    }

    public async Task<Result<Wire.ListStaffResponse>> Handle(Wire.ListStaffRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var provider = fields.OptionalName<OrganizationCode>("provider", ask.Provider, "organizations/{code}", OrganizationCode.TryParse);
        var team = fields.OptionalName<TeamId>("team", ask.Team, "teams/{uuid}", TeamId.TryParse);
        var page = Paging.Read(fields, ask.PageSize, ask.PageToken, $"staff {ask.Provider} {ask.Team}");
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Staff.AsNoTracking().Include(m => m.Roles).AsQueryable();
        if (provider is { Value: var code })
            query = query.Where(m => m.Provider == code);
        if (team is { } one)
            query = query.Where(m => m.Roles.Any(r => r.TeamId == one));
        if (page.After is { } last)
            query = query.Where(m => ((Guid)(object)m.Id).CompareTo(last) > 0);
        var found = await query.OrderBy(m => m.Id).Take(page.Size + 1).ToListAsync(stop);
        Wire.ListStaffResponse reply = new() { NextPageToken = page.Cut(found, m => m.Id.Value) };
        reply.Staff.AddRange(found.Select(m => m.ToWire(particulars)));
        return reply;
    }
}
