using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>A decision on admission and where it leaves the person. Never changed; a new question is a new determination.</summary>
public sealed class Determination
{
    /// <summary>The id.</summary>
    public required DeterminationId Id { get; init; }

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The person, for the tenant filter.</summary>
    public Individual? Individual { get; init; }

    /// <summary>Code of the provider agency.</summary>
    public required string Provider { get; init; }

    /// <summary>The program asked.</summary>
    public required string Program { get; init; }

    /// <summary>First day of service the question is about.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>Where it stands.</summary>
    public required Wire.DeterminationState State { get; init; }

    /// <summary>The receipt.</summary>
    public required Guid DecisionId { get; init; }

    /// <inheritdoc cref="DecisionId"/>
    public StoredDecision? Decision { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>What a verdict means for the person (lifecycle 2).</summary>
    public static Wire.DeterminationState StateOf(Policies.Verdict verdict) => verdict switch
    {
        Policies.Verdict.Met => Wire.DeterminationState.Eligible,
        Policies.Verdict.NotMet => Wire.DeterminationState.NotEligible,
        Policies.Verdict.NeedsFacts => Wire.DeterminationState.EvidencePending,
        Policies.Verdict.NeedsReview => Wire.DeterminationState.UnderReview,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "not a verdict"),
    };
}
