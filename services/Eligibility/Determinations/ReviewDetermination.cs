using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.Admission;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>
/// Records what the payer's reviewer decides where the rule text leaves the decision to a person. Medical necessity becomes a finding on the record, and
/// admission is decided again with it; the platform never computes it. Every other judgement is stored beside the receipt, whose verdict stays "needs review".
/// </summary>
public sealed class ReviewDetermination(Requests requests, PolicyService policies, PersonalDataProtector protector, Caller caller,
    TimeProvider clock, DeterminationSteps steps, TeamIntakes teams)
{
    public Task<Result<Proto.DeterminationStep>> Handle(Proto.ReviewDeterminationRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Decide(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.DeterminationStep>>> Decide(Proto.ReviewDeterminationRequest request, bool store, CancellationToken cancellationToken)
    {
        // read
        RequestValidator fields = new();
        var id = DeterminationSteps.Read(fields, request.Name, request.Etag);
        var judgements = Read(fields, request.Judgements);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await steps.Load(id, request.Etag, cancellationToken, Proto.DeterminationState.UnderReview)).Is(out var read, out var refused))
            return refused;
        var (determination, individual, _) = read;
        var facts = AdmissionEvidence.Of(individual, Person.Decrypt(protector, individual), policies.TextOn(determination.Program, determination.AsOf), determination.AsOf,
            await teams.EverySuspended(determination.Provider, determination.Program, determination.AsOf, knownAt: null, cancellationToken));
        if (!policies.Decide(determination.Program, AdmissionDecision.Kind, determination.AsOf, facts).Is(out var present, out var problem))
            return problem;
        var parts = Rules(determination.Program, RuleDuty.PartOfNecessity);
        string[] necessity = [.. Rules(determination.Program, RuleDuty.NecessityFinding), .. parts];
        if (Mismatch(present, judgements, Rules(determination.Program, RuleDuty.NecessityFinding), parts) is { } mismatch)
            return mismatch;

        // decide
        var finding = judgements.Where(j => necessity.Contains(j.Key)).Select(j => (bool?)j.Value)
            .Aggregate((bool?)null, (all, met) => all is null ? met : all & met);
        if (finding is { } necessary)
            facts = facts with { MedicalNecessityFinding = necessary ? MedicalNecessity.Met : MedicalNecessity.NotMet };
        if (!policies.Decide(determination.Program, AdmissionDecision.Kind, determination.AsOf, facts).Is(out var decided, out problem))
            return problem;
        var to = decided.Decision.Verdict == Verdict.NeedsReview
            ? judgements.Values.All(met => met) ? Proto.DeterminationState.Eligible : Proto.DeterminationState.NotEligible
            : Determination.StateOf(decided.Decision.Verdict);

        // write
        var today = policies.Today(determination.Program)!.Value;
        Changes changes = new(clock.GetUtcNow());
        if (facts.MedicalNecessityFinding is { } found && finding is not null)
        {
            individual.Record(
                new NecessityFinding(Guid.CreateVersion7(changes.Now), Codes.Of(found), today, caller.Organization, changes.Now)
                { RecordedBy = caller.Organization }, changes);
        }

        return steps.Take(read, new(Proto.DeterminationStepKind.Review, to, today, decided) { Judgements = [.. request.Judgements] }, store, changes);
    }

    private string[] Rules(string program, RuleDuty duty) => [.. policies.Engine.Programs[program].RulesFor(duty).Select(r => r.Id.Value)];

    private static Dictionary<string, bool> Read(RequestValidator fields, IReadOnlyList<Proto.Judgement> judgements)
    {
        Dictionary<string, bool> byRule = new(StringComparer.Ordinal);
        fields.Require(judgements.Count is > 0 and <= 20, "judgements", "has none or more than 20; judge each rule that needs review once");
        foreach (var (i, judgement) in judgements.Index())
        {
            fields.Text($"judgements[{i}].rule_id", judgement.RuleId, 20);
            fields.Require(judgement.HasMet, $"judgements[{i}].met", "is missing; send true or false");
            fields.Text($"judgements[{i}].reason", judgement.Reason, 2000);
            fields.Require(byRule.TryAdd(judgement.RuleId, judgement.Met), $"judgements[{i}].rule_id", "stands twice; judge each rule once");
        }

        return byRule;
    }

    /// <summary>The request must contain exactly the judgements that the receipt requires.</summary>
    private static Problem? Mismatch(
        DecisionRecord present, Dictionary<string, bool> judgements, string[] finding, string[] parts)
    {
        if (present.Decision.Verdict != Verdict.NeedsReview)
            return new Problem.Conflict("determination state", "the facts recorded since leave nothing to judge; determine it again");
        List<string> open = [.. present.Decision.Findings.Where(f => f is { Decides: true, Verdict: Verdict.NeedsReview }).Select(f => f.Rule.Value)];
        if (open.Intersect(finding).Any())
            open.AddRange(parts.Except(open));
        RequestValidator fields = new();
        foreach (var rule in open.Where(r => !judgements.ContainsKey(r)))
            fields.Wrong("judgements", $"lacks {rule}, which needs review");
        if (judgements.Keys.Any(r => !open.Contains(r)))
            fields.Wrong("judgements", $"holds a rule that needs no review; send {string.Join(", ", open)}");
        return fields.Problem;
    }
}
