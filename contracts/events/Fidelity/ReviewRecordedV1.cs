namespace Ips.Contracts.Events;

/// <summary>A fidelity review was recorded, with the results that follow from its total.</summary>
[EventName("ips.fidelity.review-recorded.v1")]
public sealed record ReviewRecordedV1 : ProviderEvent
{
    /// <summary>The review.</summary>
    public required ReviewId ReviewId { get; init; }

    /// <summary>The team.</summary>
    public required TeamId TeamId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>Code of the reviewing body.</summary>
    public required string Evaluator { get; init; }

    /// <summary>Last day on site.</summary>
    public required DateOnly LastOnsiteDay { get; init; }

    /// <summary>Day on which the team received the final report; null until then.</summary>
    public required DateOnly? FinalReportReceivedOn { get; init; }

    /// <summary>Sum of the 25 scores, 25 to 125.</summary>
    public required int Total { get; init; }

    /// <summary>below, fair, good or exemplary; null while facts are missing.</summary>
    public required string? Tier { get; init; }

    /// <summary>Whether the review certifies the team.</summary>
    public required bool Certified { get; init; }

    /// <summary>Day the next review is due; null while facts are missing.</summary>
    public required DateOnly? NextReviewDue { get; init; }

    /// <summary>The rule that sets the next review; null while facts are missing.</summary>
    public string? NextReviewRule { get; init; }

    /// <summary>Day the team's next review is due, by its latest final report, which may be another one; null when it has none.</summary>
    public DateOnly? TeamNextReviewDue { get; init; }

    /// <summary>The rule that sets that day; null when there is none.</summary>
    public string? TeamNextReviewRule { get; init; }

    /// <summary>
    /// First day from which the team may take no new people by its final reports, in the past or, where only a plan's time keeps it open, ahead; null when it may.
    /// </summary>
    public DateOnly? TeamSuspendedFrom { get; init; }

    /// <summary>Last day of that suspension, included; null while no review has ended it.</summary>
    public DateOnly? TeamSuspendedThrough { get; init; }

    /// <summary>The verdict: Met, NotMet, NeedsFacts or NeedsReview.</summary>
    public required string Verdict { get; init; }

    /// <summary>The stored receipt of the decision.</summary>
    public required DecisionId DecisionId { get; init; }

    /// <summary>Version of the policy pack that decided.</summary>
    public required string PackVersion { get; init; }

    /// <inheritdoc/>
    protected override string Resource => ReviewId.Name;
}
