using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Teams;

/// <summary>Reads teams.</summary>
public sealed class FindTeams(StaffingDb db)
{
    public async Task<Result<Proto.Team>> Handle(Proto.GetTeamRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<TeamId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Teams.AsNoTracking().Include(t => t.Roles).SingleOrDefaultAsync(t => t.Id == id, cancellationToken) is { } found ? found.ToProto() : new Problem.NotFound("team", request.Name);
    }

    public async Task<Result<Proto.ListTeamsResponse>> Handle(Proto.ListTeamsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var provider = fields.OptionalId<OrganizationCode>("provider", request.Provider);
        var page = Paging.Read(fields, request.PageSize, request.PageToken, $"teams {request.Provider}");
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Teams.AsNoTracking().Include(t => t.Roles).AsQueryable();
        if (provider is { Value: var code })
            query = query.Where(t => t.Provider == code);
        if (page.After is { } last)
            query = query.Where(t => ((Guid)(object)t.Id).CompareTo(last) > 0);
        var found = await query.OrderBy(t => t.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        Proto.ListTeamsResponse reply = new() { NextPageToken = page.Cut(found, t => t.Id.Value) };
        reply.Teams.AddRange(found.Select(t => t.ToProto()));
        return reply;
    }
}
