using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>The question whether a program admits a person on a day, its answer, and what came after it until discharge (lifecycle 2).</summary>
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
    public required Proto.DeterminationState State { get; set; }

    /// <summary>The receipt of admission; decided again, the latest one. The others are with the steps.</summary>
    public required Guid DecisionId { get; set; }

    /// <inheritdoc cref="DecisionId"/>
    public StoredDecision? Decision { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>When it was answered with a yes or a no, UTC; null while it is open or when it was withdrawn.</summary>
    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>Last day on which the person is eligible by it, included; null while it has no end.</summary>
    public DateOnly? EligibleThrough { get; set; }

    /// <summary>When that end was recorded, UTC.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Every later step. Not loaded unless asked for.</summary>
    public List<DeterminationStep> Steps { get; init; } = [];

    /// <summary>What a verdict on admission means for the person.</summary>
    public static Proto.DeterminationState StateOf(Policies.Verdict verdict) => verdict switch
    {
        Policies.Verdict.Met => Proto.DeterminationState.Eligible,
        Policies.Verdict.NotMet => Proto.DeterminationState.NotEligible,
        Policies.Verdict.NeedsFacts => Proto.DeterminationState.EvidencePending,
        Policies.Verdict.NeedsReview => Proto.DeterminationState.UnderReview,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "not a verdict"),
    };

    /// <summary>Goes to a state at an instant; <paramref name="through"/> is the last eligible day of one that ends.</summary>
    public void Move(Proto.DeterminationState to, DateOnly? through, DateTimeOffset now)
    {
        if (to == State)
            return;
        State = to;
        if (to is Proto.DeterminationState.Eligible or Proto.DeterminationState.NotEligible)
            DecidedAt ??= now;
        if (to is Proto.DeterminationState.Lapsed or Proto.DeterminationState.Discharged)
            (EligibleThrough, EndedAt) = (through, EligibleThrough == through ? EndedAt ?? now : now);
    }
}

/// <summary>A step of a determination after it was made, also one that was refused. Never changed.</summary>
public sealed class DeterminationStep
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The determination.</summary>
    public required DeterminationId DeterminationId { get; init; }

    /// <summary>What happened.</summary>
    public required Proto.DeterminationStepKind Kind { get; init; }

    /// <summary>Where the determination stood before.</summary>
    public required Proto.DeterminationState FromState { get; init; }

    /// <summary>Where it stood after; the same when the step was refused.</summary>
    public required Proto.DeterminationState ToState { get; init; }

    /// <summary>The day of the step.</summary>
    public required DateOnly On { get; init; }

    /// <summary>The receipt; null when nothing was decided.</summary>
    public Guid? DecisionId { get; init; }

    /// <summary>The judgements of the payer's reviewer, sealed, because their reasons are free text; null in every other step.</summary>
    public byte[]? Judgements { get; init; }

    /// <summary>Code of the organization that took the step.</summary>
    public required string RecordedBy { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
}
