namespace Ips.Contracts.Events;

/// <summary>A person's record was opened by break-glass, or such access was reviewed.</summary>
[EventName("ips.eligibility.disclosure-moved.v1")]
public sealed record DisclosureMovedV1 : ProviderEvent
{
    /// <summary>The disclosure.</summary>
    public required DisclosureId DisclosureId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the organization that opened or reviewed the record.</summary>
    public required string Organization { get; init; }

    /// <summary>Role of the caller that opened or reviewed the record.</summary>
    public required string Role { get; init; }

    /// <summary>The state, as the code of the contract's state enum in lower case.</summary>
    public required string State { get; init; }

    /// <summary>How the provider that opened it treats the person, as the code of the contract's enum in lower case; null for operations.</summary>
    public string? Relation { get; init; }

    /// <inheritdoc/>
    protected override string Resource => DisclosureId.Name;
}
