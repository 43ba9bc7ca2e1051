using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>Sets the last day of an assignment; from the day after it does not count.</summary>
public sealed class EndAssignment(StaffingDb db, Requests requests, TimeProvider clock)
{
    public Task<Result<Proto.Assignment>> Handle(Proto.EndAssignmentRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AssignmentId>("name", request.Name);
        var through = fields.Day("through", request.Through);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Assignment>>(bad);
        return requests.Run<Proto.Assignment>(request.RequestId, request, async s =>
        {
            // read
            if (await db.Assignments.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, s) is not { } assignment)
                return new Problem.NotFound("assignment", request.Name);

            // decide
            if (!assignment.Expects(request.Etag))
                return new Problem.Stale("assignment", request.Name);
            if (Problem.Invalid.IfBefore("through", through, assignment.From, "the first day of the assignment") is { } early)
                return early;
            Changes changes = new(clock.GetUtcNow());
            assignment.End(through, changes);
            return new Decided<Proto.Assignment>(assignment.ToProto(assignment.Etag()), changes);
        }, cancellationToken);
    }
}
