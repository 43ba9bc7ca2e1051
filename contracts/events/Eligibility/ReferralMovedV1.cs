namespace Ips.Contracts.Events;

/// <summary>
/// A referral to the state vocational rehabilitation agency changed state. Or the personal data that it shows were corrected: then both states are the same.
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

    /// <inheritdoc/>
    protected override string Resource => ReferralId.Name;
}
