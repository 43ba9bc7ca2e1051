namespace Ips.Contracts.Events;

/// <summary>
/// A deadline of a contact around a job reached a stage: due soon, due or overdue. Published once per stage and <see cref="Arming"/>; it decides nothing. When a clock was ahead, the
/// same event takes back what was published too early: with a higher arming, and the stage that the deadline is in again.
/// </summary>
[EventName("ips.billing.job-deadline-reached.v1")]
public sealed record JobDeadlineReachedV1 : ProviderEvent
{
    /// <summary>The deadline.</summary>
    public required DeadlineId DeadlineId { get; init; }

    /// <summary>The person; null when the deadline concerns no person.</summary>
    public required IndividualId? IndividualId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>What is due, as a code such as after-job-start.</summary>
    public required string Kind { get; init; }

    /// <summary>The rule that sets the day.</summary>
    public required string RuleId { get; init; }

    /// <summary>Resource name of the subject of the deadline, for example jobs/{uuid}.</summary>
    public required string About { get; init; }

    /// <summary>The stage: due_soon, due or overdue; open when every stage was taken back.</summary>
    public required string State { get; init; }

    /// <summary>Days before the due day; null unless due soon.</summary>
    public required int? LeadDays { get; init; }

    /// <summary>The due day, included.</summary>
    public required DateOnly DueOn { get; init; }

    /// <summary>1 at first, one more when the day is corrected or stages are taken back. Events with a lower number are out of date.</summary>
    public required int Arming { get; init; }

    /// <inheritdoc/>
    protected override string Resource => DeadlineId.Name;
}
