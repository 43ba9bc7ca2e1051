using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.ServiceDefaults;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>Assigns a person if the caseload with this person stays within the limit; two assignments to one staff member wait for each other.</summary>
public sealed class AssignIndividual(StaffingDb db, Once once, Deciding deciding, CaseloadCount count, TimeProvider clock)
{
    public Task<Result<Wire.AssignIndividualResponse>> Handle(Wire.AssignIndividualRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => Assign(ask, store, s), stop);

    private async Task<Result<Wire.AssignIndividualResponse>> Assign(Wire.AssignIndividualRequest ask, bool store, CancellationToken stop)
    {
        // load
        Fields fields = new();
        var individual = fields.Name<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        var staff = fields.Name<StaffMemberId>("staff_member", ask.StaffMember, "staff/{uuid}", StaffMemberId.TryParse);
        deciding.Today(fields, "program", ask.Program);
        var from = fields.Day("from", ask.From);
        if (fields.Problem is { } bad)
            return bad;
        if (store)
            await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({staff.Name}, 0))", stop);
        if (await db.Staff.AsNoTracking().Include(s => s.Roles).ThenInclude(r => r.Team).SingleOrDefaultAsync(s => s.Id == staff, stop) is not { } member)
            return new Problem.NotFound("staff member", ask.StaffMember);
        if (await db.Assignments.AnyAsync(a => a.StaffMemberId == staff && a.IndividualId == individual && (a.Through == null || a.Through >= from), stop))
            return new Problem.Exists("assignment", "of this person to this staff member");

        // decide
        if (!(await count.On(member, ask.Program, from, added: 1, stop)).Is(out var caseload, out var problem))
            return problem;
        if (caseload.Ruled.Decision.Verdict != Policies.Verdict.Met || !store)
            return new Wire.AssignIndividualResponse { Caseload = caseload.ToWire(caseload.Ruled.ToWire(stored: false)) };

        // save and tell
        var now = clock.GetUtcNow();
        var kept = deciding.Store(caseload.Ruled, member.Provider, staff.Name);
        Assignment assignment = new()
        {
            Id = AssignmentId.New(clock),
            Provider = member.Provider,
            Program = ask.Program,
            IndividualId = individual,
            StaffMemberId = staff,
            From = from,
        };
        db.Decisions.Add(kept);
        db.Assignments.Add(assignment);
        db.Add(new AssignmentMadeV1(
            Guid.CreateVersion7(now), now, assignment.Id.Value, individual.Value, staff.Value, member.Provider, ask.Program, WireCode.Upper(caseload.Role)!, from,
            caseload.Active, caseload.Ruled.Decision.Values.GetValueOrDefault("limit") as int?));
        await db.SaveChangesAsync(stop);
        return new Wire.AssignIndividualResponse { Assignment = assignment.ToWire(db.Etag(assignment)), Caseload = caseload.ToWire(kept.ToWire()) };
    }
}
