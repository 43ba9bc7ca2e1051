using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.ServiceDefaults;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>Reads assignments and checks caseloads; ends assignments.</summary>
public sealed class FindCaseloads(StaffingDb db, Once once, Deciding deciding, CaseloadCount count, TimeProvider clock)
{
    public async Task<Result<Wire.Caseload>> Handle(Wire.CheckCaseloadRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<StaffMemberId>("staff_member", ask.StaffMember, "staff/{uuid}", StaffMemberId.TryParse);
        var today = deciding.Today(fields, "program", ask.Program);
        var day = fields.OptionalDay("as_of", ask.AsOf) ?? today;
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Staff.AsNoTracking().Include(s => s.Roles).ThenInclude(r => r.Team).SingleOrDefaultAsync(s => s.Id == id, stop) is not { } member)
            return new Problem.NotFound("staff member", ask.StaffMember);
        return (await count.On(member, ask.Program, day, added: 0, stop)).Then(c => c.ToWire(c.Ruled.ToWire(stored: false)));
    }

    public async Task<Result<Wire.ListAssignmentsResponse>> Handle(Wire.ListAssignmentsRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var staff = fields.OptionalName<StaffMemberId>("staff_member", ask.StaffMember, "staff/{uuid}", StaffMemberId.TryParse);
        var individual = fields.OptionalName<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        var day = fields.OptionalDay("active_on", ask.ActiveOn);
        var page = Paging.Read(fields, ask.PageSize, ask.PageToken, $"assignments {ask.StaffMember} {ask.Individual} {ask.ActiveOn}");
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Assignments.AsQueryable();
        if (staff is { } member)
            query = query.Where(a => a.StaffMemberId == member);
        if (individual is { } person)
            query = query.Where(a => a.IndividualId == person);
        if (day is { } on)
            query = query.Where(a => a.From <= on && (a.Through == null || a.Through >= on));
        if (page.After is { } last)
            query = query.Where(a => ((Guid)(object)a.Id).CompareTo(last) < 0);
        var found = await query.OrderByDescending(a => a.Id).Take(page.Size + 1).ToListAsync(stop);
        Wire.ListAssignmentsResponse reply = new() { NextPageToken = page.Cut(found, a => a.Id.Value) };
        reply.Assignments.AddRange(found.Select(a => a.ToWire(db.Etag(a))));
        return reply;
    }

    public Task<Result<Wire.Assignment>> Handle(Wire.EndAssignmentRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<AssignmentId>("name", ask.Name, "assignments/{uuid}", AssignmentId.TryParse);
        var through = fields.Day("through", ask.Through);
        fields.Require(ask.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Wire.Assignment>>(bad);
        return once.Run(ask.RequestId, ask, async s =>
        {
            if (await db.Assignments.SingleOrDefaultAsync(a => a.Id == id, s) is not { } assignment)
                return new Problem.NotFound("assignment", ask.Name);
            if (!db.Expects(assignment, ask.Etag))
                return new Problem.Stale("assignment", ask.Name);
            if (through < assignment.From)
                return new Problem.Invalid("through", "lies before the first day of the assignment");
            assignment.Through = through;
            var now = clock.GetUtcNow();
            db.Add(new AssignmentEndedV1(
                Guid.CreateVersion7(now), now, id.Value, assignment.IndividualId.Value, assignment.StaffMemberId.Value, assignment.Provider, assignment.Program, assignment.From, through));
            await db.SaveChangesAsync(s);
            return (Result<Wire.Assignment>)assignment.ToWire(db.Etag(assignment));
        }, stop);
    }
}
