using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>Sets the last day of an assignment; from the day after it does not count. After a step-down a mental health worker goes on.</summary>
public sealed class EndAssignment(StaffingDb db, Requests requests, TimeProvider clock)
{
    public Task<Result<Proto.Assignment>> Handle(Proto.EndAssignmentRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AssignmentId>("name", request.Name);
        var through = fields.Day("through", request.Through);
        var next = fields.OptionalId<TreatmentTeamId>("stepped_down_to", request.SteppedDownTo);
        fields.Require(next is null || request.StepDown, "stepped_down_to", "is only for a step-down");
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Assignment>>(bad);
        return requests.Run<Proto.Assignment>(request.RequestId, request, async s =>
        {
            // read
            if (await db.Assignments.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, s) is not { } assignment)
                return new Problem.NotFound("assignment", request.Name);
            if (next is { } team && !await db.TreatmentTeams.AnyAsync(t => t.Id == team && t.Provider == assignment.Provider, s))
                return new Problem.NotFound("treatment team", request.SteppedDownTo);

            // decide
            if (!assignment.Expects(request.Etag))
                return new Problem.Stale("assignment", request.Name);
            if (Problem.Invalid.IfBefore("through", through, assignment.From, "the first day of the assignment") is { } early)
                return early;
            Changes changes = new(clock.GetUtcNow());
            assignment.End(through, request.StepDown ? Proto.AssignmentEnd.StepDown : Proto.AssignmentEnd.Unspecified, changes);
            assignment.SteppedDownTo = next;
            return new Decided<Proto.Assignment>(assignment.ToProto(assignment.Etag()), changes);
        }, cancellationToken);
    }
}
