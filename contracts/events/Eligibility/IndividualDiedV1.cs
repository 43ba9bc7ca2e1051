namespace Ips.Contracts.Events;

/// <summary>
/// The death of a person was recorded. Determinations and authorizations end with its day, each with an event of its own. A correction repeats the event with the
/// same <see cref="FactId"/> and replaces the earlier one; a retracted record counts as never recorded.
/// </summary>
[EventName("ips.eligibility.individual-died.v1")]
public sealed record IndividualDiedV1 : ProviderEvent
{
    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The recorded fact; the same for every correction of it.</summary>
    public required Guid FactId { get; init; }

    /// <summary>The day of death.</summary>
    public required DateOnly On { get; init; }

    /// <summary>Whether it had been recorded by mistake.</summary>
    public required bool Retracted { get; init; }

    /// <inheritdoc/>
    protected override string Resource => IndividualId.Name;
}
