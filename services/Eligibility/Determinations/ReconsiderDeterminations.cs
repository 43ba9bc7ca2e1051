using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Eligibility.Individuals;
using Ips.Policies.Admission;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>
/// Decides admission again after a fact of the person was corrected or a record merged, for each determination that admits the person: for the same day of
/// first service, on the facts as they are now. The same answer stands, and so does an override of the same rules. With any other the determination needs attention, and the person is eligible on no
/// day by it, until it is decided again or a further correction makes it stand. The steps keep every receipt.
/// </summary>
public sealed class ReconsiderDeterminations(
    PolicyService policies, PersonalDataProtector protector, DeterminationSteps steps)
{
    /// <summary>Decides them again and adds what changes.</summary>
    internal async Task<Result<Changes>> Decide(IndividualId individual, Changes changes, CancellationToken cancellationToken)
    {
        foreach (var read in await steps.Load(individual, cancellationToken, Proto.DeterminationState.Eligible, Proto.DeterminationState.ReverifyDue,
            Proto.DeterminationState.DischargeReview, Proto.DeterminationState.Attention, Proto.DeterminationState.Lapsed,
            Proto.DeterminationState.EvidencePending, Proto.DeterminationState.UnderReview, Proto.DeterminationState.Discharged,
            Proto.DeterminationState.Withdrawn))
        {
            if (FollowDeath(read) is { } step)
            {
                steps.Take(read, step, store: true, changes);
                continue;
            }

            if (!read.Determination.Admits)
                continue;
            var determination = read.Determination;
            var facts = AdmissionEvidence.Of(read.Individual, Person.Decrypt(protector, read.Individual), policies.TextOn(determination.Program, determination.AsOf), determination.AsOf);
            if (!policies.Decide(determination.Program, AdmissionDecision.Kind, determination.AsOf, facts).Is(out var decided, out var problem))
                return problem;
            var needsAttention = determination.State == Proto.DeterminationState.Attention;
            var stands = Unmet(decided).All(f => (f.Verdict == Verdict.NeedsReview && IsJudgedMet(determination, f.RuleId))
                || (f.Verdict == Verdict.NotMet && determination.Overrides(f.RuleId)));
            if (stands != needsAttention)
                continue;
            steps.Take(read, new(Proto.DeterminationStepKind.Reconsideration,
                stands ? Proto.DeterminationState.Eligible : Proto.DeterminationState.Attention, determination.AsOf, decided)
            {
                Through = stands ? null : determination.AsOf.AddDays(-1),
            }, store: true, changes);
        }

        return changes;
    }

    /// <summary>
    /// The step that the person's death requires: an admission ends with its day, one that was not decided is withdrawn, and without a death both are again
    /// what they were. Null when nothing changes.
    /// </summary>
    private NextStep? FollowDeath(DeterminationCase read)
    {
        var determination = read.Determination;
        var ended = DeterminationStep.EndedByDeath(determination.Steps);
        if (read.Individual.Death is not { } death)
        {
            return ended is null ? null
                : new(Proto.DeterminationStepKind.DeathRetraction, ended.FromState, policies.Today(determination.Program)!.Value, null);
        }

        // Admitted for a later day: no day is left.
        var last = death.DiedOn < determination.AsOf ? determination.AsOf.AddDays(-1) : death.DiedOn;
        if (determination.Admits || (ended is not null && determination.State == Proto.DeterminationState.Discharged && determination.EligibleThrough != last))
            return new(Proto.DeterminationStepKind.Death, Proto.DeterminationState.Discharged, death.DiedOn, null) { Through = last };
        return determination.State is Proto.DeterminationState.EvidencePending or Proto.DeterminationState.UnderReview
            ? new(Proto.DeterminationStepKind.Death, Proto.DeterminationState.Withdrawn, death.DiedOn, null)
            : null;
    }

    private static IEnumerable<Finding> Unmet(DecisionRecord decided) =>
        decided.ToProto(stored: false).Findings.Where(f => f.Deciding && f.Verdict != Verdict.Met);

    // What the payer's reviewer judged stays judged.
    private bool IsJudgedMet(Determination determination, string rule) => determination.Steps
        .Where(step => step.Texts is not null)
        .OrderBy(step => step.RecordedAt)
        .SelectMany(step => StepTexts.Decrypt(protector, step.Texts!).Judgements)
        .LastOrDefault(judgement => judgement.RuleId == rule)?.Met == true;
}
