namespace Ips.Contracts.Events;

/// <summary>
/// A fidelity review took a step after it was recorded: the draft was received, contested, its contest decided, or the review was withdrawn, corrected or answered
/// with a plan. A review that becomes final, and one that corrects another, is also published as <see cref="ReviewRecordedV1"/>.
/// </summary>
[EventName("ips.fidelity.review-moved.v1")]
public sealed record ReviewMovedV1 : ProviderEvent
{
    /// <summary>The review.</summary>
    public required ReviewId ReviewId { get; init; }

    /// <summary>The team.</summary>
    public required TeamId TeamId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>The state before, as the code of the contract's state enum in lower case.</summary>
    public required string FromState { get; init; }

    /// <summary>The state, as the code of the contract's state enum in lower case.</summary>
    public required string ToState { get; init; }

    /// <summary>The day of the step.</summary>
    public required DateOnly On { get; init; }

    /// <summary>Sum of the 25 scores after the step, 25 to 125.</summary>
    public required int Total { get; init; }

    /// <summary>Day the team's next review is due after the step, by its latest final report; null when it has none.</summary>
    public required DateOnly? TeamNextReviewDue { get; init; }

    /// <summary>The rule that sets that day; null when there is none.</summary>
    public required string? TeamNextReviewRule { get; init; }

    /// <summary>
    /// First day from which the team may take no new people by its final reports, in the past or, where only a plan's time keeps it open, ahead; null when it may.
    /// </summary>
    public DateOnly? TeamSuspendedFrom { get; init; }

    /// <summary>Last day of that suspension, included; null while no review has ended it.</summary>
    public DateOnly? TeamSuspendedThrough { get; init; }

    /// <inheritdoc/>
    protected override string Resource => ReviewId.Name;
}
