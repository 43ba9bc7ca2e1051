using Ips.Policies.Milestones;
using Ips.Policies.Payers;

namespace Ips.Policies.ClaimLines;

/// <summary>Is this claim line payable as sent?</summary>
public static class ClaimLineDecision
{
    private const string NoPayer = "none";

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<ClaimLineFacts> Kind { get; } = new(
        "claim-line", "Is this claim line payable as sent?", Evaluate,
        textDay: f => f.ServiceDate, first: First, beforeText: (_, evaluation) => Answers(evaluation, 0, null, null));

    private static void First(ClaimLineFacts facts, RuleEvaluation evaluation)
    {
        StateLineRules.Ended(facts, evaluation);
        if (evaluation.Count > 0)
            Answers(evaluation, 0, null, null);
    }

    private static void Evaluate(ClaimLineFacts facts, RuleEvaluation evaluation)
    {
        ContractDay.Require(evaluation, facts.ServiceDate);
        StateLineRules.OnMedicaid(facts, evaluation);
        if (!MilestoneGrid.IsIn(evaluation.Text.Pack) || (StateLineRules.IsStateCode(facts, evaluation) && facts.Milestone is null))
        {
            StateLineRules.Evaluate(facts, evaluation);
            PayerRoute.RequireOnLine(evaluation, byVr: false, facts.VrStatus, facts.Coverages, facts.CoverageChosen);
            evaluation.Answer("expectedModifiers", StateLineRules.ExpectedModifiers(facts, evaluation));
            Answers(evaluation, evaluation.Worst == Verdict.Met ? facts.Units ?? 0 : 0, PayerRoute.StatePayer, null);
            return;
        }

        if (facts.Milestone is not { } milestone)
        {
            ContractLineRules.MilestoneNotKnown(facts, evaluation);
            StateLineRules.Evaluate(facts, evaluation);
            Answers(evaluation, 0, null, null);
            return;
        }

        var units = ContractLineRules.Evaluate(facts, milestone, evaluation);
        StateLineRules.Evaluate(facts, evaluation);
        if (facts.Funding is { } funding)
            evaluation.Answer("expectedModifiers", MilestoneGrid.Modifiers(evaluation, milestone, funding));
        Answers(evaluation, units.Payable(evaluation) ?? 0, Codes.Of(units.Funder ?? Funder.Alliance), milestone);
    }

    /// <summary>Payer and amount are answered only when the line is settled; whether it is blocked is always answered.</summary>
    private static void Answers(RuleEvaluation evaluation, int payable, string? payer, int? milestone)
    {
        var settled = evaluation.Worst is Verdict.Met or Verdict.NotMet;
        var now = settled ? payable : 0;
        evaluation.Answer("payableUnits", now);
        evaluation.Answer("blocked", now == 0);
        if (!settled)
            return;
        evaluation.Answer("payer", payer == Codes.Of(Funder.Vr) ? payer : evaluation.Worst == Verdict.NotMet && now == 0 ? NoPayer : payer);
        if (MilestoneGrid.IsIn(evaluation.Text.Pack))
            evaluation.Answer("amount", milestone is { } n ? MilestoneGrid.Price(evaluation, n, now) : now == 0 ? 0m : null);
    }
}
