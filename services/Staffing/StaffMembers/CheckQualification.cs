using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Policies;
using Ips.Policies.Staffing;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using StaffRole = Ips.Contracts.Common.V1.StaffRole;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>Decides whether a staff member is qualified for a role on a day (NC-STAFF-001..006 and their siblings).</summary>
public sealed class CheckQualification(StaffingDb db, Requests requests, PolicyService policies, TimeProvider clock)
{
    /// <summary>Decides and stores the receipt.</summary>
    public Task<Result<Proto.Qualification>> Handle(Proto.CheckQualificationRequest request, CancellationToken cancellationToken) =>
        requests.Run<Proto.Qualification>(request.ValidateOnly, request.RequestId, request, async (store, s) =>
        {
            // read
            RequestValidator fields = new();
            var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
            var today = policies.Today(fields, "program", request.Program);
            var day = fields.OptionalDay("as_of", request.AsOf) ?? today;
            fields.Choice("role", request.Role);
            if (fields.Problem is { } bad)
                return bad;
            if (await Load(id, s) is not { } member)
                return new Problem.NotFound("staff member", request.StaffMember);

            // decide
            Changes changes = new(clock.GetUtcNow());
            if (!Decide(member, request.Program, request.Role, day).Is(out var decision, out var problem))
                return problem;
            if (!store)
                return new Decided<Proto.Qualification>(Answer(member, request.Role, day, decision, stored: false), changes);

            // write
            var stored = changes.Insert(policies.Store(decision, member.Provider, id.Name));
            changes.Expect(member);
            changes.Publish(new QualificationDecidedV1
            {
                StaffMemberId = id,
                Provider = member.Provider,
                Program = request.Program,
                Role = WireCode.Upper(request.Role)!,
                AsOf = day,
                Verdict = stored.Verdict,
                Status = Status(decision),
                DecisionId = new(stored.Id),
                PackVersion = stored.PackVersion,
            });
            return new Decided<Proto.Qualification>(Answer(member, request.Role, day, decision, stored: true), changes);
        }, cancellationToken);

    /// <summary>Answers for a day of service and stores nothing. Without a requested role, the role held on the day counts.</summary>
    public async Task<Result<Proto.Qualification>> Handle(Proto.VerifyQualificationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        policies.Today(fields, "program", request.Program);
        var day = fields.Day("service_date", request.ServiceDate);
        if (fields.Problem is { } bad)
            return bad;
        if (await Load(id, cancellationToken) is not { } member)
            return new Problem.NotFound("staff member", request.StaffMember);
        var role = request.Role != StaffRole.Unspecified ? request.Role
            : member.Roles.Where(r => r.HeldOn(day) && r.Team!.Program == request.Program).MaxBy(r => r.From)?.Role ?? StaffRole.Unspecified;
        if (role == StaffRole.Unspecified)
            return new Proto.Qualification { StaffMember = id.Name, Day = day.Day(), Status = "not_qualified" };
        return Decide(member, request.Program, role, day).Is(out var decision, out var problem)
            ? Answer(member, role, day, decision, stored: false)
            : problem;
    }

    private Task<StaffMember?> Load(StaffMemberId id, CancellationToken cancellationToken) =>
        db.Staff.AsNoTracking().Include(m => m.Credentials).Include(m => m.Roles).ThenInclude(r => r.Team)
            .SingleOrDefaultAsync(m => m.Id == id, cancellationToken);

    private Result<DecisionRecord> Decide(StaffMember member, string program, StaffRole role, DateOnly day) =>
        policies.Decide(program, QualificationDecision.Kind, day, new QualificationFacts
        {
            Role = role.ToPolicy(),
            HireDate = member.HireDate,
            Credentials = [.. member.Credentials.OrderBy(c => c.RecordedAt).ThenBy(c => c.Id).Select(Read)],
            Education = member.Education.ToPolicy(),
            VocationalExperienceMonths = member.VocationalExperienceMonths,
        });

    private static Policies.Staffing.Credential Read(Credential credential) => new(
        credential.Type.ToPolicy(), credential.Jurisdiction.Length == 0 ? null : Codes.Parse<Jurisdiction>(credential.Jurisdiction),
        credential.ValidFrom, credential.ValidThrough);

    private static string Status(DecisionRecord decision) => decision.Value<string>("status") ?? "";

    private static Proto.Qualification Answer(StaffMember member, StaffRole role, DateOnly day, DecisionRecord decision, bool stored) =>
        new()
        {
            StaffMember = member.Id.Name,
            Role = role,
            Day = day.Day(),
            Qualified = decision.Decision.Verdict == Policies.Verdict.Met,
            Status = Status(decision),
            Decision = decision.ToProto(stored),
            Team = member.Roles.Where(r => r.Role == role && r.HeldOn(day)).MaxBy(r => r.From)?.TeamId.Name ?? "",
        };
}
