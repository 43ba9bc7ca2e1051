namespace Ips.Contracts.Events;

/// <summary>A meeting that a program requires of a team or a staff member was not held by its last day.</summary>
[EventName("ips.staffing.meeting-missed.v1")]
public sealed record MeetingMissedV1 : ProviderEvent
{
    /// <summary>The deadline that passed.</summary>
    public required DeadlineId DeadlineId { get; init; }

    /// <summary>Resource name of whom it is required: a team or a staff member.</summary>
    public required string About { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>What was to be held, a code such as supervision.</summary>
    public required string Kind { get; init; }

    /// <summary>The rule that sets the day.</summary>
    public required string RuleId { get; init; }

    /// <summary>The last day in time, included.</summary>
    public required DateOnly DueOn { get; init; }

    /// <inheritdoc/>
    protected override string Resource => DeadlineId.Name;
}
