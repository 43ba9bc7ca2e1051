using Ips.Contracts.Events;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;

namespace Ips.Staffing.Caseloads;

/// <summary>
/// Moves the assignments of a merged record to the survivor. Two assignments of one person to one staff member stay: each says what was done, and a caseload
/// counts the person once.
/// </summary>
public sealed class FollowMerge(StaffingDb db, Requests requests, TimeProvider clock)
{
    public Task Handle(IndividualsMergedV1 merge, IProcessedOnce message, CancellationToken cancellationToken) => requests.Run(message, async s =>
    {
        Changes changes = new(clock.GetUtcNow());
        foreach (var assignment in await db.Assignments.AsNoTracking().Where(a => a.IndividualId == merge.MergedId).ToListAsync(s))
        {
            assignment.IndividualId = merge.IndividualId;
            changes.Update(assignment);
            changes.Publish(new AssignmentJoinedV1
            {
                AssignmentId = assignment.Id,
                IndividualId = assignment.IndividualId,
                StaffMemberId = assignment.StaffMemberId,
                Provider = assignment.Provider,
                From = assignment.From,
                Through = assignment.Through,
            });
        }

        return changes;
    }, cancellationToken);
}
