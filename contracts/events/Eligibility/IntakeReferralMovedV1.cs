namespace Ips.Contracts.Events;

/// <summary>A referral of a person to an agency was received, contacted, answered, withdrawn or converted.</summary>
[EventName("ips.eligibility.intake-referral-moved.v1")]
public sealed record IntakeReferralMovedV1 : ProviderEvent
{
    /// <summary>The referral.</summary>
    public required IntakeReferralId IntakeReferralId { get; init; }

    /// <summary>The person, once converted. The id holds nothing about the person.</summary>
    public IndividualId? IndividualId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>Who referred, as the code of the contract's enum in lower case.</summary>
    public required string Source { get; init; }

    /// <summary>The state before; null for a new referral.</summary>
    public required string? FromState { get; init; }

    /// <summary>The state, as the code of the contract's enum in lower case. The same as before when only the first contact was recorded.</summary>
    public required string ToState { get; init; }

    /// <summary>The day of the step.</summary>
    public required DateOnly On { get; init; }

    /// <summary>The day of receipt.</summary>
    public required DateOnly ReceivedOn { get; init; }

    /// <summary>Calendar days from receipt to the first contact; null before it.</summary>
    public required int? DaysToFirstContact { get; init; }

    /// <inheritdoc/>
    protected override string Resource => IntakeReferralId.Name;
}
