namespace Ips.Policies.Fidelity;

/// <summary>May the team accept a new member, or keep serving an existing one, on the as-of day?</summary>
public static class IntakeStatusDecision
{
    private static readonly RuleId NewTeam = RuleId.Of("LA-FID-009");
    private static readonly RuleId KeepsGood = RuleId.Of("LA-FID-011");
    private static readonly RuleId Forfeits = RuleId.Of("LA-FID-013");
    private static readonly RuleId KeepsMembers = RuleId.Of("LA-FID-014");
    private static readonly RuleId ReviewedAgain = RuleId.Of("LA-FID-015");
    private static readonly RuleId Resumes = RuleId.Of("LA-FID-016");
    private static readonly Parameter<int> ReviewedWithin = Parameter<int>.Of(Resumes, "review_within");
    private static readonly Parameter<int> AgainWithin = Parameter<int>.Of(ReviewedAgain, "review_within");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<IntakeStatusFacts> Kind { get; } = new(
        "intake-status", "May the team accept a new member, or keep serving an existing one?", Evaluate);

    private static void Evaluate(IntakeStatusFacts facts, RuleEvaluation evaluation)
    {
        var latest = facts.LatestReview();
        DateOnly? cureBy = facts.CapImplementedDate is { } implemented ? Days.MonthsAfter(implemented, evaluation.Value(LaFidelityRules.CureMonths)) : null;
        if (facts.Purpose == IntakePurpose.ExistingMember)
            ExistingMember(facts, latest, cureBy, evaluation);
        else if (NewMember(facts, latest, cureBy, evaluation) is { } intake)
        {
            evaluation.Answer("intake", Codes.Of(intake));
            if (intake == Intake.Suspended)
                Again(facts, evaluation);
        }

        evaluation.Answer("cureBy", cureBy);
        evaluation.Answer("reReviewDueOn", facts.SuspendedOn is { } suspended ? Days.MonthsAfter(suspended, evaluation.Value(ReviewedWithin)) : null);
    }

    /// <summary>
    /// Whether a suspended team was reviewed again in time. It says nothing about whom the team may take; an earlier text has no such question.
    /// </summary>
    private static void Again(IntakeStatusFacts facts, RuleEvaluation evaluation)
    {
        if (facts.SuspendedOn is not { } suspended || evaluation.Text.Rule(ReviewedAgain)?.Kind != RuleKind.Evaluated)
            return;
        var due = Days.MonthsAfter(suspended, evaluation.Value(AgainWithin));
        var again = facts.Reviews?.Where(review => review.Date > suspended).Min(review => review.Date);
        evaluation.Remark(ReviewedAgain, (again ?? evaluation.AsOf) <= due,
            $"{Words.Day(again, "reviewed again on ", "not reviewed again")}; suspended from {suspended}, due {due}");
    }

    private static Intake? NewMember(IntakeStatusFacts facts, ExternalReview? latest, DateOnly? cureBy, RuleEvaluation evaluation)
    {
        var good = evaluation.Value(LaFidelityRules.GoodFrom);
        if (latest?.Score is not { } score)
        {
            evaluation.Require(KeepsGood, Verdict.NeedsFacts, $"no external review on or before {evaluation.AsOf}", new Fact("reviews", false))
                .Remedy($"an external review with a score of at least {good}");
            return null;
        }

        if (score >= good)
        {
            evaluation.Require(KeepsGood, Verdict.Met, $"score {score} on {latest.Date}, {good} keeps intake open");
            if (latest.Date > facts.SuspendedOn)
                evaluation.Require(Resumes, Verdict.Met, $"score {score} on {latest.Date} ends the suspension of {facts.SuspendedOn}");
            return Intake.Open;
        }

        return facts.TeamStatus switch
        {
            TeamStatus.New => NewTeamStaysOpen(score, evaluation),
            TeamStatus.Existing => Existing(facts, score, cureBy, evaluation),
            _ => StandingNotKnown(facts, evaluation),
        };
    }

    private static Intake NewTeamStaysOpen(int score, RuleEvaluation evaluation)
    {
        evaluation.Require(NewTeam, Verdict.Met, $"score {score}: a new team is not closed by its score");
        return Intake.Open;
    }

    /// <summary>A score under the threshold closes an existing team, not a new one.</summary>
    private static Intake? StandingNotKnown(IntakeStatusFacts facts, RuleEvaluation evaluation)
    {
        var status = Fact.Of(facts.TeamStatus);
        evaluation.Require(NewTeam, Verdict.NeedsFacts, "whether the team is new is not known", status).Remedy("teamStatus recorded");
        evaluation.Require(facts.SuspendedOn <= evaluation.AsOf ? Forfeits : KeepsGood, Verdict.NeedsFacts,
                "whether the team is an existing one is not known", status)
            .Remedy("teamStatus recorded");
        return null;
    }

    private static Intake? Existing(IntakeStatusFacts facts, int score, DateOnly? cureBy, RuleEvaluation evaluation)
    {
        var good = evaluation.Value(LaFidelityRules.GoodFrom);
        if (facts.SuspendedOn <= evaluation.AsOf)
        {
            evaluation.Require(Forfeits, Verdict.NotMet, $"intake is suspended from {facts.SuspendedOn} and the latest score is {score}")
                .Remedy($"an external review later than {facts.SuspendedOn} with a score of at least {good}");
            return Intake.Suspended;
        }

        bool? inTime = cureBy is { } last ? evaluation.AsOf <= last : null;
        evaluation.Require(KeepsGood, inTime, $"score {score} under {good}, corrective plan implemented on {facts.CapImplementedDate} has until {cureBy}",
                Fact.Of(facts.CapImplementedDate))
            .Remedy($"a review with a score of at least {good}, or a corrective plan still within its time");
        if (inTime == false)
        {
            evaluation.Require(Forfeits, Verdict.NotMet, $"score {score} is still under {good} after {cureBy}")
                .Remedy($"an external review with a score of at least {good}");
        }

        return evaluation.Happened(facts.CapImplementedDate) == false ? null
            : inTime switch { true => Intake.CapInForce, false => Intake.Suspended, null => null };
    }

    private static void ExistingMember(IntakeStatusFacts facts, ExternalReview? latest, DateOnly? cureBy, RuleEvaluation evaluation)
    {
        var suspended = Suspended(facts, latest, cureBy, evaluation);
        evaluation.Require(KeepsMembers, Ternary.Any(Ternary.Not(suspended), Ternary.Not(facts.HealthSafetyViolation)),
                $"intake suspended: {suspended}; health and safety violation found: {facts.HealthSafetyViolation}",
                Fact.Of(facts.HealthSafetyViolation),
                new("teamStatus", suspended is not null || facts.TeamStatus is not null),
                new("reviews", suspended is not null || latest?.Score is not null),
                new Fact("capImplementedDate", suspended is not null || cureBy is not null).NotNeeded)
            .Remedy("no health and safety violation found by the plan or LDH");
    }

    /// <summary>A recorded suspension lasts until a later review is known to end it; without a record, intake is suspended when the time of the plan
    /// ends.</summary>
    private static bool? Suspended(IntakeStatusFacts facts, ExternalReview? latest, DateOnly? cureBy, RuleEvaluation evaluation)
    {
        bool? under = latest?.Score is { } score ? score < evaluation.Value(LaFidelityRules.GoodFrom) : null;
        if (facts.SuspendedOn is { } from && from <= evaluation.AsOf)
            return !(under == false && latest!.Date > from);
        return Ternary.All(
            facts.TeamStatus is { } status ? status == TeamStatus.Existing : null,
            under,
            cureBy is { } last ? evaluation.AsOf > last : null);
    }
}
