using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>Reads assignments and checks caseloads; ends assignments.</summary>
public sealed class FindCaseloads(StaffingDb db, IdempotentRequests once, PolicyService deciding, CaseloadCount count)
{
    public async Task<Result<Proto.Caseload>> Handle(Proto.CheckCaseloadRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var today = deciding.Today(fields, "program", request.Program);
        var day = fields.OptionalDay("as_of", request.AsOf) ?? today;
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Staff.AsNoTracking().Include(s => s.Roles).ThenInclude(r => r.Team)
            .SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is not { } member)
            return new Problem.NotFound("staff member", request.StaffMember);
        return (await count.On(member, request.Program, day, added: 0, cancellationToken)).Then(c => c.ToProto(c.DecisionRecord.ToProto(stored: false)));
    }

    public async Task<Result<Proto.ListAssignmentsResponse>> Handle(Proto.ListAssignmentsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var staff = fields.OptionalId<StaffMemberId>("staff_member", request.StaffMember);
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var day = fields.OptionalDay("active_on", request.ActiveOn);
        var page = Paging.Read(fields, request.PageSize, request.PageToken, $"assignments {request.StaffMember} {request.Individual} {request.ActiveOn}");
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
        return new Proto.ListAssignmentsResponse { Assignments = { items.Select(a => a.ToProto(db.Etag(a))) }, NextPageToken = next };
    }

    public Task<Result<Proto.Assignment>> Handle(Proto.EndAssignmentRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AssignmentId>("name", request.Name);
        var through = fields.Day("through", request.Through);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Assignment>>(bad);
        return once.Run(request.RequestId, request, async s =>
        {
            if (await db.Assignments.SingleOrDefaultAsync(a => a.Id == id, s) is not { } assignment)
                return new Problem.NotFound("assignment", request.Name);
            if (!db.Expects(assignment, request.Etag))
                return new Problem.Stale("assignment", request.Name);
            if (through < assignment.From)
                return new Problem.Invalid("through", "lies before the first day of the assignment");
            assignment.Through = through;
            db.Publish(new AssignmentEndedV1
            {
                AssignmentId = id,
                IndividualId = assignment.IndividualId,
                StaffMemberId = assignment.StaffMemberId,
                Provider = assignment.Provider,
                Program = assignment.Program,
                From = assignment.From,
                Through = through,
            });
            await db.SaveChangesAsync(s);
            return (Result<Proto.Assignment>)assignment.ToProto(db.Etag(assignment));
        }, cancellationToken);
    }
}
