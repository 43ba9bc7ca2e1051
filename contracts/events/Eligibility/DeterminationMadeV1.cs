namespace Ips.Contracts.Events;

/// <summary>Admission was decided.</summary>
[EventName("ips.eligibility.determination-made.v1")]
public sealed record DeterminationMadeV1 : ProviderEvent
{
    /// <summary>The determination.</summary>
    public required DeterminationId DeterminationId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>The day for which it was decided.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>The state, as the code of the contract's state enum in lower case.</summary>
    public required string State { get; init; }

    /// <summary>The verdict: Met, NotMet, NeedsFacts or NeedsReview.</summary>
    public required string Verdict { get; init; }

    /// <summary>Last admission day for which the assessment is valid; null when there is none.</summary>
    public required DateOnly? AssessmentValidThrough { get; init; }

    /// <summary>The stored receipt of the decision.</summary>
    public required DecisionId DecisionId { get; init; }

    /// <summary>Version of the policy pack that decided.</summary>
    public required string PackVersion { get; init; }

    /// <inheritdoc/>
    public override string Subject => DeterminationId.Name;
}
