using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Organizations;

/// <summary>Reads organizations.</summary>
public sealed class FindOrganizations(StaffingDb db)
{
    public async Task<Result<Proto.Organization>> Handle(Proto.GetOrganizationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var code = fields.Organization("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Organizations.AsNoTracking().SingleOrDefaultAsync(o => o.Code == code, cancellationToken) is { } found
            ? found.ToProto()
            : new Problem.NotFound("organization", request.Name);
    }

    public async Task<Result<Proto.ListOrganizationsResponse>> Handle(Proto.ListOrganizationsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var page = Paging.ReadByCode(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Organizations.AsNoTracking().AsQueryable();
        if (request.Kind != Proto.OrganizationKind.Unspecified)
            query = query.Where(o => o.Kind == request.Kind);
        var (items, next) = await query.ToPage(page, cancellationToken, o => o.Code);
        return new Proto.ListOrganizationsResponse { Organizations = { items.Select(o => o.ToProto()) }, NextPageToken = next };
    }
}
