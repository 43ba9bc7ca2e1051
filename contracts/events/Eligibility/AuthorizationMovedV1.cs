namespace Ips.Contracts.Events;

/// <summary>
/// An authorization changed state without a decision of the payer: information is awaited, it returned to review, was revised, withdrawn, cancelled or
/// terminated, or was superseded by its renewal.
/// </summary>
[EventName("ips.eligibility.authorization-moved.v1")]
public sealed record AuthorizationMovedV1 : ProviderEvent
{
    /// <summary>The authorization.</summary>
    public required AuthorizationId AuthorizationId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the payer organization.</summary>
    public required string Payer { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>Code of the kind in lower case.</summary>
    public required string Kind { get; init; }

    /// <summary>The state before, as the code of the contract's state enum in lower case.</summary>
    public required string FromState { get; init; }

    /// <summary>The state, as the code of the contract's state enum in lower case.</summary>
    public required string ToState { get; init; }

    /// <summary>The day of the step.</summary>
    public required DateOnly On { get; init; }

    /// <summary>Last covered day, included; null unless it was approved.</summary>
    public required DateOnly? Through { get; init; }

    /// <summary>The rule that causes the step; null when none does.</summary>
    public required string? RuleId { get; init; }

    /// <summary>Units that went back to the payer when the provider cancelled it; null otherwise.</summary>
    public int? UnitsReturned { get; init; }

    /// <summary>The number of the new version of the request; null when it was not revised.</summary>
    public int? RequestVersion { get; init; }

    /// <inheritdoc/>
    protected override string Resource => AuthorizationId.Name;
}
