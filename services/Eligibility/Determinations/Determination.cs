using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Individuals;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>A decision whether a program admits a person on a day, and its later steps until discharge (lifecycle 2).</summary>
public sealed class Determination : IVersioned, IUpdatedRow
{
    /// <summary>The id.</summary>
    public required DeterminationId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The person, for the tenant filter.</summary>
    public Individual? Individual { get; init; }

    /// <summary>Code of the provider agency.</summary>
    public required string Provider { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>First day of service for which admission is decided.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>The state.</summary>
    public required Proto.DeterminationState State { get; set; }

    /// <summary>The receipt of admission; after a new decision, the latest one. The steps hold the others.</summary>
    public required Guid DecisionId { get; set; }

    /// <inheritdoc cref="DecisionId"/>
    public StoredDecision? Decision { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>When it was decided with yes or no, UTC; null while it is open or when it was withdrawn.</summary>
    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>Last day of eligibility, included; null while it has no end.</summary>
    public DateOnly? EligibleThrough { get; set; }

    /// <summary>When that end was recorded, UTC.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Where an override of the rules stands.</summary>
    public Proto.OverrideState OverrideState { get; set; }

    /// <summary>The rules that were not met when it was proposed.</summary>
    public List<string> OverriddenRules { get; set; } = [];

    /// <summary>Why it was proposed, encrypted because free text may be about the person.</summary>
    public byte[]? OverrideReason { get; set; }

    /// <summary>Day of the proposal.</summary>
    public DateOnly? OverrideProposedOn { get; set; }

    /// <summary>The token's subject that proposed it: another one reviews it.</summary>
    public string? OverrideProposedBy { get; set; }

    /// <summary>Who issued that token.</summary>
    public string? OverrideProposedByIssuer { get; set; }

    /// <summary>Why it was confirmed or declined, encrypted.</summary>
    public byte[]? OverrideReviewReason { get; set; }

    /// <summary>Day of that.</summary>
    public DateOnly? OverrideReviewedOn { get; set; }

    /// <summary>The token's subject that reviewed it.</summary>
    public string? OverrideReviewedBy { get; set; }

    /// <summary>Whether two persons of the payer admitted the person although this rule is not met.</summary>
    public bool Overrides(string rule) => OverrideState == Proto.OverrideState.Confirmed && OverriddenRules.Contains(rule);

    /// <summary>Whether the person is admitted by it and nothing has ended that.</summary>
    public bool Admits => State is Proto.DeterminationState.Eligible or Proto.DeterminationState.ReverifyDue or Proto.DeterminationState.DischargeReview
        or Proto.DeterminationState.Attention;

    /// <summary>Every later step. Loaded only on request.</summary>
    public List<DeterminationStep> Steps { get; init; } = [];

    /// <summary>The state that follows from a verdict on admission.</summary>
    public static Proto.DeterminationState StateOf(Policies.Verdict verdict) => verdict switch
    {
        Policies.Verdict.Met => Proto.DeterminationState.Eligible,
        Policies.Verdict.NotMet => Proto.DeterminationState.NotEligible,
        Policies.Verdict.NeedsFacts => Proto.DeterminationState.EvidencePending,
        Policies.Verdict.NeedsReview => Proto.DeterminationState.UnderReview,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "not a verdict"),
    };

    /// <summary>Moves to the state of a first decision at an instant.</summary>
    public void Move(Proto.DeterminationState to, DateTimeOffset now) => Move(new NextStep(default, to, AsOf, null), now);

    /// <summary>Moves to the state of a step at an instant. A step that leaves the state leaves the last eligible day too, but for a corrected death.</summary>
    internal void Move(NextStep next, DateTimeOffset now)
    {
        var to = next.To;
        if (to == State && next.Kind != Proto.DeterminationStepKind.Death)
            return;
        // What stands again has no end. One that had lapsed before it was discharged has the end of the lapse.
        if (State == Proto.DeterminationState.Attention || (State == Proto.DeterminationState.Discharged && to != Proto.DeterminationState.Lapsed))
            (EligibleThrough, EndedAt) = (null, null);
        State = to;
        if (to is Proto.DeterminationState.Eligible or Proto.DeterminationState.NotEligible)
            DecidedAt ??= now;
        if (to is Proto.DeterminationState.Lapsed or Proto.DeterminationState.Discharged or Proto.DeterminationState.Attention)
            (EligibleThrough, EndedAt) = (next.Through, EligibleThrough == next.Through ? EndedAt ?? now : now);
    }
}

/// <summary>A step of a determination after it was made, including a refused step. Never changed.</summary>
public sealed class DeterminationStep
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The determination.</summary>
    public required DeterminationId DeterminationId { get; init; }

    /// <summary>What happened.</summary>
    public required Proto.DeterminationStepKind Kind { get; init; }

    /// <summary>The state of the determination before the step.</summary>
    public required Proto.DeterminationState FromState { get; init; }

    /// <summary>The state after the step; the same when the step was refused.</summary>
    public required Proto.DeterminationState ToState { get; init; }

    /// <summary>The day of the step.</summary>
    public required DateOnly On { get; init; }

    /// <summary>The receipt; null when nothing was decided.</summary>
    public Guid? DecisionId { get; init; }

    /// <summary>The judgements of the payer's reviewer, and why a discharge was taken back, encrypted because they are free text; null without any.</summary>
    public byte[]? Texts { get; init; }

    /// <summary>Code of the organization that took the step.</summary>
    public required string RecordedBy { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>The step by which the person's death ended the determination; null when none did, or when that was taken back.</summary>
    public static DeterminationStep? EndedByDeath(IReadOnlyCollection<DeterminationStep> steps)
    {
        var deaths = steps.Where(step => step.Kind == Proto.DeterminationStepKind.Death && step.FromState != step.ToState).ToList();
        return deaths.Count > steps.Count(step => step.Kind == Proto.DeterminationStepKind.DeathRetraction) ? deaths.MaxBy(step => step.RecordedAt) : null;
    }
}

/// <summary>The stored determination as the contract shows it.</summary>
internal static class DeterminationsProtos
{
    /// <summary>The determination without its steps. If it is not stored, it has no name and no etag.</summary>
    public static Proto.Determination ToProto(this Determination determination, Contracts.Common.V1.Decision decision, string etag, bool stored) => new()
    {
        Name = stored ? determination.Id.Name : "",
        Individual = determination.IndividualId.Name,
        Provider = new OrganizationCode(determination.Provider).Name,
        Program = determination.Program,
        AsOf = determination.AsOf.Day(),
        State = determination.State,
        Decision = decision,
        CreateTime = stored ? determination.RecordedAt.ToTimestamp() : null,
        Etag = etag,
        EligibleThrough = determination.EligibleThrough.Day(),
        Scope = AdmissionScope.Of(determination.Program),
    };

    /// <summary>Adds the override of the rules, if one was proposed.</summary>
    public static Proto.Determination WithOverride(this Proto.Determination wire, Determination determination, PersonalDataProtector protector)
    {
        if (determination.OverrideState == default)
            return wire;
        wire.Override = new()
        {
            State = determination.OverrideState,
            RuleIds = { determination.OverriddenRules },
            Reason = determination.OverrideReason is { } reason ? protector.Unprotect(reason) : "",
            ProposedOn = determination.OverrideProposedOn.Day(),
            ReviewReason = determination.OverrideReviewReason is { } why ? protector.Unprotect(why) : "",
            ReviewedOn = determination.OverrideReviewedOn.Day(),
        };
        return wire;
    }

    /// <summary>A step without its receipt.</summary>
    public static Proto.DeterminationStep ToProto(this DeterminationStep step, PersonalDataProtector protector)
    {
        Proto.DeterminationStep wire = new()
        {
            Kind = step.Kind,
            FromState = step.FromState,
            ToState = step.ToState,
            On = step.On.Day(),
            DecisionName = step.DecisionId is { } id ? Receipts.NameOf(id) : "",
            CreateTime = step.RecordedAt.ToTimestamp(),
        };
        if (step.Texts is { } column)
            wire.MergeFrom(StepTexts.Decrypt(protector, column));
        return wire;
    }
}

/// <summary>Publishes decisions on admission.</summary>
internal static class DeterminationEvents
{
    public static DeterminationMadeV1 Made(this Determination determination, StoredDecision stored, IReadOnlyDictionary<string, object> values) => new()
    {
        DeterminationId = determination.Id,
        IndividualId = determination.IndividualId,
        Provider = determination.Provider,
        Program = determination.Program,
        AsOf = determination.AsOf,
        State = WireCode.Lower(determination.State)!,
        Verdict = stored.Verdict,
        AssessmentValidThrough = values.GetValueOrDefault("assessmentValidThrough") as DateOnly?,
        DecisionId = new(stored.Id),
        PackVersion = stored.PackVersion,
    };
}

/// <summary>The free text of a step in an encrypted column: judgements of the payer's reviewer, and why a discharge was taken back.</summary>
internal static class StepTexts
{
    public static byte[]? Encrypt(PersonalDataProtector protector, IReadOnlyList<Proto.Judgement> judgements, string reason) =>
        judgements.Count == 0 && reason.Length == 0 ? null
        : protector.Protect(Convert.ToBase64String(new Proto.DeterminationStep { Judgements = { judgements }, Reason = reason }.ToByteArray()));

    /// <summary>A step with nothing but its texts.</summary>
    public static Proto.DeterminationStep Decrypt(PersonalDataProtector protector, byte[] column) =>
        Proto.DeterminationStep.Parser.ParseFrom(Convert.FromBase64String(protector.Unprotect(column)));
}
