using System.Globalization;

namespace Ips.Policies.Fidelity;

/// <summary>Is this contest of a draft report acceptable?</summary>
public static class FidelityContestDecision
{
    private static readonly RuleId FewItems = RuleId.Of("NC-FID-013");
    private static readonly RuleId ManyItems = RuleId.Of("NC-FID-014");
    private static readonly RuleId Current = RuleId.Of("NC-FID-015");
    private static readonly RuleId InTime = RuleId.Of("NC-FID-016");

    private static readonly Parameter<int> FewFrom = Parameter<int>.Of(FewItems, "min_score");
    private static readonly Parameter<int> MaxItems = Parameter<int>.Of(FewItems, "max_items");
    private static readonly Parameter<int> ManyThrough = Parameter<int>.Of(ManyItems, "max_score");
    private static readonly Parameter<int> DueDays = Parameter<int>.Of(InTime, "due_business_days");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<FidelityContestFacts> Kind { get; } = new(
        "fidelity-contest", "Is this contest of a draft report acceptable?", Evaluate);

    private static void Evaluate(FidelityContestFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(InTime))
            return;
        RequireItems(facts, evaluation);
        RequireEvidence(facts, evaluation);
        LastDay? due = facts.DraftReceivedDate is { } received ? evaluation.Calendar.LastDayAfter(received, evaluation.Value(DueDays)) : null;
        evaluation.Require(InTime, facts.SubmittedDate is { } sent && due is { } last ? last.InTime(sent) : Verdict.NeedsFacts,
                $"data reached the evaluators on {facts.SubmittedDate}; draft received on {facts.DraftReceivedDate}, {evaluation.Value(DueDays)} business days end on {due}",
                Fact.Of(facts.DraftReceivedDate), Fact.Of(facts.SubmittedDate))
            .Remedy($"submittedDate on or before {due}");
        evaluation.Answer("dueOn", due?.Day);
    }

    private static void RequireItems(FidelityContestFacts facts, RuleEvaluation evaluation)
    {
        var score = Fact.Of(facts.DraftScore);
        var most = evaluation.Value(MaxItems);
        int? count = facts.ContestedItems?.Distinct().Count();
        if (!(facts.DraftScore < evaluation.Value(FewFrom)))
        {
            evaluation.Require(FewItems, facts.DraftScore is null || count is null ? null : count <= most,
                    $"{count} items contested at a draft score of {facts.DraftScore}, at most {most} from {evaluation.Value(FewFrom)}",
                    score, Fact.Of(facts.ContestedItems))
                .Remedy($"at most {most} contested items, chosen by the team within the same days");
        }

        if (!(facts.DraftScore > evaluation.Value(ManyThrough)))
        {
            evaluation.Require(ManyItems, facts.DraftScore is null ? null : true,
                    $"a draft score of {facts.DraftScore}: through {evaluation.Value(ManyThrough)} any number of items may be contested", score)
                .Remedy("draftScore recorded");
        }
    }

    private static void RequireEvidence(FidelityContestFacts facts, RuleEvaluation evaluation)
    {
        var bare = facts.ContestedItems?.Where(item => Supported(item, facts) == false).Distinct().Order().ToList();
        bool? all = facts.ContestedItems is null ? null : Ternary.All([.. facts.ContestedItems.Select(item => Supported(item, facts))]);
        evaluation.Require(Current, all,
                $"items without data of practice on or before {facts.LastOnsiteDay}: {(bare ?? []).Select(i => i.ToString(CultureInfo.InvariantCulture))}",
                Fact.Of(facts.ContestedItems), Fact.Of(facts.Evidence), Fact.Of(facts.LastOnsiteDay))
            .Remedy($"data of practice on or before {facts.LastOnsiteDay} for every contested item");
        if (facts is { Evidence: { } evidence, LastOnsiteDay: { } last } && evidence.All(e => e.PracticeDate is not null))
            evaluation.Answer("evidenceExcluded", evidence.Count(e => e.PracticeDate > last));
    }

    /// <summary>Whether something was sent for the item that shows practice through the last day on site.</summary>
    private static bool? Supported(int item, FidelityContestFacts facts) => facts.Evidence is null ? null
        : Ternary.Any([.. facts.Evidence.Select(e => Ternary.All(
            e.Item is { } about ? about == item : null,
            facts.LastOnsiteDay is { } last && e.PracticeDate is { } practice ? practice <= last : null))]);
}
