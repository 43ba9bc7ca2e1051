using Ips.Contracts.Events;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;

namespace Ips.Staffing.Caseloads;

/// <summary>
/// Ends the assignments of a discharged person in the program with the last day of service; one that began later ends on its first day. An assignment made
/// after the discharge was known belongs to a new episode and is not touched, because an event is processed once.
/// </summary>
public sealed class EndWithDischarge(StaffingDb db, Requests requests, TimeProvider clock)
{
    public Task Handle(IndividualDischargedV1 discharge, IProcessedOnce message, CancellationToken cancellationToken) => requests.Run(message, async s =>
    {
        Changes changes = new(clock.GetUtcNow());
        foreach (var assignment in await db.Assignments.AsNoTracking()
            .Where(a => a.IndividualId == discharge.IndividualId && a.Program == discharge.Program && a.Provider == discharge.Provider
                && (a.Through == null || a.Through > discharge.Through)).ToListAsync(s))
            assignment.End(assignment.From > discharge.Through ? assignment.From : discharge.Through, changes);
        return changes;
    }, cancellationToken);
}
