using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Contracts.Fidelity.V1;
using Ips.Policies;
using Ips.Staffing.Db;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>
/// Moves a whole caseload to another staff member: each assignment ends on the day before and the same person is assigned from the day on. A person whom the
/// other serves already is not assigned twice. Above the limit nothing moves, nor to another team that may take no new people.
/// </summary>
public sealed class TransferCaseload(
    StaffingDb db, Requests requests, Standings.StandingsClient standings, PolicyService policies, TimeProvider clock)
{
    /// <summary>A valid request with the answer of Fidelity.</summary>
    private sealed record Evidence(
        StaffMemberId Giver, StaffMemberId Receiver, string Program, DateOnly From, IReadOnlyList<Contracts.Common.V1.Finding> TeamFindings,
        Proto.TransferCaseloadRequest Request);

    public Task<Result<Proto.TransferCaseloadResponse>> Handle(Proto.TransferCaseloadRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, s => Gather(request, s), ReadAndDecide, cancellationToken);

    private async Task<Result<Evidence>> Gather(Proto.TransferCaseloadRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var giver = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var receiver = fields.Id<StaffMemberId>("to_staff_member", request.ToStaffMember);
        fields.Require(giver != receiver || giver == default, "to_staff_member", "is the same staff member");
        policies.Today(fields, "program", request.Program);
        var from = fields.Day("from", request.From);
        if (fields.Problem is { } bad)
            return bad;
        var members = await Members(giver, receiver, cancellationToken);
        if (members.Find(m => m.Id == giver) is not { } gives)
            return new Problem.NotFound("staff member", request.StaffMember);
        if (members.Find(m => m.Id == receiver && m.Provider == gives.Provider) is not { } gets)
            return new Problem.NotFound("staff member", request.ToStaffMember);
        // Within one team no one is new to it.
        var team = CountedCaseload.RoleOf(gets, request.Program, from)?.TeamId;
        var same = gives.Roles.Exists(r => r.TeamId == team && (r.HeldOn(from) || r.HeldOn(from.AddDays(-1))));
        return (await standings.Findings(same ? null : team, request.Program, from, cancellationToken))
            .Then(findings => new Evidence(giver, receiver, request.Program, from, findings, request));
    }

    private Task<List<StaffMember>> Members(StaffMemberId giver, StaffMemberId receiver, CancellationToken cancellationToken) =>
        db.Staff.AsNoTracking().Include(m => m.Roles).ThenInclude(r => r.Team).Where(m => m.Id == giver || m.Id == receiver).ToListAsync(cancellationToken);

    private async Task<Result<Decided<Proto.TransferCaseloadResponse>>> ReadAndDecide(Evidence evidence, bool store, CancellationToken s)
    {
        // read
        var (giver, receiver, _, from, teamFindings, request) = evidence;
        var members = await Members(giver, receiver, s);
        if (members.Find(m => m.Id == giver) is not { } gives)
            return new Problem.NotFound("staff member", request.StaffMember);
        if (members.Find(m => m.Id == receiver && m.Provider == gives.Provider) is not { } gets)
            return new Problem.NotFound("staff member", request.ToStaffMember);
        var open = await db.Assignments.AsNoTracking().Where(a => (a.StaffMemberId == giver || a.StaffMemberId == receiver)
            && (a.Through == null || a.Through >= from)).ToListAsync(s);
        var specialists = await CountedCaseload.Specialists(db, gets, request.Program, from, s);

        // decide
        if (Problem.Invalid.IfBefore("from", from, gets.HireDate, "the day of hire of the receiving staff member") is { } early)
            return early;
        var moving = open.Where(a => a.StaffMemberId == giver && a.Program == request.Program).ToList();
        var present = open.Where(a => a.StaffMemberId == receiver).Select(a => a.IndividualId).ToHashSet();
        var here = open.FindAll(a => a.StaffMemberId == receiver);
        var active = here.Where(a => a.From <= from).Concat(moving).Select(a => a.IndividualId).Distinct().Count();
        if (!CountedCaseload.Of(gets, request.Program, from, active, specialists, policies)
            .Then(counted => counted.Ahead(gets, request.Program, [.. here, .. moving], policies)).Is(out var caseload, out var problem))
            return problem;
        Changes changes = new(clock.GetUtcNow());
        var moves = caseload.Decision.Decision.Verdict == Verdict.Met && teamFindings.Count == 0;
        if (!moves || !store)
        {
            return new Decided<Proto.TransferCaseloadResponse>(
                new() { Moved = moves ? moving.Count : 0, Caseload = caseload.ToProto(stored: false), TeamFindings = { teamFindings } }, changes);
        }

        // write
        changes.Insert(policies.Store(caseload.Decision, gets.Provider, gets.Id.Name,
            [new(gets.Id.Value, gets.Version), .. open.Where(a => a.StaffMemberId == receiver).Concat(moving).Select(a => new RestedOn(a.Id.Value, a.Version))]));
        changes.Update(gives);
        changes.Update(gets);
        foreach (var assignment in moving)
        {
            var starts = assignment.From > from ? assignment.From : from;
            var through = assignment.Through;
            assignment.End(assignment.From < from ? from.AddDays(-1) : assignment.From.AddDays(-1), Proto.AssignmentEnd.Transfer, changes);
            if (!present.Add(assignment.IndividualId))
                continue;
            var moved = changes.Insert(new Assignment
            {
                Id = AssignmentId.New(clock),
                Provider = gets.Provider,
                Program = request.Program,
                IndividualId = assignment.IndividualId,
                StaffMemberId = gets.Id,
                From = starts,
                Through = through,
                TreatmentTeamId = assignment.TreatmentTeamId,
            });
            changes.Publish(new AssignmentMovedV1
            {
                AssignmentId = moved.Id,
                EndedAssignmentId = assignment.Id,
                IndividualId = moved.IndividualId,
                FromStaffMemberId = gives.Id,
                ToStaffMemberId = gets.Id,
                Provider = moved.Provider,
                Program = moved.Program,
                From = moved.From,
            });
            changes.Publish(new AssignmentMadeV1
            {
                AssignmentId = moved.Id,
                IndividualId = moved.IndividualId,
                StaffMemberId = moved.StaffMemberId,
                Provider = moved.Provider,
                Program = moved.Program,
                Role = WireCode.Upper(caseload.Role)!,
                From = moved.From,
                ActiveCount = caseload.Active,
                Limit = caseload.Decision.Value<int?>("limit"),
            });
        }

        return new Decided<Proto.TransferCaseloadResponse>(new() { Moved = moving.Count, Caseload = caseload.ToProto(stored: true) }, changes);
    }
}
