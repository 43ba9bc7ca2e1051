namespace Ips.Contracts.Events;

/// <summary>
/// A referral to the state vocational rehabilitation agency changed state. Or what it shows changed, the personal data, the agency's contact or plan, or a
/// decision of a closed case: then both states are the same.
/// </summary>
[EventName("ips.eligibility.referral-moved.v1")]
public sealed record ReferralMovedV1 : ProviderEvent
{
    /// <summary>The referral.</summary>
    public required ReferralId ReferralId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>The state before; null for a new referral.</summary>
    public required string? FromState { get; init; }

    /// <summary>The state, as the code of the contract's state enum in lower case.</summary>
    public required string ToState { get; init; }

    /// <summary>The day of the step.</summary>
    public required DateOnly On { get; init; }

    /// <summary>First day of the service.</summary>
    public required DateOnly ServiceInitiationDate { get; init; }

    /// <summary>The due day, included; null when none is set.</summary>
    public required DateOnly? DueOn { get; init; }

    /// <summary>Last day before it counts as late; null when none is set.</summary>
    public required DateOnly? LateAfter { get; init; }

    /// <summary>Why the agency decided or closed so, as the code of the contract in lower case; null where none was given.</summary>
    public string? ReasonCode { get; init; }

    /// <summary>Whether the agency corrected a decision that it had reported by mistake; null in every other step.</summary>
    public bool? Corrects { get; init; }

    /// <summary>First day of the agency's plan with the person; null in a step that does not set it.</summary>
    public DateOnly? PlanFrom { get; init; }

    /// <summary>Day by which the plan is to be achieved; null in a step that does not set it, or where it has none.</summary>
    public DateOnly? PlanThrough { get; init; }

    /// <inheritdoc/>
    protected override string Resource => ReferralId.Name;
}
