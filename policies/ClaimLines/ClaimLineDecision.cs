using Ips.Policies.Milestones;

namespace Ips.Policies.ClaimLines;

/// <summary>Is this claim line payable as sent?</summary>
public static class ClaimLineDecision
{
    private const string StatePayer = "LME_MCO";
    private const string NoPayer = "none";

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<ClaimLineFacts> Kind { get; } = new(
        "claim-line", "Is this claim line payable as sent?", Programs.NorthCarolina, ClaimLineFacts.Read, Evaluate,
        textDay: f => f.ServiceDate, first: First, beforeText: (_, ruling) => Answers(ruling, 0, null, null));

    private static void First(ClaimLineFacts facts, RuleEvaluation ruling)
    {
        StateLineRules.Ended(facts, ruling);
        if (ruling.Count > 0)
            Answers(ruling, 0, null, null);
    }

    private static void Evaluate(ClaimLineFacts facts, RuleEvaluation ruling)
    {
        ruling.Judge(MilestoneDecision.Contract, Verdict.Met, $"the line of {facts.ServiceDate} lies in the contract");
        if (ruling.Program == Programs.NcState || (StateLineRules.IsStateCode(facts, ruling) && facts.Milestone is null))
        {
            StateLineRules.Evaluate(facts, ruling);
            ruling.Answer("expectedModifiers", StateLineRules.ExpectedModifiers(facts, ruling));
            Answers(ruling, ruling.Worst == Verdict.Met ? facts.Units ?? 0 : 0, StatePayer, null);
            return;
        }

        if (facts.Milestone is not { } milestone)
        {
            ContractLineRules.MilestoneNotKnown(facts, ruling);
            StateLineRules.Evaluate(facts, ruling);
            Answers(ruling, 0, null, null);
            return;
        }

        var units = ContractLineRules.Evaluate(facts, milestone, ruling);
        StateLineRules.Evaluate(facts, ruling);
        if (facts.Funding is { } funding)
            ruling.Answer("expectedModifiers", MilestoneGrid.Modifiers(ruling, milestone, funding));
        Answers(ruling, units.Payable(ruling) ?? 0, Codes.Of(units.Funder ?? Funder.Alliance), milestone);
    }

    /// <summary>Payer and amount are told only when the line is settled; whether it is blocked is always told.</summary>
    private static void Answers(RuleEvaluation ruling, int payable, string? payer, int? milestone)
    {
        var settled = ruling.Worst is Verdict.Met or Verdict.NotMet;
        var now = settled ? payable : 0;
        ruling.Answer("payableUnits", now);
        ruling.Answer("blocked", now == 0);
        if (!settled)
            return;
        ruling.Answer("payer", payer == Codes.Of(Funder.Vr) ? payer : ruling.Worst == Verdict.NotMet && now == 0 ? NoPayer : payer);
        if (ruling.Program == Programs.NcCore)
            ruling.Answer("amount", milestone is { } n ? MilestoneGrid.Price(ruling, n, now) : now == 0 ? 0m : null);
    }
}
