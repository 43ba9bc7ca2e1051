namespace Ips.Contracts.Events;

/// <summary>
/// What is known of the span in which a payer covers a person and that begins on <see cref="From"/>: recorded, corrected, retracted or joined by a merge. A
/// payer sees a person's records in every service for the days that it covers.
/// </summary>
[EventName("ips.eligibility.coverage-moved.v1")]
public sealed record CoverageMovedV1 : ProviderEvent
{
    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the payer.</summary>
    public required string Payer { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, included; null while it is open.</summary>
    public required DateOnly? Through { get; init; }

    /// <summary>Whether the payer does not cover the person in a span that begins on this day: it was recorded by mistake, or corrected to another.</summary>
    public required bool Retracted { get; init; }

    /// <inheritdoc/>
    protected override string Resource => IndividualId.Name;
}
