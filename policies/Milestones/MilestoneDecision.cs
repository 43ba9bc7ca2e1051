using Ips.Policies.Payers;

namespace Ips.Policies.Milestones;

/// <summary>Is this milestone occurrence reached, in order and within its caps, who funds it and what does Alliance pay?</summary>
public static class MilestoneDecision
{
    private static readonly Dictionary<int, RuleId> Reviews =
        new()
        {
            [3] = RuleId.Of("NCC-MS-03e"),
            [4] = RuleId.Of("NCC-MS-04e"),
            [5] = RuleId.Of("NCC-MS-05e"),
            [7] = RuleId.Of("NCC-MS-07e"),
            [8] = RuleId.Of("NCC-MS-08g"),
            [9] = RuleId.Of("NCC-MS-09e")
        };

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<MilestoneFacts> Kind { get; } = new(
        "milestone", "Is this milestone occurrence reached, in order and within its caps, who funds it and what does Alliance pay?", Evaluate, textDay: f => f.EventDate, beforeText: (_, evaluation) =>
        {
            evaluation.Answer("payableUnits", 0);
            evaluation.Answer("amount", 0m);
        });

    private static void Evaluate(MilestoneFacts facts, RuleEvaluation evaluation)
    {
        var n = facts.Milestone;
        ContractDay.Require(evaluation, facts.EventDate, n == 1 && evaluation.HadLater("contacts"));
        evaluation.Require(MilestoneGrid.CodeRule(n), facts.Funding is null ? null : true, $"milestone {n} has its own code", Fact.Of(facts.Funding))
            .Remedy("a known funding");
        var units = n switch
        {
            1 => EngagementRules.Evaluate(facts, evaluation),
            2 => IntakeRules.Evaluate(facts, evaluation),
            3 => JobRules.Start(facts, evaluation),
            4 => JobRules.Support(facts, evaluation),
            5 => JobRules.Closure(facts, evaluation),
            6 => FollowAlongRules.Evaluate(facts, evaluation),
            7 => AdvancementRules.Promotion(facts, evaluation),
            8 => AdvancementRules.Education(facts, evaluation),
            9 => ClosureRules.Evaluate(facts, evaluation),
            _ => throw new ArgumentOutOfRangeException(nameof(facts), n, "The contract has milestones 1 to 9."),
        };
        OrderRules.Evaluate(facts, evaluation);
        if (units.Funder != Funder.Vr)
            PayerRoute.Remark(evaluation, facts.Coverages);
        if (Reviews.TryGetValue(n, out var review))
            evaluation.Remark(review, Verdict.NeedsReview, $"Network Evaluation reviews milestone {n} and sends a letter; this answer does not replace it");
        Answers(facts, units, evaluation);
    }

    private static void Answers(MilestoneFacts facts, MilestoneUnits units, RuleEvaluation evaluation)
    {
        evaluation.Answer("funder", units.Funder is { } funder ? Codes.Of(funder) : null);
        evaluation.Answer("code", MilestoneGrid.Code(evaluation, facts.Milestone));
        if (facts.Funding is { } funding)
            evaluation.Answer("modifiers", MilestoneGrid.Modifiers(evaluation, facts.Milestone, funding));
        var payable = units.Payable(evaluation);
        evaluation.Answer("payableUnits", payable);
        if (facts.Milestone is 1 or 6)
            evaluation.Answer("deniedUnits", units.Denied);
        if (payable is { } paid && evaluation.Worst is Verdict.Met or Verdict.NotMet)
            evaluation.Answer("amount", MilestoneGrid.Price(evaluation, facts.Milestone, paid));
    }
}
