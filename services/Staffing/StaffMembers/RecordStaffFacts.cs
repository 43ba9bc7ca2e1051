using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.ServiceDefaults;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>Adds credentials and roles to a staff member's record.</summary>
public sealed class RecordStaffFacts(StaffingDb db, Once once, TimeProvider clock)
{
    private static readonly string[] Jurisdictions = ["", "NC", "LA", "MO"];

    public Task<Result<Wire.Credential>> Handle(Wire.AddCredentialRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<StaffMemberId>("staff_member", ask.StaffMember, "staff/{uuid}", StaffMemberId.TryParse);
        var given = ask.Credential ?? new();
        fields.Choice("credential.type", given.Type);
        fields.Require(Jurisdictions.Contains(given.Jurisdiction), "credential.jurisdiction", "is not NC, LA, MO or empty");
        var from = fields.OptionalDay("credential.valid_from", given.ValidFrom);
        var through = fields.OptionalDay("credential.valid_through", given.ValidThrough);
        fields.Require(!(through < from), "credential.valid_through", "lies before valid_from");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Wire.Credential>>(bad);
        return once.Run(ask.RequestId, ask, async s =>
        {
            if (await db.Staff.SingleOrDefaultAsync(m => m.Id == id, s) is not { } member)
                return new Problem.NotFound("staff member", ask.StaffMember);
            var now = clock.GetUtcNow();
            Credential credential = new(Guid.CreateVersion7(now), given.Type, given.Jurisdiction, from, through, now);
            member.Credentials.Add(credential);
            db.Add(new CredentialAddedV1(Guid.CreateVersion7(now), now, id.Value, member.Provider, WireCode.Upper(given.Type)!, from, through));
            await db.SaveChangesAsync(s);
            return (Result<Wire.Credential>)credential.ToWire();
        }, stop);
    }

    public Task<Result<Wire.RoleAssignment>> Handle(Wire.AssignRoleRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<StaffMemberId>("staff_member", ask.StaffMember, "staff/{uuid}", StaffMemberId.TryParse);
        var team = fields.Name<TeamId>("team", ask.Team, "teams/{uuid}", TeamId.TryParse);
        fields.Choice("role", ask.Role);
        var from = fields.Day("from", ask.From);
        var through = fields.OptionalDay("through", ask.Through);
        fields.Require(!(through < from), "through", "lies before from");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Wire.RoleAssignment>>(bad);
        return once.Run(ask.RequestId, ask, async s =>
        {
            if (await db.Staff.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, s) is not { } member)
                return new Problem.NotFound("staff member", ask.StaffMember);
            if (!await db.Teams.AnyAsync(t => t.Id == team && t.Provider == member.Provider, s))
                return new Problem.NotFound("team", ask.Team);
            var now = clock.GetUtcNow();
            RoleHeld role = new() { Id = Guid.CreateVersion7(now), StaffMemberId = id, TeamId = team, Role = ask.Role, From = from, Through = through };
            db.Roles.Add(role);
            db.Add(new RoleAssignedV1(Guid.CreateVersion7(now), now, id.Value, team.Value, member.Provider, WireCode.Upper(ask.Role)!, from, through));
            await db.SaveChangesAsync(s);
            return (Result<Wire.RoleAssignment>)role.ToWire();
        }, stop);
    }
}
