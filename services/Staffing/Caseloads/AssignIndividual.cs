using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Staffing.Db;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>
/// Assigns a person if the caseload with this person stays within the limit. An assignment raises the version of the staff member, so that two at once never
/// both count the same free place.
/// </summary>
public sealed class AssignIndividual(StaffingDb db, Requests requests, PolicyService policies, TimeProvider clock)
{
    public Task<Result<Proto.AssignIndividualResponse>> Handle(Proto.AssignIndividualRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => ReadAndDecide(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.AssignIndividualResponse>>> ReadAndDecide(
        Proto.AssignIndividualRequest request, bool store, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.Id<IndividualId>("individual", request.Individual);
        var staff = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        policies.Today(fields, "program", request.Program);
        var from = fields.Day("from", request.From);
        if (fields.Problem is { } bad)
            return bad;
        // The staff member first: an assignment made after it was read raised the version, so the count cannot be too low unnoticed.
        if (await db.Staff.AsNoTracking().Include(s => s.Roles).ThenInclude(r => r.Team)
            .SingleOrDefaultAsync(s => s.Id == staff, cancellationToken) is not { } member)
            return new Problem.NotFound("staff member", request.StaffMember);
        var open = await db.Assignments.AsNoTracking()
            .Where(a => a.StaffMemberId == staff && (a.Through == null || a.Through >= from)).ToListAsync(cancellationToken);
        return Decide(member, open, individual, request.Program, from, policies, new(clock.GetUtcNow()), store);
    }

    /// <summary>Decides without a database.</summary>
    /// <param name="member">The staff member with the roles held.</param>
    /// <param name="open">The member's assignments that have not ended before <paramref name="from"/>.</param>
    /// <param name="individual">The person to assign.</param>
    /// <param name="program">The program.</param>
    /// <param name="from">First day.</param>
    /// <param name="policies">Decides on the caseload.</param>
    /// <param name="changes">Receives what is written.</param>
    /// <param name="store">Whether the changes will be written.</param>
    internal static Result<Decided<Proto.AssignIndividualResponse>> Decide(
        StaffMember member, IReadOnlyList<Assignment> open, IndividualId individual, string program, DateOnly from, PolicyService policies, Changes changes,
        bool store)
    {
        if (Problem.Invalid.IfBefore("from", from, member.HireDate, "the day of hire of the staff member") is { } early)
            return early;
        if (open.Any(a => a.IndividualId == individual))
            return new Problem.Exists("assignment", "of this person to this staff member");
        var others = open.Where(a => a.From <= from).Select(a => a.IndividualId).Distinct().Count();
        if (!CountedCaseload.Of(member, program, from, 1 + others, policies).Is(out var caseload, out var problem))
            return problem;
        if (caseload.Decision.Decision.Verdict != Policies.Verdict.Met || !store)
            return new Decided<Proto.AssignIndividualResponse>(new() { Caseload = caseload.ToProto(stored: false) }, changes);

        changes.Update(member);
        changes.Insert(policies.Store(caseload.Decision, member.Provider, member.Id.Name));
        var assignment = changes.Insert(new Assignment
        {
            Id = new(Guid.CreateVersion7(changes.Now)),
            Provider = member.Provider,
            Program = program,
            IndividualId = individual,
            StaffMemberId = member.Id,
            From = from,
        });
        changes.Publish(new AssignmentMadeV1
        {
            AssignmentId = assignment.Id,
            IndividualId = individual,
            StaffMemberId = member.Id,
            Provider = member.Provider,
            Program = program,
            Role = WireCode.Upper(caseload.Role)!,
            From = from,
            ActiveCount = caseload.Active,
            Limit = caseload.Decision.Value<int?>("limit"),
        });
        return new Decided<Proto.AssignIndividualResponse>(
            new() { Assignment = assignment.ToProto(assignment.Etag()), Caseload = caseload.ToProto(stored: true) }, changes);
    }
}
