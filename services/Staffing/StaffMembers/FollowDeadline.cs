using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Staffing.Db;
using Ips.Staffing.Meetings;
using Ips.Staffing.Training;
using Microsoft.EntityFrameworkCore;

namespace Ips.Staffing.StaffMembers;

/// <summary>
/// A deadline has passed. Training or a certificate that is overdue may restrict its staff member, and a credential that has ended may block it: the state of the last day in time is compared with that of today.
/// A meeting that a program requires was missed. The end of a restriction is published by the change that ends it.
/// </summary>
public sealed class FollowDeadline(StaffingDb db, StaffRecords records, Gatekeeper gate, Requests requests, TimeProvider clock)
{
    /// <summary>The code of the stage.</summary>
    public const string Overdue = "overdue";

    public Task Handle(StaffDeadlineReachedV1 reached, IProcessedOnce message, CancellationToken cancellationToken) => requests.Run(message, async s =>
    {
        Changes changes = new(clock.GetUtcNow());
        if (TeamSchedule.Kinds.Contains(reached.Kind))
        {
            changes.Publish(new MeetingMissedV1
            {
                DeadlineId = reached.DeadlineId,
                About = reached.About,
                Provider = reached.Provider,
                Program = reached.Program,
                Kind = reached.Kind,
                RuleId = reached.RuleId,
                DueOn = reached.DueOn,
            });
            return changes;
        }

        // read
        StaffMemberId? id = reached.Kind is TrainingPlan.CertificateKind or TrainingPlan.CredentialKind && StaffMemberId.TryParse(reached.About, out var member) ? member
            : reached.Kind == TrainingPlan.Kind && TrainingRequirementId.TryParse(reached.About, out var requirement)
                ? await db.Requirements.Where(r => r.Id == requirement).Select(r => (StaffMemberId?)r.StaffMemberId).SingleOrDefaultAsync(s) : null;
        if (id is not { } staff || await records.Read(staff, s) is not { } found)
            return changes;

        // Of several that were due on one day the first open one publishes.
        if (!gate.Of(found).TryGetValue(reached.Program, out var now) || Gatekeeper.RuleOf(now.Gate) != reached.RuleId)
            return changes;

        // write
        gate.Publish(gate.Of(found, reached.DueOn), found, changes);
        return changes;
    }, cancellationToken);
}
