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

    private static readonly Parameter<int> ReviewMonths = Parameter<int>.Of(PlanReviewed, "meeting_within");

    private static readonly (RuleId Rule, FidelityTier Tier, Parameter<int> Min, Parameter<int> Max, Parameter<int> Months)[] Tiers =
        [Band(Fair, FidelityTier.Fair), Band(Good, FidelityTier.Good), Band(Exemplary, FidelityTier.Exemplary)];

    /// <summary>What follows from the final score.</summary>
    public static void Result(FidelityResultFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(Certification))
            return;
        var evaluators = evaluation.Value(Evaluators);
        evaluation.Require(ReviewedBy, facts.Evaluator is { } who ? Lists.Names(evaluators, who) : null,
            $"reviewed by {facts.Evaluator.Code()}, accepted: {evaluators}",
                Fact.Of(facts.Evaluator))
            .Remedy($"a review by one of {evaluators}");
        var min = evaluation.Value(MinScore);
        evaluation.Require(Certification, facts.FinalScore is { } score ? score >= min : null, $"final score {facts.FinalScore}, {min} keeps certification",
                Fact.Of(facts.FinalScore))
            .Remedy($"finalScore of at least {min}");
        evaluation.Require(Scheduled, facts is { FinalScore: not null, FinalReportReceivedDate: not null } ? true : null,
                $"the next review counts from the final report received on {facts.FinalReportReceivedDate} with score {facts.FinalScore}",
                Fact.Of(facts.FinalScore), Fact.Of(facts.FinalReportReceivedDate))
            .Remedy("the final report with its score and the day it was received");
        if (facts.FinalScore is { } final)
            Follows(final, min, facts, evaluation);
        else
            TierNotKnown(evaluation);
    }

    private static void Follows(int score, int min, FidelityResultFacts facts, RuleEvaluation evaluation)
    {
        var received = facts.FinalReportReceivedDate;
        var (rule, tier, months) = (Certification, FidelityTier.Below, evaluation.Value(MonthsBelow));
        foreach (var band in Tiers)
        {
            var (from, to) = (evaluation.Value(band.Min), evaluation.Value(band.Max));
            if (score < from || score > to)
                continue;
            (rule, tier, months) = (band.Rule, band.Tier, evaluation.Value(band.Months));
            evaluation.Require(rule, Verdict.Met,
                $"score {score} lies in {from} to {to}: {Codes.Of(tier)}, next review {months} months after the final report");
        }

        var (assisted, planned) = (score <= evaluation.Value(AssistanceThrough), score <= evaluation.Value(PlanThrough));
        if (assisted)
            evaluation.Remark(TechnicalAssistance, Verdict.Met, $"score {score} calls for technical assistance of an approved vendor");
        if (planned)
            Plan(score, facts, evaluation);
        evaluation.Answer("tier", Codes.Of(tier));
        evaluation.Answer("certified", score >= min);
        evaluation.Answer("nextReviewDue", received is { } day ? Days.MonthsAfter(day, months) : null, rule);
        evaluation.Answer("technicalAssistanceRequired", assisted);
        evaluation.Answer("actionPlanRequired", planned);
    }

    /// <summary>The meeting sets the hours of the months after the report, so it is held within them.</summary>
    private static void Plan(int score, FidelityResultFacts facts, RuleEvaluation evaluation)
    {
        DateOnly? last = facts.FinalReportReceivedDate is { } received && evaluation.Text.TryValue(ReviewMonths, out var months)
            ? Days.MonthsAfter(received, months) : null;
        if (last is not { } day || (facts.PlanReviewDate is null && evaluation.AsOf <= day))
        {
            evaluation.Remark(PlanReviewed, Verdict.Met, $"score {score} calls for a Fidelity Action Plan that the LME/MCO reviews with the team");
            return;
        }

        evaluation.Remark(PlanReviewed, facts.PlanReviewDate is { } met ? Ternary.All(met <= day, facts.TechnicalAssistanceHours is null ? null : true) : null,
                $"score {score}: the Fidelity Action Plan was reviewed with the LME/MCO on {facts.PlanReviewDate}, last day {day}; hours set: {facts.TechnicalAssistanceHours}",
                Fact.Of(facts.PlanReviewDate), Fact.Of(facts.TechnicalAssistanceHours))
            .Remedy($"a meeting with the LME/MCO by {day} that sets the hours of technical assistance");
    }

    /// <summary>A draft score alone never sets a tier.</summary>
    private static void TierNotKnown(RuleEvaluation evaluation)
    {
        foreach (var band in Tiers)
            evaluation.Require(band.Rule, Verdict.NeedsFacts, "the tier needs the final score", new Fact("finalScore", false));
    }

    private static (RuleId, FidelityTier, Parameter<int>, Parameter<int>, Parameter<int>) Band(RuleId rule, FidelityTier tier) =>
        (rule, tier, Parameter<int>.Of(rule, "min_score"), Parameter<int>.Of(rule, "max_score"), Parameter<int>.Of(rule, "next_review"));
}
