namespace Ips.Contracts.Events;

/// <summary>A person was registered.</summary>
[EventName("ips.eligibility.individual-registered.v1")]
public sealed record IndividualRegisteredV1 : ProviderEvent
{
    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <inheritdoc/>
    public override string Subject => IndividualId.Name;
}
