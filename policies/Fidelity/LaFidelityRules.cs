namespace Ips.Policies.Fidelity;

/// <summary>What a review score means for a Louisiana team (LA-FID-005 to -012).</summary>
public static class LaFidelityRules
{
    private static readonly RuleId Manual = RuleId.Of("LA-FID-001");
    private static readonly RuleId Improves = RuleId.Of("LA-FID-005");
    private static readonly RuleId LowItemPlan = RuleId.Of("LA-FID-006");
    private static readonly RuleId PlanInTime = RuleId.Of("LA-FID-007");
    private static readonly RuleId NewRepeated = RuleId.Of("LA-FID-008");
    private static readonly RuleId BecomesExisting = RuleId.Of("LA-FID-009");
    private static readonly RuleId ExistingRepeated = RuleId.Of("LA-FID-010");
    private static readonly RuleId KeepsGood = RuleId.Of("LA-FID-011");
    private static readonly RuleId Exceptional = RuleId.Of("LA-FID-012");

    private static readonly Parameter<IReadOnlyList<string>> Scales = Parameter<IReadOnlyList<string>>.Of(Manual, "scales");
    private static readonly Parameter<int> StartDays = Parameter<int>.Of(LowItemPlan, "start_business_days");
    private static readonly Parameter<int> PlanDays = Parameter<int>.Of(PlanInTime, "days_from_findings");
    private static readonly Parameter<int> NewMonths = Parameter<int>.Of(NewRepeated, "interval");
    private static readonly Parameter<int> ExistingFrom = Parameter<int>.Of(BecomesExisting, "min_score");
    private static readonly Parameter<int> ExistingMonths = Parameter<int>.Of(ExistingRepeated, "interval");
    private static readonly Parameter<int> ExceptionalFrom = Parameter<int>.Of(Exceptional, "min_score");
    private static readonly Parameter<int> ExceptionalMonths = Parameter<int>.Of(Exceptional, "max_interval");

    internal static readonly Parameter<int> GoodFrom = Parameter<int>.Of(KeepsGood, "min_score");
    internal static readonly Parameter<int> CureMonths = Parameter<int>.Of(KeepsGood, "cure_within");

    // A score is final once the findings are issued. Where their day is not given, the score stands.
    private static Fact Issued => new("findingsDate", true);

    /// <summary>What follows from the final score.</summary>
    public static void Result(FidelityResultFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(KeepsGood))
            return;
        if (facts.Scale is { } scale)
        {
            var scales = evaluation.Value(Scales);
            evaluation.Require(Manual, scales.Contains(scale, StringComparer.Ordinal), $"scored with {scale}, accepted: {scales}")
                .Remedy($"a review with one of {scales}");
        }

        if (facts.TeamStatus != TeamStatus.Existing)
            New(facts, evaluation);
        if (facts.TeamStatus != TeamStatus.New)
            Existing(facts, evaluation);
        if (facts.FinalScore is { } score)
            Tier(score, facts, evaluation);
    }

    private static void New(FidelityResultFacts facts, RuleEvaluation evaluation)
    {
        var (score, good) = (facts.FinalScore, evaluation.Value(ExistingFrom));
        bool? isNew = facts.TeamStatus is null ? null : true;
        var status = Fact.Of(facts.TeamStatus);
        if (!(score >= good))
        {
            evaluation.Require(NewRepeated, Ternary.All(isNew, score is not null && facts.ReviewDate is not null ? true : null),
                    $"a new team with score {score} on {facts.ReviewDate} is reviewed again after {evaluation.Value(NewMonths)} months",
                    status, Fact.Of(score, nameof(facts.FinalScore)), Fact.Of(facts.ReviewDate), Issued)
                .Remedy("teamStatus, finalScore and reviewDate recorded");
            if (facts.PreviousScore is { } previous)
            {
                evaluation.Require(Improves, Ternary.All(isNew, score > previous is var higher && score is null ? null : higher),
                    $"score {score} after {previous}",
                        status, Fact.Of(score, nameof(facts.FinalScore)))
                    .Remedy($"finalScore of at least {previous + 1}");
            }
        }

        if (!(score < good))
        {
            evaluation.Require(BecomesExisting, Ternary.All(isNew, score is null ? null : true),
                $"score {score}, a new team becomes an existing team from {good}",
                status, Fact.Of(score, nameof(facts.FinalScore)), new("reviewDate", true), Issued);
        }

        Corrective(facts, isNew, evaluation);
        if (isNew is null)
            return;
        evaluation.Answer("nextReviewDue", score < good && facts.ReviewDate is { } reviewed ? Days.MonthsAfter(reviewed, evaluation.Value(NewMonths)) : null,
            NewRepeated);
        evaluation.Answer("teamStatusAfter", score is { } s ? Codes.Of(s >= good ? TeamStatus.Existing : TeamStatus.New) : null);
    }

    /// <summary>Low items of a new team call for a corrective plan, which has its day.</summary>
    private static void Corrective(FidelityResultFacts facts, bool? isNew, RuleEvaluation evaluation)
    {
        DateOnly? due = facts.FindingsDate is { } found ? Days.After(found, evaluation.Value(PlanDays)) : null;
        // The plan may want it sooner, never later.
        due = due is { } days && facts.CorrectivePlanDueBy is { } sooner && sooner < days ? sooner : due;
        if (facts.CapImplementedDate is { } implemented && facts.LowItems != 0)
        {
            evaluation.Require(PlanInTime, Ternary.Any(isNew is null ? null : false, facts.LowItems is null ? null : false, due is { } last
                ? implemented <= last : null),
                    $"corrective plan implemented on {implemented}, findings of {facts.FindingsDate}, due {due}",
                    Fact.Of(facts.TeamStatus), Fact.Of(facts.LowItems), Fact.Of(facts.FindingsDate), Fact.Of(facts.CapImplementedDate))
                .Remedy($"capImplementedDate on or before {due}");
        }

        if (isNew is null || facts.LowItems is not { } low)
            return;
        if (low > 0)
        {
            if (facts.CapStartedDate is null || !evaluation.Text.TryValue(StartDays, out var within))
                evaluation.Remark(LowItemPlan, Verdict.Met, $"{low} items scored 1, 2 or 3 call for a corrective plan at once, implemented by {due}");
            else
                Started(facts, low, within, evaluation);
            evaluation.Answer("correctivePlanDue", due);
        }

        evaluation.Answer("correctivePlanRequired", low > 0);
    }

    /// <summary>At once means by the next business day after the findings; and the plan has approved it.</summary>
    private static void Started(FidelityResultFacts facts, int low, int within, RuleEvaluation evaluation)
    {
        LastDay? by = facts.FindingsDate is { } found ? evaluation.Calendar.LastDayAfter(found, within) : null;
        var timely = by is { } last && facts.CapStartedDate is { } started ? last.InTime(started) : Verdict.NeedsFacts;
        evaluation.Require(LowItemPlan, Ternary.Worst(timely, facts.CapApprovedDate is null ? Verdict.NeedsFacts : Verdict.Met),
                $"{low} items scored 1, 2 or 3; corrective plan begun on {facts.CapStartedDate}, last day {by}, approved on {facts.CapApprovedDate}",
                Fact.Of(facts.FindingsDate), Fact.Of(facts.CapStartedDate), Fact.Of(facts.CapApprovedDate))
            .Remedy($"a corrective plan that the plan approved, begun by {by}");
    }

    private static void Existing(FidelityResultFacts facts, RuleEvaluation evaluation)
    {
        var (score, good) = (facts.FinalScore, evaluation.Value(GoodFrom));
        bool? isExisting = facts.TeamStatus is null ? null : true;
        var status = Fact.Of(facts.TeamStatus);
        evaluation.Require(ExistingRepeated, Ternary.All(isExisting, score is not null && facts.ReviewDate is not null ? true : null),
                $"an existing team with score {score} on {facts.ReviewDate} is reviewed at least every {evaluation.Value(ExistingMonths)} months",
                status, Fact.Of(score, nameof(facts.FinalScore)), Fact.Of(facts.ReviewDate), Issued)
            .Remedy("teamStatus, finalScore and reviewDate recorded");
        evaluation.Require(KeepsGood, isExisting is null || score is null ? null : score >= good,
                $"score {score}, an existing team keeps {good} or more", status, Fact.Of(score, nameof(facts.FinalScore)))
            .Remedy($"finalScore of at least {good}");
        if (isExisting is null)
            return;
        evaluation.Answer("teamStatusAfter", Codes.Of(TeamStatus.Existing));
        evaluation.Answer("correctivePlanRequired", score is null ? null : score < good);
        evaluation.Answer("cureBy", score < good && facts.CapImplementedDate is { } implemented
            ? Days.MonthsAfter(implemented, evaluation.Value(CureMonths)) : null);
    }

    private static void Tier(int score, FidelityResultFacts facts, RuleEvaluation evaluation)
    {
        var (good, exceptional) = (score >= evaluation.Value(GoodFrom), score >= evaluation.Value(ExceptionalFrom));
        evaluation.Answer("tier", Codes.Of(exceptional ? FidelityTier.Exemplary : good ? FidelityTier.Good : FidelityTier.BelowGood));
        if (!good)
            return;
        var (rule, months) = (ExistingRepeated, evaluation.Value(ExistingMonths));
        if (exceptional && facts.GrantedIntervalMonths is { } granted)
        {
            var most = evaluation.Value(ExceptionalMonths);
            evaluation.Remark(Exceptional, granted <= most, $"score {score} is exceptional practice; the plan granted {granted} months, at most {most}");
            (rule, months) = (Exceptional, Math.Clamp(granted, months, most));
        }

        // At least so often, or more frequently as the plan prescribes.
        if (facts.PrescribedIntervalMonths is { } prescribed && prescribed < months)
            (rule, months) = (ExistingRepeated, prescribed);
        evaluation.Answer("nextReviewDue", facts.ReviewDate is { } reviewed ? Days.MonthsAfter(reviewed, months) : null, rule);
    }
}
