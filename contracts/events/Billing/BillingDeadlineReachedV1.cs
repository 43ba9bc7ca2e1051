namespace Ips.Contracts.Events;

/// <summary>A deadline of billing reached a stage, such as the review of a milestone. It decides nothing.</summary>
[EventName("ips.billing.billing-deadline-reached.v1")]
public sealed record BillingDeadlineReachedV1 : ProviderEvent
{
    /// <summary>The deadline.</summary>
    public required DeadlineId DeadlineId { get; init; }

    /// <summary>The person; null when the deadline concerns no person.</summary>
    public required IndividualId? IndividualId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>What is due, a code such as <c>network-evaluation-review</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The rule that sets the day.</summary>
    public required string RuleId { get; init; }

    /// <summary>Resource name of what it is about, such as <c>milestones/{uuid}</c>.</summary>
    public required string About { get; init; }

    /// <summary>Code of the stage: open, due_soon, due or overdue.</summary>
    public required string State { get; init; }

    /// <summary>Days before the due day; null unless it is due soon.</summary>
    public required int? LeadDays { get; init; }

    /// <summary>The last day in time, included.</summary>
    public required DateOnly DueOn { get; init; }

    /// <summary>How often its day was set, 1 at first.</summary>
    public required int Arming { get; init; }

    /// <inheritdoc/>
    protected override string Resource => DeadlineId.Name;
}
