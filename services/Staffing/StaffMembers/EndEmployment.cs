using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Staffing.Db;
using Ips.Staffing.Meetings;
using Ips.Staffing.Training;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>Ends a role, or the whole employment.</summary>
public sealed class EndEmployment(StaffingDb db, StaffRecords records, TrainingPlan plan, TeamSchedule schedule, Requests requests, TimeProvider clock)
{
    public Task<Result<Proto.RoleAssignment>> Handle(Proto.EndRoleRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var record = VerifyCredential.RecordId(fields, "role_id", request.RoleId);
        var through = fields.Day("through", request.Through);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.RoleAssignment>>(bad);
        return requests.Run<Proto.RoleAssignment>(request.RequestId, request, async s =>
        {
            // read
            if (await records.Read(id, s) is not { } found)
                return new Problem.NotFound("staff member", request.StaffMember);
            if (found.Member.Roles.Find(r => r.Id == record) is not { } role)
                return new Problem.NotFound("role", request.RoleId);

            // decide
            if (Problem.Invalid.IfBefore("through", through, role.From, "the first day of the role") is { } early)
                return early;
            if (through > found.Member.SeparatedOn)
                return new Problem.Invalid("through", $"lies after the last day of work, {found.Member.SeparatedOn.Day()}");
            if (found.Member.Roles.Exists(r => r != role && r.TeamId == role.TeamId && r.Role == role.Role && r.Overlaps(role.From, through)))
                return new Problem.Exists("role", "of this kind in this team on some of these days");

            // write
            Changes changes = new(clock.GetUtcNow());
            changes.Insert(EarlierRecord.Of(found, changes.Now));
            role.Through = through;
            changes.Update(role);
            changes.Update(found.Member);
            await plan.Sync(found, changes, s);
            await schedule.Sync(found.Member, changes, s);
            changes.Publish(Ended(role, found.Member));
            changes.Publish(Changed(role, found.Member));
            return new Decided<Proto.RoleAssignment>(role.ToProto(), changes);
        }, cancellationToken);
    }

    public Task<Result<Proto.Separation>> Handle(Proto.SeparateStaffMemberRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var last = fields.Day("last_day", request.LastDay);
        fields.Choice("reason", request.Reason);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Separation>>(bad);
        return requests.Run<Proto.Separation>(request.RequestId, request, async s =>
        {
            // read
            if (await records.Read(id, s) is not { } found)
                return new Problem.NotFound("staff member", request.StaffMember);
            var member = found.Member;
            var open = await db.Assignments.AsNoTracking().Where(a => a.StaffMemberId == id && (a.Through == null || a.Through > last)).ToListAsync(s);
            IndividualId[] people = [.. open.Select(a => a.IndividualId).Distinct()];
            var after = last.AddDays(1);
            var served = await db.Assignments.Where(a => people.Contains(a.IndividualId) && a.StaffMemberId != id && a.From <= after
                && (a.Through == null || a.Through >= after)).Select(a => a.IndividualId).ToListAsync(s);

            // decide
            if (!member.Expects(request.Etag))
                return new Problem.Stale("staff member", request.StaffMember);
            if (Problem.Invalid.IfBefore("last_day", last, member.HireDate, "the day of hire") is { } early)
                return early;
            if (member.SeparatedOn is { } left)
                return new Problem.Conflict("separation", $"the employment ended on {left.Day()}");

            // write
            Changes changes = new(clock.GetUtcNow());
            var unmet = plan.Unmet(found, last);
            changes.Insert(EarlierRecord.Of(found, changes.Now));
            (member.SeparatedOn, member.SeparationReason) = (last, request.Reason);
            var roles = member.Roles.Where(r => r.Through is not { } end || end > last).ToList();
            foreach (var role in roles)
            {
                // One that would have begun later is held on no day.
                role.Through = role.From > last ? role.From.AddDays(-1) : last;
                changes.Update(role);
                changes.Publish(Ended(role, member));
                changes.Publish(Changed(role, member));
            }

            foreach (var assignment in open)
                assignment.End(assignment.From > last ? assignment.From : last, Proto.AssignmentEnd.Separation, changes);
            changes.Update(member);
            await plan.Sync(found, changes, s);
            await schedule.Sync(found.Member, changes, s);
            return new Decided<Proto.Separation>(new()
            {
                StaffMember = id.Name,
                LastDay = last.Day(),
                Reason = request.Reason,
                RolesEnded = roles.Count,
                AssignmentsEnded = open.Count,
                PeopleWithoutStaff = { people.Except(served).Select(person => person.Name) },
                UnmetTrainingRules = { unmet },
            }, changes);
        }, cancellationToken);
    }

    private static TeamChangedV1 Changed(RoleHeld role, StaffMember member) => new()
    {
        TeamId = role.TeamId,
        Provider = member.Provider,
        Program = role.Team!.Program,
        StaffMemberId = member.Id,
        Role = WireCode.Upper(role.Role)!,
        Status = "role_ended",
        On = role.Through!.Value,
    };

    private static RoleEndedV1 Ended(RoleHeld role, StaffMember member) => new()
    {
        StaffMemberId = member.Id,
        TeamId = role.TeamId,
        Provider = member.Provider,
        Role = WireCode.Upper(role.Role)!,
        From = role.From,
        Through = role.Through!.Value,
    };
}
