namespace Ips.Policies.Fidelity;

/// <summary>Tiered certification in North Carolina (NC-FID-002, -008 to -012, -017, -018).</summary>
public static class NcFidelityRules
{
    private static readonly RuleId ReviewedBy = RuleId.Of("NC-FID-002");
    private static readonly RuleId Certification = RuleId.Of("NC-FID-008");
    private static readonly RuleId Scheduled = RuleId.Of("NC-FID-009");
    private static readonly RuleId Fair = RuleId.Of("NC-FID-010");
    private static readonly RuleId Good = RuleId.Of("NC-FID-011");
    private static readonly RuleId Exemplary = RuleId.Of("NC-FID-012");
    private static readonly RuleId TechnicalAssistance = RuleId.Of("NC-FID-017");
    private static readonly RuleId PlanReviewed = RuleId.Of("NC-FID-018");

    private static readonly Parameter<IReadOnlyList<string>> Evaluators = Parameter<IReadOnlyList<string>>.Of(ReviewedBy, "evaluators");
    private static readonly Parameter<int> MinScore = Parameter<int>.Of(Certification, "min_score");
    private static readonly Parameter<int> MonthsBelow = Parameter<int>.Of(Certification, "next_review_below");
    private static readonly Parameter<int> AssistanceThrough = Parameter<int>.Of(TechnicalAssistance, "max_score");
    private static readonly Parameter<int> PlanThrough = Parameter<int>.Of(PlanReviewed, "max_score");

    private static readonly (RuleId Rule, FidelityTier Tier, Parameter<int> Min, Parameter<int> Max, Parameter<int> Months)[] Tiers =
        [Band(Fair, FidelityTier.Fair), Band(Good, FidelityTier.Good), Band(Exemplary, FidelityTier.Exemplary)];

    /// <summary>What follows from the final score.</summary>
    public static void Result(FidelityResultFacts facts, RuleEvaluation ruling)
    {
        if (!ruling.Has(Certification))
            return;
        var evaluators = ruling.Value(Evaluators);
        ruling.Judge(ReviewedBy, facts.Evaluator is { } who ? Lists.Names(evaluators, who) : null, $"reviewed by {facts.Evaluator.Code()}, accepted: {evaluators}",
                Fact.Of("evaluator", facts.Evaluator))
            .Remedy($"a review by one of {evaluators}");
        var min = ruling.Value(MinScore);
        ruling.Judge(Certification, facts.FinalScore is { } score ? score >= min : null, $"final score {facts.FinalScore}, {min} keeps certification",
                Fact.Of("finalScore", facts.FinalScore))
            .Remedy($"finalScore of at least {min}");
        ruling.Judge(Scheduled, facts is { FinalScore: not null, FinalReportReceivedDate: not null } ? true : null,
                $"the next review counts from the final report received on {facts.FinalReportReceivedDate} with score {facts.FinalScore}",
                Fact.Of("finalScore", facts.FinalScore), Fact.Of("finalReportReceivedDate", facts.FinalReportReceivedDate))
            .Remedy("the final report with its score and the day it was received");
        if (facts.FinalScore is { } final)
            Follows(final, min, facts.FinalReportReceivedDate, ruling);
        else
            TierNotKnown(ruling);
    }

    private static void Follows(int score, int min, DateOnly? received, RuleEvaluation ruling)
    {
        var (tier, months) = (FidelityTier.Below, ruling.Value(MonthsBelow));
        foreach (var band in Tiers)
        {
            var (from, to) = (ruling.Value(band.Min), ruling.Value(band.Max));
            if (score < from || score > to)
                continue;
            (tier, months) = (band.Tier, ruling.Value(band.Months));
            ruling.Judge(band.Rule, Verdict.Met, $"score {score} lies in {from} to {to}: {Codes.Of(tier)}, next review {months} months after the final report");
        }

        var (assisted, planned) = (score <= ruling.Value(AssistanceThrough), score <= ruling.Value(PlanThrough));
        if (assisted)
            ruling.Remark(TechnicalAssistance, Verdict.Met, $"score {score} calls for technical assistance of an approved vendor");
        if (planned)
            ruling.Remark(PlanReviewed, Verdict.Met, $"score {score} calls for a Fidelity Action Plan that the LME/MCO reviews with the team");
        ruling.Answer("tier", Codes.Of(tier));
        ruling.Answer("certified", score >= min);
        ruling.Answer("nextReviewDue", received is { } day ? Days.MonthsAfter(day, months) : null);
        ruling.Answer("technicalAssistanceRequired", assisted);
        ruling.Answer("actionPlanRequired", planned);
    }

    /// <summary>A draft score alone never gives a tier.</summary>
    private static void TierNotKnown(RuleEvaluation ruling)
    {
        foreach (var band in Tiers)
            ruling.Judge(band.Rule, Verdict.NeedsFacts, "the tier needs the final score", new Fact("finalScore", false));
    }

    private static (RuleId, FidelityTier, Parameter<int>, Parameter<int>, Parameter<int>) Band(RuleId rule, FidelityTier tier) =>
        (rule, tier, Parameter<int>.Of(rule, "min_score"), Parameter<int>.Of(rule, "max_score"), Parameter<int>.Of(rule, "next_review"));
}
