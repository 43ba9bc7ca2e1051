using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Clearances;

/// <summary>Reads checks, imports and entries of lists.</summary>
public sealed class FindClearances(StaffingDb db, PersonalDataProtector protector, TimeProvider clock)
{
    public async Task<Result<Proto.ListClearancesResponse>> Handle(Proto.ListClearancesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = await db.Clearances.AsNoTracking().Where(c => c.StaffMemberId == id).ToPage(page, c => c.Id, cancellationToken);
        return new Proto.ListClearancesResponse { Clearances = { items.Select(c => c.ToProto()) }, NextPageToken = next };
    }

    public async Task<Result<Proto.ListListImportsResponse>> Handle(Proto.ListListImportsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = await db.ListImports.AsNoTracking().ToPage(page, i => i.Id, cancellationToken);
        return new Proto.ListListImportsResponse { ListImports = { items.Select(i => i.ToProto()) }, NextPageToken = next };
    }

    public async Task<Result<Proto.ListExclusionHitsResponse>> Handle(Proto.ListExclusionHitsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var staff = fields.OptionalId<StaffMemberId>("staff_member", request.StaffMember);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var query = db.ExclusionHits.AsNoTracking().AsQueryable();
        if (staff is { } member)
            query = query.Where(h => h.StaffMemberId == member);
        if (request.State != Proto.ExclusionHitState.Unspecified)
            query = query.Where(h => h.State == request.State);
        var (items, next) = await query.ToPage(page, h => h.Id, cancellationToken);
        StaffMemberId[] confirmed = [.. items.Where(h => h.State == Proto.ExclusionHitState.Confirmed).Select(h => h.StaffMemberId).Distinct()];
        var today = clock.UtcDay();
        var people = confirmed.Length == 0 ? [] : await db.Assignments.Where(a => confirmed.Contains(a.StaffMemberId) && a.From <= today
            && (a.Through == null || a.Through >= today)).Select(a => new { a.StaffMemberId, a.IndividualId }).Distinct().ToListAsync(cancellationToken);
        var assigned = people.ToLookup(a => a.StaffMemberId, a => a.IndividualId);
        return new Proto.ListExclusionHitsResponse
        {
            ExclusionHits = { items.Select(h => h.ToProto(protector, assigned[h.StaffMemberId].OrderBy(p => p.Value))) },
            NextPageToken = next,
        };
    }
}
