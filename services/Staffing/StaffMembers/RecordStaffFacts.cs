using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Staffing.Db;
using Ips.Staffing.Meetings;
using Ips.Staffing.Training;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>Adds credentials and roles to a staff member's record.</summary>
public sealed class RecordStaffFacts(
    StaffingDb db, StaffRecords records, Gatekeeper gate, TrainingPlan plan, TeamSchedule schedule, Requests requests, PersonalDataProtector protector, TimeProvider clock)
{
    private const int FullTime = 100;

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
        var issuer = given.Issuer.Length == 0 ? "" : fields.Text("credential.issuer", given.Issuer, 200);
        var number = given.Number.Length == 0 ? "" : fields.Text("credential.number", given.Number, 60);
        var license = given.Type == Proto.CredentialType.License;
        var scope = license ? fields.Text("credential.scope", given.Scope, 500) : "";
        fields.Require(license || given.Scope.Length == 0, "credential.scope", "is only for a license");
        fields.Require(!license || given.Jurisdiction.Length > 0, "credential.jurisdiction", "is missing; a license is of a state");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Credential>>(bad);
        return requests.Run<Proto.Credential>(request.RequestId, request, async s =>
        {
            // read
            if (await records.Read(id, s) is not { Member: var member } found)
                return new Problem.NotFound("staff member", request.StaffMember);

            // decide
            if (member.Credentials.Exists(c => c.Counts && (c.Type, c.Jurisdiction, c.ValidFrom, c.ValidThrough) == (given.Type, given.Jurisdiction, from, through)))
                return new Problem.Exists("credential", "of this type, jurisdiction and span");
            if (license && member.Credentials.Exists(c => c.Counts && (c.Type, c.Jurisdiction, c.Scope) == (given.Type, given.Jurisdiction, scope)
                && !(c.ValidThrough < from) && !(through < c.ValidFrom)))
                return new Problem.Exists("credential", "license of this state and scope that is valid on some of these days");

            // write
            Changes changes = new(clock.GetUtcNow());
            changes.Update(member);
            var before = gate.Of(found);
            var credential = changes.Insert(new Credential
            {
                Id = Guid.CreateVersion7(changes.Now),
                StaffMemberId = id,
                Type = given.Type,
                Jurisdiction = given.Jurisdiction,
                ValidFrom = from,
                ValidThrough = through,
                Issuer = issuer,
                Scope = scope,
                EncryptedNumber = number.Length == 0 ? null : protector.Protect(number),
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
            member.Credentials.Add(credential);
            gate.Publish(before, found, changes);
            await plan.Sync(found, changes, s);
            return new Decided<Proto.Credential>(credential.ToProto(protector), changes);
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
        var split = fields.OptionalDay("split_time_through", request.SplitTimeThrough);
        fields.Require(split is null || request.Role == Contracts.Common.V1.StaffRole.Esp, "split_time_through", "is only for a specialist");
        fields.Require(!(split < from), "split_time_through", "lies before from");
        if (request.HasFtePercent)
            fields.Number("fte_percent", request.FtePercent, 1, FullTime);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.RoleAssignment>>(bad);
        return requests.Run<Proto.RoleAssignment>(request.RequestId, request, async s =>
        {
            // read
            if (await records.Read(id, s) is not { Member: var member } found)
                return new Problem.NotFound("staff member", request.StaffMember);
            if (await db.Teams.AsNoTracking().SingleOrDefaultAsync(t => t.Id == team && t.Provider == member.Provider, s) is not { } joined)
                return new Problem.NotFound("team", request.Team);

            // decide
            if (Problem.Invalid.IfBefore("from", from, member.HireDate, "the day of hire") is { } early)
                return early;
            if (member.SeparatedOn is { } left && (through ?? DateOnly.MaxValue) > left)
                return new Problem.Invalid("through", $"lies after the last day of work, {left.Day()}");
            if (member.Roles.Exists(r => r.TeamId == team && r.Role == request.Role && r.Overlaps(from, through)))
                return new Problem.Exists("role", "of this kind in this team on some of these days");
            if (request.HasFtePercent && MostTime(member, from, through) is var taken && taken + request.FtePercent > FullTime)
                return new Problem.Invalid("fte_percent", $"is {request.FtePercent}, with {taken} percent of other roles on one of the days; at most {FullTime} in all");

            // write
            Changes changes = new(clock.GetUtcNow());
            changes.Update(member);
            var before = gate.Of(found);
            changes.Insert(EarlierRecord.Of(found, changes.Now));
            var role = changes.Insert(new RoleHeld
            {
                Id = Guid.CreateVersion7(changes.Now),
                StaffMemberId = id,
                TeamId = team,
                Role = request.Role,
                From = from,
                Through = through,
                FtePercent = request.HasFtePercent ? request.FtePercent : null,
                SupervisesOnlyIps = request.HasSupervisesOnlyIps ? request.SupervisesOnlyIps : null,
                SplitTimeThrough = split,
                LongDistance = request.HasLongDistance ? request.LongDistance : null,
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
            changes.Publish(new TeamChangedV1
            {
                TeamId = team,
                Provider = member.Provider,
                Program = joined.Program,
                StaffMemberId = id,
                Role = WireCode.Upper(request.Role)!,
                Status = "role_assigned",
                On = from,
            });
            // The same with its team, for what follows from the role.
            member.Roles.Add(new() { Id = role.Id, StaffMemberId = id, TeamId = team, Team = joined, Role = role.Role, From = from, Through = through });
            gate.Publish(before, found, changes);
            await plan.Sync(found, changes, s);
            await schedule.Sync(member, changes, s);
            return new Decided<Proto.RoleAssignment>(role.ToProto(), changes);
        }, cancellationToken);
    }

    /// <summary>The largest share of full time that the roles on file take on a day of the span. It changes only where a role begins.</summary>
    private static int MostTime(StaffMember member, DateOnly from, DateOnly? through) =>
        member.Roles.Select(r => r.From).Where(day => day > from && !(day > through)).Prepend(from)
            .Max(day => member.Roles.Where(r => r.HeldOn(day)).Sum(r => r.FtePercent ?? 0));
}
