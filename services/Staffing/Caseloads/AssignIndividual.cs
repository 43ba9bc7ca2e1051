using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Events;
using Ips.Contracts.Fidelity.V1;
using Ips.Staffing.Db;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>
/// Assigns a person of the provider if the team may take new people and the caseload with this person stays within the limit. An assignment raises the
/// version of the staff member, so that two at once never both count the same free place.
/// </summary>
public sealed class AssignIndividual(
    StaffingDb db, Requests requests, Determinations.DeterminationsClient determinations, Standings.StandingsClient standings, PolicyService policies,
    TimeProvider clock)
{
    /// <summary>A valid request with the other services' answers.</summary>
    /// <param name="Individual">The person as Eligibility knows it: of a merged record the survivor.</param>
    /// <param name="StaffMember">The staff member.</param>
    /// <param name="Program">The program.</param>
    /// <param name="From">First day.</param>
    /// <param name="TeamFindings">Why the team may take no new people; empty when it may.</param>
    /// <param name="Home">The treatment team that the person comes from; null when from none.</param>
    internal sealed record Evidence(
        IndividualId Individual, StaffMemberId StaffMember, string Program, DateOnly From, IReadOnlyList<Finding> TeamFindings, TreatmentTeamId? Home);

    public Task<Result<Proto.AssignIndividualResponse>> Handle(Proto.AssignIndividualRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, s => Gather(request, s), ReadAndDecide, cancellationToken);

    private async Task<Result<Evidence>> Gather(Proto.AssignIndividualRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.Id<IndividualId>("individual", request.Individual);
        var staff = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        policies.Today(fields, "program", request.Program);
        var from = fields.Day("from", request.From);
        var home = fields.OptionalId<TreatmentTeamId>("treatment_team", request.TreatmentTeam);
        if (fields.Problem is { } bad)
            return bad;
        if (await Member(staff, cancellationToken) is not { } member)
            return new Problem.NotFound("staff member", staff.Name);
        if (home is { } team && !await db.TreatmentTeams.AnyAsync(t => t.Id == team && t.Provider == member.Provider, cancellationToken))
            return new Problem.NotFound("treatment team", team.Name);
        // The caller's own token: another provider's person is not found, and one that was registered a moment ago is.
        VerifyRequest person = new() { Individual = individual.Name, Program = request.Program, ServiceDate = from.Day() };
        var verifying = determinations.VerifyAsync(person, cancellationToken: cancellationToken).Answer("eligibility", "individual", individual.Name);
        var standing = standings.Findings(CountedCaseload.RoleOf(member, request.Program, from)?.TeamId, request.Program, from, cancellationToken);
        await Task.WhenAll(verifying, standing);
        if (!(await verifying).Is(out var verified, out var problem) || !(await standing).Is(out var findings, out problem))
            return problem;
        return IndividualId.TryParse(verified.Individual, out var known)
            ? new Evidence(known, staff, request.Program, from, findings, home)
            : new Problem.NotFound("individual", individual.Name);
    }

    private Task<StaffMember?> Member(StaffMemberId id, CancellationToken cancellationToken) =>
        db.Staff.AsNoTracking().Include(s => s.Roles).ThenInclude(r => r.Team).SingleOrDefaultAsync(s => s.Id == id, cancellationToken);

    private async Task<Result<Decided<Proto.AssignIndividualResponse>>> ReadAndDecide(Evidence evidence, bool store, CancellationToken cancellationToken)
    {
        // The staff member first: an assignment made after it was read raised the version, so the count cannot be too low unnoticed.
        if (await Member(evidence.StaffMember, cancellationToken) is not { } member)
            return new Problem.NotFound("staff member", evidence.StaffMember.Name);
        var open = await db.Assignments.AsNoTracking()
            .Where(a => a.StaffMemberId == member.Id && (a.Through == null || a.Through >= evidence.From)).ToListAsync(cancellationToken);
        var specialists = await CountedCaseload.Specialists(db, member, evidence.Program, evidence.From, cancellationToken);
        return Decide(member, open, specialists, evidence, policies, new(clock.GetUtcNow()), store);
    }

    /// <summary>Decides without a database.</summary>
    /// <param name="member">The staff member with the roles held.</param>
    /// <param name="open">The member's assignments that have not ended before the first day.</param>
    /// <param name="specialists">Specialists of the team; null where not counted.</param>
    /// <param name="evidence">The request with the other services' answers.</param>
    /// <param name="policies">Decides on the caseload.</param>
    /// <param name="changes">Receives what is written.</param>
    /// <param name="store">Whether the changes will be written.</param>
    internal static Result<Decided<Proto.AssignIndividualResponse>> Decide(
        StaffMember member, IReadOnlyList<Assignment> open, int? specialists, Evidence evidence, PolicyService policies, Changes changes, bool store)
    {
        var (individual, _, program, from, teamFindings, home) = evidence;
        if (Problem.Invalid.IfBefore("from", from, member.HireDate, "the day of hire of the staff member") is { } early)
            return early;
        if (open.Any(a => a.IndividualId == individual))
            return new Problem.Exists("assignment", "of this person to this staff member");
        Assignment assignment = new()
        {
            Id = new(Guid.CreateVersion7(changes.Now)),
            Provider = member.Provider,
            Program = program,
            IndividualId = individual,
            StaffMemberId = member.Id,
            From = from,
            TreatmentTeamId = home,
        };
        IReadOnlyList<Assignment> all = [.. open, assignment];
        if (!CountedCaseload.Of(member, program, from, CountedCaseload.ActiveOn(all, from), specialists, policies)
            .Then(counted => counted.Ahead(member, program, all, policies)).Is(out var caseload, out var problem))
            return problem;
        if (caseload.Decision.Decision.Verdict != Policies.Verdict.Met || teamFindings.Count > 0 || !store)
        {
            return new Decided<Proto.AssignIndividualResponse>(
                new() { Caseload = caseload.ToProto(stored: false), TeamFindings = { teamFindings } }, changes);
        }

        changes.Insert(policies.Store(caseload.Decision, member.Provider, member.Id.Name,
            [new(member.Id.Value, member.Version), .. open.Select(a => new RestedOn(a.Id.Value, a.Version))]));
        changes.Update(member);
        changes.Insert(assignment);
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
