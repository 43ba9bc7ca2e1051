using Ips.Contracts;
using Ips.Fidelity.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Visits;

/// <summary>Reads visits. What a caller sees of the scores depends on its part in the visit.</summary>
public sealed class FindVisits(FidelityDb db, VisitSteps steps)
{
    public async Task<Result<Proto.Visit>> Handle(Proto.GetVisitRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<VisitId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await steps.Read(id, cancellationToken) is { } found ? steps.Shown(found, stored: true) : new Problem.NotFound("visit", request.Name);
    }

    public async Task<Result<Proto.ListVisitsResponse>> Handle(Proto.ListVisitsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var team = fields.OptionalId<TeamId>("team", request.Team);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Visits.AsNoTracking().Include(v => v.Sheets).Include(v => v.Evidence).AsQueryable();
        if (team is { } one)
            query = query.Where(v => v.TeamId == one);
        var (items, next) = await query.AsSplitQuery().ToPage(page, v => v.Id, cancellationToken);
        return new Proto.ListVisitsResponse { Visits = { items.Select(v => steps.Shown(v, stored: true)) }, NextPageToken = next };
    }
}
