using Ips.Contracts;
using Ips.ServiceDefaults;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Teams;

/// <summary>Reads teams.</summary>
public sealed class FindTeams(StaffingDb db)
{
    public async Task<Result<Wire.Team>> Handle(Wire.GetTeamRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<TeamId>("name", ask.Name, "teams/{uuid}", TeamId.TryParse);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Teams.AsNoTracking().Include(t => t.Roles).SingleOrDefaultAsync(t => t.Id == id, stop) is { } found ? found.ToWire() : new Problem.NotFound("team", ask.Name);
    }

    public async Task<Result<Wire.ListTeamsResponse>> Handle(Wire.ListTeamsRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var provider = fields.OptionalName<OrganizationCode>("provider", ask.Provider, "organizations/{code}", OrganizationCode.TryParse);
        var page = Paging.Read(fields, ask.PageSize, ask.PageToken, $"teams {ask.Provider}");
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Teams.AsNoTracking().Include(t => t.Roles).AsQueryable();
        if (provider is { Value: var code })
            query = query.Where(t => t.Provider == code);
        if (page.After is { } last)
            query = query.Where(t => ((Guid)(object)t.Id).CompareTo(last) > 0);
        var found = await query.OrderBy(t => t.Id).Take(page.Size + 1).ToListAsync(stop);
        Wire.ListTeamsResponse reply = new() { NextPageToken = page.Cut(found, t => t.Id.Value) };
        reply.Teams.AddRange(found.Select(t => t.ToWire()));
        return reply;
    }
}
