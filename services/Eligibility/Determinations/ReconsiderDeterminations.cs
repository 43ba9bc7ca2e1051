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
            Proto.DeterminationState.DischargeReview, Proto.DeterminationState.Attention))
        {
            var determination = read.Determination;
            var facts = AdmissionEvidence.Of(read.Individual, Person.Decrypt(protector, read.Individual), determination.AsOf);
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

    private static IEnumerable<Finding> Unmet(DecisionRecord decided) =>
        decided.ToProto(stored: false).Findings.Where(f => f.Deciding && f.Verdict != Verdict.Met);

    // What the payer's reviewer judged stays judged.
    private bool IsJudgedMet(Determination determination, string rule) => determination.Steps
        .Where(step => step.Judgements is not null)
        .OrderBy(step => step.RecordedAt)
        .SelectMany(step => Judgements.Decrypt(protector, step.Judgements!))
        .LastOrDefault(judgement => judgement.RuleId == rule)?.Met == true;
}
