using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>Adds credentials and roles to a staff member's record.</summary>
public sealed class RecordStaffFacts(StaffingDb db, Requests requests, TimeProvider clock)
{
    private static readonly string[] Jurisdictions = ["", "NC", "LA", "MO"];

    public Task<Result<Proto.Credential>> Handle(Proto.AddCredentialRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var given = request.Credential ?? new();
        fields.Choice("credential.type", given.Type);
        fields.Require(Jurisdictions.Contains(given.Jurisdiction), "credential.jurisdiction", "is not NC, LA, MO or empty");
        var from = fields.OptionalDay("credential.valid_from", given.ValidFrom);
        var through = fields.OptionalDay("credential.valid_through", given.ValidThrough);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Credential>>(bad);
        return requests.Run<Proto.Credential>(request.RequestId, request, async s =>
        {
            // read
            if (await db.Staff.AsNoTracking().Include(m => m.Credentials).SingleOrDefaultAsync(m => m.Id == id, s) is not { } member)
                return new Problem.NotFound("staff member", request.StaffMember);

            // decide
            if (member.Credentials.Exists(c => (c.Type, c.Jurisdiction, c.ValidFrom, c.ValidThrough) == (given.Type, given.Jurisdiction, from, through)))
                return new Problem.Exists("credential", "of this type, jurisdiction and span");

            // write
            Changes changes = new(clock.GetUtcNow());
            changes.Update(member);
            var credential = changes.Insert(new Credential
            {
                Id = Guid.CreateVersion7(changes.Now),
                StaffMemberId = id,
                Type = given.Type,
                Jurisdiction = given.Jurisdiction,
                ValidFrom = from,
                ValidThrough = through,
                RecordedAt = changes.Now,
            });
            changes.Publish(new CredentialAddedV1
            {
                StaffMemberId = id,
                Provider = member.Provider,
                CredentialType = WireCode.Upper(given.Type)!,
                ValidFrom = from,
                ValidThrough = through,
            });
            return new Decided<Proto.Credential>(credential.ToProto(), changes);
        }, cancellationToken);
    }

    public Task<Result<Proto.RoleAssignment>> Handle(Proto.AssignRoleRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var team = fields.Id<TeamId>("team", request.Team);
        fields.Choice("role", request.Role);
        var from = fields.Day("from", request.From);
        var through = fields.OptionalDay("through", request.Through);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.RoleAssignment>>(bad);
        return requests.Run<Proto.RoleAssignment>(request.RequestId, request, async s =>
        {
            // read
            if (await db.Staff.AsNoTracking().Include(m => m.Roles).SingleOrDefaultAsync(m => m.Id == id, s) is not { } member)
                return new Problem.NotFound("staff member", request.StaffMember);
            if (!await db.Teams.AnyAsync(t => t.Id == team && t.Provider == member.Provider, s))
                return new Problem.NotFound("team", request.Team);

            // decide
            if (Problem.Invalid.IfBefore("from", from, member.HireDate, "the day of hire") is { } early)
                return early;
            if (member.Roles.Exists(r => r.TeamId == team && r.Role == request.Role && !(r.Through < from) && !(through < r.From)))
                return new Problem.Exists("role", "of this kind in this team on some of these days");

            // write
            Changes changes = new(clock.GetUtcNow());
            changes.Update(member);
            var role = changes.Insert(new RoleHeld
            {
                Id = Guid.CreateVersion7(changes.Now),
                StaffMemberId = id,
                TeamId = team,
                Role = request.Role,
                From = from,
                Through = through,
            });
            changes.Publish(new RoleAssignedV1
            {
                StaffMemberId = id,
                TeamId = team,
                Provider = member.Provider,
                Role = WireCode.Upper(request.Role)!,
                From = from,
                Through = through,
            });
            return new Decided<Proto.RoleAssignment>(role.ToProto(), changes);
        }, cancellationToken);
    }
}
