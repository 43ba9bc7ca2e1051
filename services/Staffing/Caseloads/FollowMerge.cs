using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;

namespace Ips.Staffing.Caseloads;

/// <summary>
/// Moves the assignments of a merged record to the survivor, with the meetings that reviewed the person, and back when the merge is undone. Two assignments of one
/// person to one staff member stay: each says what was done, and a caseload counts the person once. What was recorded for the survivor in between stays with it.
/// </summary>
public sealed class FollowMerge(StaffingDb db, Requests requests, TimeProvider clock)
{
    internal const string Table = "assignments";
    internal const string Reviewed = "meeting_individuals";

    public Task Handle(IndividualsMergedV1 merge, IProcessedOnce message, CancellationToken cancellationToken) => MoveRows(
        merge.Provider, (merges, changes) => merges.Join(merge.IndividualId, merge.MergedId, merge.Sequence, merge.OccurredAt, changes), message, cancellationToken);

    public Task Handle(IndividualsSeparatedV1 undo, IProcessedOnce message, CancellationToken cancellationToken) => MoveRows(
        undo.Provider, (merges, changes) => merges.Separate(undo.IndividualId, undo.SeparatedId, undo.Sequence, undo.OccurredAt, changes), message, cancellationToken);

    private Task MoveRows(string provider, Func<FollowedMerges, Changes, PersonMove?> step, IProcessedOnce message, CancellationToken cancellationToken) =>
        requests.Run(message, async s =>
        {
            Changes changes = new(clock.GetUtcNow());
            if (step(await FollowedMerges.Read(db, provider, s), changes) is not { } move)
                return changes;
            var moved = await move.Moved(db, s);
            foreach (var assignment in await db.Assignments.AsNoTracking().Where(a => a.IndividualId == move.From).ToListAsync(s))
            {
                if (!Moves(Table, assignment.Id.ToString()))
                    continue;
                assignment.IndividualId = move.To;
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

            foreach (var reviewed in await db.ReviewedIndividuals.AsNoTracking().Where(r => r.IndividualId == move.From).ToListAsync(s))
            {
                if (!Moves(Reviewed, reviewed.Id.ToString()))
                    continue;
                reviewed.IndividualId = move.To;
                changes.Update(reviewed);
            }

            return changes;

            // An undo moves what the merge moved.
            bool Moves(string table, string key)
            {
                var known = moved.ContainsKey((table, key));
                if (!known && !move.IsUndo)
                    changes.Insert(new MovedRow(table, key, move.From, provider));
                return known || !move.IsUndo;
            }
        }, cancellationToken);
}
