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
public sealed class CheckQualification(StaffingDb db, IdempotentRequests once, PolicyService deciding)
{
    /// <summary>Decides and stores the receipt.</summary>
    public Task<Result<Proto.Qualification>> Handle(Proto.CheckQualificationRequest request, CancellationToken cancellationToken) =>
        once.Run(request.ValidateOnly, request.RequestId, request, async (store, s) =>
        {
            RequestValidator fields = new();
            var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
            var today = deciding.Today(fields, "program", request.Program);
            var day = fields.OptionalDay("as_of", request.AsOf) ?? today;
            fields.Choice("role", request.Role);
            if (fields.Problem is { } bad)
                return bad;
            if (await Load(id, s) is not { } member)
                return new Problem.NotFound("staff member", request.StaffMember);
            if (!Decide(member, request.Program, request.Role, day).Is(out var ruled, out var problem))
                return problem;
            if (!store)
                return Answer(member, request.Role, day, ruled, ruled.ToProto(stored: false));

            var stored = deciding.Store(ruled, member.Provider, id.Name);
            db.Decisions.Add(stored);
            db.Publish(new QualificationDecidedV1
            {
                StaffMemberId = id,
                Provider = member.Provider,
                Program = request.Program,
                Role = WireCode.Upper(request.Role)!,
                AsOf = day,
                Verdict = stored.Verdict,
                Status = Status(ruled),
                DecisionId = new(stored.Id),
                PackVersion = stored.PackVersion,
            });
            await db.SaveChangesAsync(s);
            return (Result<Proto.Qualification>)Answer(member, request.Role, day, ruled, ruled.ToProto(stored: true));
        }, cancellationToken);

    /// <summary>Answers for a day of service and stores nothing. Without a requested role, the role held on the day counts.</summary>
    public async Task<Result<Proto.Qualification>> Handle(Proto.VerifyQualificationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        deciding.Today(fields, "program", request.Program);
        var day = fields.Day("service_date", request.ServiceDate);
        if (fields.Problem is { } bad)
            return bad;
        if (await Load(id, cancellationToken) is not { } member)
            return new Problem.NotFound("staff member", request.StaffMember);
        var role = request.Role != StaffRole.Unspecified ? request.Role
            : member.Roles.Where(r => r.HeldOn(day) && r.Team!.Program == request.Program).MaxBy(r => r.From)?.Role ?? StaffRole.Unspecified;
        if (role == StaffRole.Unspecified)
            return new Proto.Qualification { StaffMember = id.Name, Day = day.Day(), Status = "not_qualified" };
        return Decide(member, request.Program, role, day).Is(out var ruled, out var problem)
            ? Answer(member, role, day, ruled, ruled.ToProto(stored: false))
            : problem;
    }

    private Task<StaffMember?> Load(StaffMemberId id, CancellationToken cancellationToken) =>
        db.Staff.AsNoTracking().Include(m => m.Roles).ThenInclude(r => r.Team).SingleOrDefaultAsync(m => m.Id == id, cancellationToken);

    private Result<DecisionRecord> Decide(StaffMember member, string program, StaffRole role, DateOnly day) =>
        deciding.Decide(program, QualificationDecision.Kind, day, new QualificationFacts
        {
            Role = Codes.Parse<Policies.Staffing.StaffRole>(WireCode.Upper(role)!)!.Value,
            HireDate = member.HireDate,
            Credentials = [.. member.Credentials.OrderBy(c => c.RecordedAt).ThenBy(c => c.Id).Select(Read)],
            Education = WireCode.Lower(member.Education) is { } education ? Education(education) : null,
            VocationalExperienceMonths = member.VocationalExperienceMonths,
        });

    private static Policies.Staffing.Credential Read(Credential credential) => new(
        Codes.Parse<Policies.Staffing.CredentialType>(WireCode.Upper(credential.Type)!)!.Value,
        credential.Jurisdiction.Length == 0 ? null : Codes.Parse<Jurisdiction>(credential.Jurisdiction), credential.ValidFrom, credential.ValidThrough);

    private static Policies.Staffing.Education? Education(string code) =>
        Codes.Parse<Policies.Staffing.Education>(code) ?? Codes.Parse<Policies.Staffing.Education>(code.ToUpperInvariant());

    private static string Status(DecisionRecord ruled) => ruled.Decision.Values.GetValueOrDefault("status") as string ?? "";

    private static Proto.Qualification Answer(StaffMember member, StaffRole role, DateOnly day, DecisionRecord ruled, Contracts.Common.V1.Decision decision) =>
        new()
        {
            StaffMember = member.Id.Name,
            Role = role,
            Day = day.Day(),
            Qualified = ruled.Decision.Verdict == Policies.Verdict.Met,
            Status = Status(ruled),
            Decision = decision,
            Team = member.Roles.Where(r => r.Role == role && r.HeldOn(day)).MaxBy(r => r.From)?.TeamId.Name ?? "",
        };
}
