namespace Ips.Policies.Fidelity;

/// <summary>What follows from a review score? Met: the team keeps its standing.</summary>
public static class FidelityResultDecision
{
    private static readonly RuleId Repeated = RuleId.Of("MO-FID-002");
    private static readonly RuleId ActionPlan = RuleId.Of("MO-FID-004");
    private static readonly Parameter<int> GoodMin = Parameter<int>.Of(Repeated, "good_min");
    private static readonly Parameter<int> UntilGood = Parameter<int>.Of(Repeated, "months_until_good");
    private static readonly Parameter<int> OnceGood = Parameter<int>.Of(Repeated, "months_once_good");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<FidelityResultFacts> Kind { get; } = new(
        "fidelity-result", "What follows from this review score?", Evaluate);

    private static void Evaluate(FidelityResultFacts facts, RuleEvaluation evaluation)
    {
        NcFidelityRules.Result(facts, evaluation);
        LaFidelityRules.Result(facts, evaluation);
        Missouri(facts, evaluation);
        if (facts.FinalScore is not null)
            evaluation.Answer("anchorsNotChecked", FidelityScale.Ips25.NotChecked);
    }

    private static void Missouri(FidelityResultFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(Repeated))
            return;
        var good = evaluation.Value(GoodMin);
        int? months = facts.FinalScore is { } score ? evaluation.Value(score < good ? UntilGood : OnceGood) : null;
        evaluation.Require(Repeated, facts is { FinalScore: not null, ReviewDate: not null } ? true : null,
                $"score {facts.FinalScore} on {facts.ReviewDate}, good from {good}: the next review follows after {months} months",
                Fact.Of(facts.FinalScore), Fact.Of(facts.ReviewDate))
            .Remedy("finalScore and reviewDate recorded");
        evaluation.Require(ActionPlan, facts.ActionPlanDate is null ? null : true, $"the report was answered with an action plan on {facts.ActionPlanDate}",
                Fact.Of(facts.ActionPlanDate))
            .Remedy("a written action plan that answers the report");
        evaluation.Answer("tier", facts.FinalScore is { } total ? Codes.Of(total < good ? FidelityTier.BelowGood : FidelityTier.Good) : null);
        evaluation.Answer("nextReviewDue", months is { } m && facts.ReviewDate is { } reviewed ? Days.MonthsAfter(reviewed, m) : null, Repeated);
        evaluation.Answer("actionPlanRequired", true);
    }
}

/// <summary>Band of a total score. Each program has its own bands.</summary>
public enum FidelityTier
{
    /// <summary>North Carolina: under the score that keeps certification.</summary>
    Below,

    /// <summary>North Carolina: certified, under good.</summary>
    Fair,

    /// <summary>Louisiana and Missouri: under good.</summary>
    BelowGood,

    /// <summary>Good fidelity.</summary>
    Good,

    /// <summary>Exemplary fidelity (Louisiana: exceptional practice).</summary>
    Exemplary,
}
