namespace Ips.Policies.Milestones;

/// <summary>Is this milestone occurrence reached, in order and within its caps, who funds it and what does Alliance pay?</summary>
public static class MilestoneDecision
{
    internal static readonly RuleId Contract = RuleId.Of("NCC-DEF-001");

    private static readonly Dictionary<int, RuleId> Reviews =
        new() { [3] = RuleId.Of("NCC-MS-03e"), [4] = RuleId.Of("NCC-MS-04e"), [5] = RuleId.Of("NCC-MS-05e"), [7] = RuleId.Of("NCC-MS-07e"), [8] = RuleId.Of("NCC-MS-08g"), [9] = RuleId.Of("NCC-MS-09e") };

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<MilestoneFacts> Kind { get; } = new(
        "milestone", "Is this milestone occurrence reached, in order and within its caps, who funds it and what does Alliance pay?", [Programs.NcCore],
        MilestoneFacts.Read, Evaluate, textDay: f => f.EventDate, beforeText: (_, ruling) =>
        {
            ruling.Answer("payableUnits", 0);
            ruling.Answer("amount", 0m);
        });

    private static void Evaluate(MilestoneFacts facts, RuleEvaluation ruling)
    {
        var n = facts.Milestone;
        ruling.Judge(Contract, Verdict.Met, $"the event of {facts.EventDate} lies in the contract");
        ruling.Judge(MilestoneGrid.CodeRule(n), facts.Funding is null ? null : true, $"milestone {n} has its own code", Fact.Of("funding", facts.Funding)).Remedy("a known funding");
        var units = n switch
        {
            1 => EngagementRules.Evaluate(facts, ruling),
            2 => IntakeRules.Evaluate(facts, ruling),
            3 => JobRules.Start(facts, ruling),
            4 => JobRules.Support(facts, ruling),
            5 => JobRules.Closure(facts, ruling),
            6 => FollowAlongRules.Evaluate(facts, ruling),
            7 => AdvancementRules.Promotion(facts, ruling),
            8 => AdvancementRules.Education(facts, ruling),
            9 => ClosureRules.Evaluate(facts, ruling),
            _ => throw new ArgumentOutOfRangeException(nameof(facts), n, "The contract has milestones 1 to 9."),
        };
        OrderRules.Evaluate(facts, ruling);
        if (Reviews.TryGetValue(n, out var review))
            ruling.Remark(review, Verdict.NeedsReview, $"Network Evaluation reviews milestone {n} and sends a letter; this answer does not stand for it");
        Answers(facts, units, ruling);
    }

    private static void Answers(MilestoneFacts facts, MilestoneUnits units, RuleEvaluation ruling)
    {
        ruling.Answer("funder", units.Funder is { } funder ? Codes.Of(funder) : null);
        ruling.Answer("code", MilestoneGrid.Code(ruling, facts.Milestone));
        if (facts.Funding is { } funding)
            ruling.Answer("modifiers", MilestoneGrid.Modifiers(ruling, facts.Milestone, funding));
        var payable = units.Payable(ruling);
        ruling.Answer("payableUnits", payable);
        if (facts.Milestone is 1 or 6)
            ruling.Answer("deniedUnits", units.Denied);
        if (payable is { } paid && ruling.Worst is Verdict.Met or Verdict.NotMet)
            ruling.Answer("amount", MilestoneGrid.Price(ruling, facts.Milestone, paid));
    }
}
