namespace Ips.Contracts.Events;

/// <summary>Two records of one person were merged; consumers must replace <see cref="MergedId"/> with <see cref="IndividualId"/>.</summary>
[EventName("ips.eligibility.individuals-merged.v1")]
public sealed record IndividualsMergedV1 : ProviderEvent
{
    /// <summary>The record that stays.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The record that was merged into it.</summary>
    public required IndividualId MergedId { get; init; }

    /// <inheritdoc/>
    public override string Subject => IndividualId.Name;
}
