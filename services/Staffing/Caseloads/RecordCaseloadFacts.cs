using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>Records from which treatment team a person comes, and the working time of a specialist in a month.</summary>
public sealed class RecordCaseloadFacts(StaffingDb db, Requests requests, TimeProvider clock)
{
    private const int MostMinutes = 31 * 24 * 60;

    public Task<Result<Proto.Assignment>> Handle(Proto.RecordTreatmentTeamRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AssignmentId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var team = fields.OptionalId<TreatmentTeamId>("treatment_team", request.TreatmentTeam);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Assignment>>(bad);
        return requests.Run<Proto.Assignment>(request.RequestId, request, async s =>
        {
            // read
            if (await db.Assignments.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, s) is not { } assignment)
                return new Problem.NotFound("assignment", request.Name);
            if (team is { } home && !await db.TreatmentTeams.AnyAsync(t => t.Id == home && t.Provider == assignment.Provider, s))
                return new Problem.NotFound("treatment team", request.TreatmentTeam);

            // decide
            if (!assignment.Expects(request.Etag))
                return new Problem.Stale("assignment", request.Name);
            Changes changes = new(clock.GetUtcNow());
            assignment.TreatmentTeamId = team;
            changes.Update(assignment);
            return new Decided<Proto.Assignment>(assignment.ToProto(assignment.Etag()), changes);
        }, cancellationToken);
    }

    public Task<Result<Proto.WorkTime>> Handle(Proto.RecordWorkTimeRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var month = fields.Day("month_start", request.MonthStart);
        fields.Require(month.Day == 1 || request.MonthStart.Length == 0, "month_start", "is not the first day of a month");
        fields.Number("work_minutes", request.WorkMinutes, 1, MostMinutes);
        fields.Number("case_management_minutes", request.CaseManagementMinutes, 0, Math.Clamp(request.WorkMinutes, 0, MostMinutes));
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.WorkTime>>(bad);
        return requests.Run<Proto.WorkTime>(request.RequestId, request, async s =>
        {
            // read
            if (await db.Staff.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, s) is not { } member)
                return new Problem.NotFound("staff member", request.StaffMember);
            var time = await db.WorkMonths.AsNoTracking().SingleOrDefaultAsync(m => m.StaffMemberId == id && m.Month == month, s);

            // write
            Changes changes = new(clock.GetUtcNow());
            changes.Update(member);
            if (time is null)
            {
                changes.Insert(new WorkMonth
                {
                    StaffMemberId = id,
                    Month = month,
                    Provider = member.Provider,
                    WorkMinutes = request.WorkMinutes,
                    CaseManagementMinutes = request.CaseManagementMinutes,
                });
            }
            else
            {
                (time.WorkMinutes, time.CaseManagementMinutes) = (request.WorkMinutes, request.CaseManagementMinutes);
                changes.Update(time);
            }

            return new Decided<Proto.WorkTime>(new()
            {
                StaffMember = id.Name,
                MonthStart = month.Day(),
                WorkMinutes = request.WorkMinutes,
                CaseManagementMinutes = request.CaseManagementMinutes,
            }, changes);
        }, cancellationToken);
    }
}
