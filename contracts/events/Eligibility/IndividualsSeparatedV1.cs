namespace Ips.Contracts.Events;

/// <summary>
/// A merge of two records was undone: <see cref="SeparatedId"/> is a person of its own again. Consumers give back to it what was recorded for it before the
/// merge. What was recorded for the survivor since then stays with the survivor.
/// </summary>
[EventName("ips.eligibility.individuals-separated.v1")]
public sealed record IndividualsSeparatedV1 : ProviderEvent
{
    /// <summary>The record that was the survivor. The sequence of the event orders it after the merge.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The record that had been merged into it.</summary>
    public required IndividualId SeparatedId { get; init; }

    /// <inheritdoc/>
    protected override string Resource => IndividualId.Name;
}
