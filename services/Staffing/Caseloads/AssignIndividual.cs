using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>Assigns a person if the caseload with this person stays within the limit; two assignments to one staff member wait for each other.</summary>
public sealed class AssignIndividual(StaffingDb db, IdempotentRequests requests, PolicyService policies, CaseloadCount count, TimeProvider clock)
{
    public Task<Result<Proto.AssignIndividualResponse>> Handle(Proto.AssignIndividualRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Assign(request, store, s), cancellationToken);

    private async Task<Result<Proto.AssignIndividualResponse>> Assign(Proto.AssignIndividualRequest request, bool store, CancellationToken cancellationToken)
    {
        // load
        RequestValidator fields = new();
        var individual = fields.Id<IndividualId>("individual", request.Individual);
        var staff = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        policies.Today(fields, "program", request.Program);
        var from = fields.Day("from", request.From);
        if (fields.Problem is { } bad)
            return bad;
        if (store)
            await db.Lock(staff.Name, cancellationToken);
        if (await db.Staff.AsNoTracking().Include(s => s.Roles).ThenInclude(r => r.Team)
            .SingleOrDefaultAsync(s => s.Id == staff, cancellationToken) is not { } member)
            return new Problem.NotFound("staff member", request.StaffMember);
        if (await db.Assignments.AnyAsync(
            a => a.StaffMemberId == staff && a.IndividualId == individual && (a.Through == null || a.Through >= from), cancellationToken))
            return new Problem.Exists("assignment", "of this person to this staff member");

        // decide
        if (!(await count.On(member, request.Program, from, added: 1, cancellationToken)).Is(out var caseload, out var problem))
            return problem;
        if (caseload.Decision.Decision.Verdict != Policies.Verdict.Met || !store)
            return new Proto.AssignIndividualResponse { Caseload = caseload.ToProto(stored: false) };

        // save and publish
        var stored = policies.Store(caseload.Decision, member.Provider, staff.Name);
        Assignment assignment = new()
        {
            Id = AssignmentId.New(clock),
            Provider = member.Provider,
            Program = request.Program,
            IndividualId = individual,
            StaffMemberId = staff,
            From = from,
        };
        db.Decisions.Add(stored);
        db.Assignments.Add(assignment);
        db.Publish(new AssignmentMadeV1
        {
            AssignmentId = assignment.Id,
            IndividualId = individual,
            StaffMemberId = staff,
            Provider = member.Provider,
            Program = request.Program,
            Role = WireCode.Upper(caseload.Role)!,
            From = from,
            ActiveCount = caseload.Active,
            Limit = caseload.Decision.Value<int?>("limit"),
        });
        await db.SaveChangesAsync(cancellationToken);
        return new Proto.AssignIndividualResponse
        {
            Assignment = assignment.ToProto(assignment.Etag()),
            Caseload = caseload.ToProto(stored: true)
        };
    }
}
