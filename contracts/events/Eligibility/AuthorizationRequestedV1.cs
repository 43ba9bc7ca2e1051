namespace Ips.Contracts.Events;

/// <summary>A request was sent to the payer, accepted for review or not.</summary>
[EventName("ips.eligibility.authorization-requested.v1")]
public sealed record AuthorizationRequestedV1 : ProviderEvent
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

    /// <summary>The state, as the code of the contract's state enum in lower case.</summary>
    public required string State { get; init; }

    /// <summary>The verdict: Met, NotMet, NeedsFacts or NeedsReview.</summary>
    public required string Verdict { get; init; }

    /// <summary>Day the payer received it.</summary>
    public required DateOnly ReceivedOn { get; init; }

    /// <summary>First requested day.</summary>
    public required DateOnly RequestedFrom { get; init; }

    /// <summary>Last requested day, included.</summary>
    public required DateOnly RequestedThrough { get; init; }

    /// <summary>Requested units.</summary>
    public required int RequestedUnits { get; init; }

    /// <summary>The due day, included; null when none is set.</summary>
    public required DateOnly? DueOn { get; init; }

    /// <summary>The stored receipt of the decision.</summary>
    public required DecisionId DecisionId { get; init; }

    /// <summary>Version of the policy pack that decided.</summary>
    public required string PackVersion { get; init; }

    /// <summary>The authorization that it renews; null for a first request.</summary>
    public AuthorizationId? RenewsId { get; init; }

    /// <summary>Whether the payer has to decide within the expedited time; null in events from before it was published.</summary>
    public bool? Expedited { get; init; }

    /// <inheritdoc/>
    protected override string Resource => AuthorizationId.Name;
}
