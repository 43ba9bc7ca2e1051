namespace Ips.Contracts.Events;

/// <summary>
/// A deadline of billing was set, corrected, reopened, met or cancelled: with <see cref="BillingDeadlineReachedV1"/>, which is numbered within the same deadline,
/// the events by which one book holds the deadlines of the platform. It decides nothing.
/// </summary>
[EventName("ips.billing.billing-deadline-moved.v1")]
public sealed record BillingDeadlineMovedV1 : ProviderEvent
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

    /// <summary>Its state: open, due_soon, due or overdue while it runs; met or cancelled when nothing is due any more.</summary>
    public required string State { get; init; }

    /// <summary>The due day, included.</summary>
    public required DateOnly DueOn { get; init; }

    /// <summary>1 at first, one more when the day is corrected.</summary>
    public required int Arming { get; init; }

    /// <inheritdoc/>
    protected override string Resource => DeadlineId.Name;
}
