using Ips.Contracts.Events;
using Ips.Staffing.Db;
using Ips.Staffing.Meetings;
using Microsoft.EntityFrameworkCore;

namespace Ips.Staffing.Teams;

/// <summary>Records the day of a team's first fidelity review, which ends the clock for it. Only a final report counts; of several reviews the earliest does.</summary>
public sealed class RecordFirstReview(StaffingDb db, TeamSchedule schedule, Requests requests, TimeProvider clock)
{
    public Task Handle(ReviewRecordedV1 review, IProcessedOnce message, CancellationToken cancellationToken) => requests.Run(message, async s =>
    {
        // read
        Changes changes = new(clock.GetUtcNow());
        var readiness = await db.Readiness.AsNoTracking().SingleOrDefaultAsync(r => r.TeamId == review.TeamId, s);
        if (review.FinalReportReceivedOn is null || readiness?.FirstReviewOn <= review.LastOnsiteDay
            || await db.Teams.AsNoTracking().SingleOrDefaultAsync(t => t.Id == review.TeamId, s) is not { } team)
            return changes;

        // write
        if (readiness is null)
            readiness = changes.Insert(new ReadinessOnFile { TeamId = team.Id, Provider = team.Provider });
        else
            changes.Update(readiness);
        readiness.FirstReviewOn = review.LastOnsiteDay;
        await schedule.Sync(team, readiness, changes, s);
        return changes;
    }, cancellationToken);
}
