namespace Ips.Contracts.Events;

/// <summary>A milestone was decided: whether it is reached, and the amount paid.</summary>
[EventName("ips.billing.milestone-decided.v1")]
public sealed record MilestoneDecidedV1 : ProviderEvent
{
    /// <summary>The milestone.</summary>
    public required MilestoneId MilestoneId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>The milestone's number, 1 to 9.</summary>
    public required int Number { get; init; }

    /// <summary>Day of the milestone event.</summary>
    public required DateOnly EventDate { get; init; }

    /// <summary>The state, as the code of the contract's state enum in lower case.</summary>
    public required string State { get; init; }

    /// <summary>The verdict: Met, NotMet, NeedsFacts or NeedsReview.</summary>
    public required string Verdict { get; init; }

    /// <summary>Who pays: Alliance or VR; null while facts are missing.</summary>
    public required string? Funder { get; init; }

    /// <summary>Units, in the kind that the authorization or milestone counts.</summary>
    public required int Units { get; init; }

    /// <summary>Units that can be paid, within the caps.</summary>
    public required int PayableUnits { get; init; }

    /// <summary>Amount paid, two decimals; null while facts are missing.</summary>
    public required decimal? Amount { get; init; }

    /// <summary>ISO 4217 code of the amounts.</summary>
    public required string Currency { get; init; }

    /// <summary>The stored receipt of the decision.</summary>
    public required DecisionId DecisionId { get; init; }

    /// <summary>Version of the policy pack that decided.</summary>
    public required string PackVersion { get; init; }

    /// <inheritdoc/>
    public override string Subject => MilestoneId.Name;
}
