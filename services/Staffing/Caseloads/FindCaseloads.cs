using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>Reads assignments and checks caseloads.</summary>
public sealed class FindCaseloads(StaffingDb db, PolicyService policies)
{
    public async Task<Result<Proto.Caseload>> Handle(Proto.CheckCaseloadRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var today = policies.Today(fields, "program", request.Program);
        var day = fields.OptionalDay("as_of", request.AsOf) ?? today;
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Staff.AsNoTracking().Include(s => s.Roles).ThenInclude(r => r.Team)
            .SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is not { } member)
            return new Problem.NotFound("staff member", request.StaffMember);
        var open = await db.Assignments.AsNoTracking().Where(a => a.StaffMemberId == id && (a.Through == null || a.Through >= day)).ToListAsync(cancellationToken);
        var specialists = await CountedCaseload.Specialists(db, member, request.Program, day, cancellationToken);
        var specialist = await SpecialistEvidence.Read(db, id, request.Program, day, cancellationToken);
        return CountedCaseload.Of(member, request.Program, day, CountedCaseload.ActiveOn(open, day), specialists, policies, specialist)
            .Then(caseload => caseload.Ahead(member, request.Program, open, policies).ToProto(stored: false));
    }

    public async Task<Result<Proto.ListAssignmentsResponse>> Handle(Proto.ListAssignmentsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var staff = fields.OptionalId<StaffMemberId>("staff_member", request.StaffMember);
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var day = fields.OptionalDay("active_on", request.ActiveOn);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Assignments.AsQueryable();
        if (staff is { } member)
            query = query.Where(a => a.StaffMemberId == member);
        if (individual is { } person)
            query = query.Where(a => a.IndividualId == person);
        if (day is { } on)
            query = query.Where(a => a.From <= on && (a.Through == null || a.Through >= on));
        var (items, next) = await query.ToPage(page, a => a.Id, cancellationToken);
        return new Proto.ListAssignmentsResponse { Assignments = { items.Select(a => a.ToProto(a.Etag())) }, NextPageToken = next };
    }
}
