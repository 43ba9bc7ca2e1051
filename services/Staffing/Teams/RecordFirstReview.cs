using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Staffing.Db;
using Ips.Staffing.Meetings;
using Microsoft.EntityFrameworkCore;

namespace Ips.Staffing.Teams;

/// <summary>
/// Follows a team's fidelity reviews. The earliest final one that was not withdrawn ends the clock for the first review; without one the clock runs again. The total
/// of the latest one counts for the steering committee.
/// </summary>
public sealed class RecordFirstReview(StaffingDb db, TeamSchedule schedule, Requests requests, TimeProvider clock)
{
    private static readonly string[] Ended = ["withdrawn", "corrected"];

    public Task Handle(ReviewRecordedV1 review, IProcessedOnce message, CancellationToken cancellationToken) => review.FinalReportReceivedOn is null
        ? Task.CompletedTask
        : Apply(review.TeamId, review.ReviewId, message, found => (found.LastOnsiteDay, found.Total) = (review.LastOnsiteDay, review.Total), cancellationToken);

    public Task Handle(ReviewMovedV1 review, IProcessedOnce message, CancellationToken cancellationToken) => Ended.Contains(review.ToState)
        ? Apply(review.TeamId, review.ReviewId, message, found => found.Withdrawn = true, cancellationToken)
        : Task.CompletedTask;

    private Task Apply(TeamId id, ReviewId reviewId, IProcessedOnce message, Action<TeamReview> change, CancellationToken cancellationToken) => requests.Run(message, async s =>
    {
        // read
        Changes changes = new(clock.GetUtcNow());
        var readiness = await db.Readiness.AsNoTracking().SingleOrDefaultAsync(r => r.TeamId == id, s);
        var reviews = await db.TeamReviews.AsNoTracking().Where(r => r.TeamId == id).ToListAsync(s);
        if (await db.Teams.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, s) is not { } team)
            return changes;

        // write
        // Of a team whose reviews were not followed yet.
        var before = reviews.Count == 0 ? readiness?.FirstReviewOn : null;
        if (reviews.Find(r => r.Id == reviewId) is { } present)
            changes.Update(present);
        else
            reviews.Add(present = changes.Insert(new TeamReview { Id = reviewId, TeamId = id, Provider = team.Provider }));
        change(present);
        if (readiness is null)
            readiness = changes.Insert(new ReadinessOnFile { TeamId = team.Id, Provider = team.Provider });
        else
            changes.Update(readiness);
        var counting = reviews.FindAll(r => !r.Withdrawn && r.LastOnsiteDay is not null);
        readiness.FirstReviewOn = counting.Select(r => r.LastOnsiteDay).Append(before).Min();
        readiness.LatestTotal = counting.MaxBy(r => r.LastOnsiteDay)?.Total;
        await schedule.Sync(team, readiness, changes, s);
        return changes;
    }, cancellationToken);
}
