namespace Ips.Contracts.Events;

/// <summary>Recorded data of a person was corrected or retracted; consumers must recheck what they derived from it.</summary>
[EventName("ips.eligibility.individual-corrected.v1")]
public sealed record IndividualCorrectedV1 : ProviderEvent
{
    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>What was corrected, as a code such as enrollment or particulars; never its content.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether it was retracted without a replacement.</summary>
    public required bool Retracted { get; init; }

    /// <inheritdoc/>
    public override string Subject => IndividualId.Name;
}
