namespace Ips.Contracts.Events;

/// <summary>A claim line drew units of an authorization or returned them.</summary>
[EventName("ips.eligibility.authorization-units-moved.v1")]
public sealed record AuthorizationUnitsMovedV1 : ProviderEvent
{
    /// <summary>The authorization.</summary>
    public required AuthorizationId AuthorizationId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>Code of the kind in lower case.</summary>
    public required string Kind { get; init; }

    /// <summary>The claim line.</summary>
    public required ClaimLineId ClaimLineId { get; init; }

    /// <summary>Units moved: positive when drawn, negative when returned.</summary>
    public required int UnitsMoved { get; init; }

    /// <summary>Units left afterwards.</summary>
    public required int UnitsLeft { get; init; }

    /// <inheritdoc/>
    public override string Subject => AuthorizationId.Name;
}
