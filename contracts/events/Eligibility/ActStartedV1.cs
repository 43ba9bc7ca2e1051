namespace Ips.Contracts.Events;

/// <summary>
/// ACT was recorded for a person; IPS may not run at the same time (NC-LIM-002). A correction repeats the event with the same <see cref="FactId"/> and
/// replaces the earlier one; a retracted record counts as never recorded.
/// </summary>
[EventName("ips.eligibility.act-started.v1")]
public sealed record ActStartedV1 : ProviderEvent
{
    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The recorded fact; the same for every correction of it.</summary>
    public required Guid FactId { get; init; }

    /// <summary>First day of ACT.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day of ACT, included; null while it continues.</summary>
    public required DateOnly? Through { get; init; }

    /// <summary>Whether ACT had been recorded by mistake.</summary>
    public required bool Retracted { get; init; }

    /// <inheritdoc/>
    public override string Subject => IndividualId.Name;
}
