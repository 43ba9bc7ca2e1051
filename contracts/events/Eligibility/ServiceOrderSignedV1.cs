namespace Ips.Contracts.Events;

/// <summary>
/// A service order was signed, in force or not. Or it was decided again after a correction: attention, and in_force when it stands again.
/// </summary>
[EventName("ips.eligibility.service-order-signed.v1")]
public sealed record ServiceOrderSignedV1 : ProviderEvent
{
    /// <summary>The service order.</summary>
    public required ServiceOrderId ServiceOrderId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>The state, as the code of the contract's state enum in lower case.</summary>
    public required string State { get; init; }

    /// <summary>The verdict: Met, NotMet, NeedsFacts or NeedsReview.</summary>
    public required string Verdict { get; init; }

    /// <summary>Day on which the service was ordered.</summary>
    public required DateOnly OrderDate { get; init; }

    /// <summary>Last valid day, included; null when there is no end or it is not valid.</summary>
    public required DateOnly? ValidThrough { get; init; }

    /// <summary>Day by which a new order must be in force to leave no gap; null when this order is not in force.</summary>
    public required DateOnly? RenewalDueOn { get; init; }

    /// <summary>The stored receipt of the decision.</summary>
    public required DecisionId DecisionId { get; init; }

    /// <summary>Version of the policy pack that decided.</summary>
    public required string PackVersion { get; init; }

    /// <summary>Whether it was decided again after its signing; null when it was signed.</summary>
    public bool? DecidedAgain { get; init; }

    /// <inheritdoc/>
    protected override string Resource => ServiceOrderId.Name;
}
