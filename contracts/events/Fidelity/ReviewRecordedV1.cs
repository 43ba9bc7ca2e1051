using MassTransit;

namespace Ips.Contracts.Events;

/// <summary>A fidelity review was recorded with what follows from its total.</summary>
/// <param name="EventId">The event's own id; what lineage points at.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="ReviewId">The review.</param>
/// <param name="TeamId">The team.</param>
/// <param name="Provider">Code of the provider organization whose data it is.</param>
/// <param name="Program">The program, for example nc-core.</param>
/// <param name="Evaluator">Code of who did the review.</param>
/// <param name="LastOnsiteDay">Last day on site.</param>
/// <param name="FinalReportReceivedOn">Day the team received the final report; null while it has not.</param>
/// <param name="Total">Sum of the 25 scores, 25 to 125.</param>
/// <param name="Tier">below, fair, good or exemplary; null while facts are missing.</param>
/// <param name="Certified">Whether the team is certified by it.</param>
/// <param name="NextReviewDue">Day the next review is due; null while facts are missing.</param>
/// <param name="Verdict">The overall verdict: Met, NotMet, NeedsFacts or NeedsReview.</param>
/// <param name="DecisionId">The stored receipt.</param>
/// <param name="PackVersion">Version of the pack that decided.</param>
[EntityName("ips.fidelity.review-recorded.v1"), MessageUrn("ips:fidelity:review-recorded:v1")]
public sealed record ReviewRecordedV1(
    Guid EventId, DateTimeOffset OccurredAt, Guid ReviewId, Guid TeamId, string Provider, string Program, string Evaluator, DateOnly LastOnsiteDay,
    DateOnly? FinalReportReceivedOn, int Total, string? Tier, bool Certified, DateOnly? NextReviewDue, string Verdict, Guid DecisionId,
    string PackVersion) : IDomainEvent
{
    /// <inheritdoc/>
    public string Subject => new ReviewId(ReviewId).Name;

    /// <inheritdoc/>
    public long Sequence { get; init; }
}
