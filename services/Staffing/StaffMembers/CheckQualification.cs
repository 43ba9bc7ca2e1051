using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Policies;
using Ips.Policies.Staffing;
using Ips.ServiceDefaults;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using StaffRole = Ips.Contracts.Common.V1.StaffRole;
using Wire = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>Decides whether a staff member is qualified for a role on a day (NC-STAFF-001..006 and their siblings).</summary>
public sealed class CheckQualification(StaffingDb db, Once once, Deciding deciding, TimeProvider clock)
{
    /// <summary>Decides and keeps the receipt.</summary>
    public Task<Result<Wire.Qualification>> Handle(Wire.CheckQualificationRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, async (store, s) =>
        {
            Fields fields = new();
            var id = fields.Name<StaffMemberId>("staff_member", ask.StaffMember, "staff/{uuid}", StaffMemberId.TryParse);
            var today = deciding.Today(fields, "program", ask.Program);
            var day = fields.OptionalDay("as_of", ask.AsOf) ?? today;
            fields.Choice("role", ask.Role);
            if (fields.Problem is { } bad)
                return bad;
            if (await Load(id, s) is not { } member)
                return new Problem.NotFound("staff member", ask.StaffMember);
            if (!Decide(member, ask.Program, ask.Role, day).Is(out var ruled, out var problem))
                return problem;
            if (!store)
                return Answer(member, ask.Role, day, ruled, ruled.ToWire(stored: false));

            var now = clock.GetUtcNow();
            var kept = deciding.Store(ruled, member.Provider, id.Name);
            db.Decisions.Add(kept);
            db.Add(new QualificationDecidedV1(
                Guid.CreateVersion7(now), now, id.Value, member.Provider, ask.Program, WireCode.Upper(ask.Role)!, day, kept.Verdict, Status(ruled), kept.Id, kept.PackVersion));
            await db.SaveChangesAsync(s);
            return (Result<Wire.Qualification>)Answer(member, ask.Role, day, ruled, kept.ToWire());
        }, stop);

    /// <summary>Answers for a day of service and stores nothing. Without a role asked, the role held on the day counts.</summary>
    public async Task<Result<Wire.Qualification>> Handle(Wire.VerifyQualificationRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<StaffMemberId>("staff_member", ask.StaffMember, "staff/{uuid}", StaffMemberId.TryParse);
        deciding.Today(fields, "program", ask.Program);
        var day = fields.Day("service_date", ask.ServiceDate);
        if (fields.Problem is { } bad)
            return bad;
        if (await Load(id, stop) is not { } member)
            return new Problem.NotFound("staff member", ask.StaffMember);
        var role = ask.Role != StaffRole.Unspecified ? ask.Role
            : member.Roles.Where(r => r.HeldOn(day) && r.Team!.Program == ask.Program).MaxBy(r => r.From)?.Role ?? StaffRole.Unspecified;
        if (role == StaffRole.Unspecified)
            return new Wire.Qualification { StaffMember = id.Name, Day = day.Day(), Status = "not_qualified" };
        return Decide(member, ask.Program, role, day).Is(out var ruled, out var problem)
            ? Answer(member, role, day, ruled, ruled.ToWire(stored: false))
            : problem;
    }

    private Task<StaffMember?> Load(StaffMemberId id, CancellationToken stop) =>
        db.Staff.AsNoTracking().Include(m => m.Roles).ThenInclude(r => r.Team).SingleOrDefaultAsync(m => m.Id == id, stop);

    private Result<Ruled> Decide(StaffMember member, string program, StaffRole role, DateOnly day) =>
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

    private static string Status(Ruled ruled) => ruled.Decision.Values.GetValueOrDefault("status") as string ?? "";

    private static Wire.Qualification Answer(StaffMember member, StaffRole role, DateOnly day, Ruled ruled, Contracts.Common.V1.Decision decision) => new()
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
