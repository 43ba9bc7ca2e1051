using Ips.Contracts.Events;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;

namespace Ips.Staffing.Caseloads;

/// <summary>
/// Ends the assignments of a discharged or deceased person in the program with the last day of service; one that began later ends on its first day. When that is
/// taken back, they get their own last day again. An assignment made after the discharge was known belongs to a new episode and is not touched, because an event
/// is processed once.
/// </summary>
public sealed class EndWithDischarge(StaffingDb db, Requests requests, TimeProvider clock)
{
    public Task Handle(DeterminationMovedV1 move, IProcessedOnce message, CancellationToken cancellationToken) => requests.Run(message, async s =>
    {
        // read
        Changes changes = new(clock.GetUtcNow());
        var known = await db.Discharges.AsNoTracking().SingleOrDefaultAsync(d => d.Id == move.DeterminationId, s);
        if (known?.Sequence >= move.Sequence)
            return changes;
        var assignments = await db.Assignments.AsNoTracking().Where(a => a.IndividualId == move.IndividualId && a.Program == move.Program && a.Provider == move.Provider)
            .ToListAsync(s);

        // decide
        Discharge discharge = known ?? changes.Insert(new Discharge { Id = move.DeterminationId, Provider = move.Provider });
        discharge.Sequence = move.Sequence;
        changes.Update(discharge);
        foreach (var assignment in assignments)
        {
            if (assignment.DischargeId == move.DeterminationId)
                assignment.Resume(changes);
            if (move is { IsDischarge: true, Through: { } last } && !(assignment.Through <= last))
                assignment.EndWith(move.DeterminationId, last, changes);
        }

        return changes;
    }, cancellationToken);
}
