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
        return await db.Teams.AsNoTracking().Include(t => t.Roles).SingleOrDefaultAsync(t => t.Id == id, cancellationToken) is { } found
            ? found.ToProto()
            : new Problem.NotFound("team", request.Name);
    }

    public async Task<Result<Proto.ListTeamsResponse>> Handle(Proto.ListTeamsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var provider = fields.OptionalId<OrganizationCode>("provider", request.Provider);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Teams.AsNoTracking().Include(t => t.Roles).AsQueryable();
        if (provider is { Value: var code })
            query = query.Where(t => t.Provider == code);
        var (items, next) = await query.ToPage(page, t => t.Id, cancellationToken, oldestFirst: true);
        return new Proto.ListTeamsResponse { Teams = { items.Select(t => t.ToProto()) }, NextPageToken = next };
    }
}
