namespace Ips.Policies.Fidelity;

/// <summary>May the team accept a new member, or keep serving an existing one, on the as-of day?</summary>
public static class IntakeStatusDecision
{
    private static readonly RuleId NewTeam = RuleId.Of("LA-FID-009");
    private static readonly RuleId KeepsGood = RuleId.Of("LA-FID-011");
    private static readonly RuleId Forfeits = RuleId.Of("LA-FID-013");
    private static readonly RuleId KeepsMembers = RuleId.Of("LA-FID-014");
    private static readonly RuleId Resumes = RuleId.Of("LA-FID-016");
    private static readonly Parameter<int> ReviewedWithin = Parameter<int>.Of(Resumes, "review_within");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<IntakeStatusFacts> Kind { get; } = new(
        "intake-status", "May the team accept a new member, or keep serving an existing one?", Programs.Louisiana, IntakeStatusFacts.Read, Evaluate);

    private static void Evaluate(IntakeStatusFacts facts, RuleEvaluation ruling)
    {
        var latest = facts.LatestReview(ruling.AsOf);
        DateOnly? cureBy = facts.CapImplementedDate is { } implemented ? Days.MonthsAfter(implemented, ruling.Value(LaFidelityRules.CureMonths)) : null;
        if (facts.Purpose == IntakePurpose.ExistingMember)
            ExistingMember(facts, latest, cureBy, ruling);
        else if (NewMember(facts, latest, cureBy, ruling) is { } intake)
            ruling.Answer("intake", Codes.Of(intake));
        ruling.Answer("cureBy", cureBy);
        ruling.Answer("reReviewDueOn", facts.SuspendedOn is { } suspended ? Days.MonthsAfter(suspended, ruling.Value(ReviewedWithin)) : null);
    }

    private static Intake? NewMember(IntakeStatusFacts facts, ExternalReview? latest, DateOnly? cureBy, RuleEvaluation ruling)
    {
        var good = ruling.Value(LaFidelityRules.GoodFrom);
        if (latest?.Score is not { } score)
        {
            ruling.Judge(KeepsGood, Verdict.NeedsFacts, $"no external review on or before {ruling.AsOf}", new Fact("reviews", false))
                .Remedy($"an external review with a score of at least {good}");
            return null;
        }

        if (score >= good)
        {
            ruling.Judge(KeepsGood, Verdict.Met, $"score {score} on {latest.Date}, {good} keeps intake open");
            if (latest.Date > facts.SuspendedOn)
                ruling.Judge(Resumes, Verdict.Met, $"score {score} on {latest.Date} ends the suspension of {facts.SuspendedOn}");
            return Intake.Open;
        }

        return facts.TeamStatus switch
        {
            TeamStatus.New => NewTeamStaysOpen(score, ruling),
            TeamStatus.Existing => Existing(facts, score, cureBy, ruling),
            _ => StandingNotKnown(facts, ruling),
        };
    }

    private static Intake NewTeamStaysOpen(int score, RuleEvaluation ruling)
    {
        ruling.Judge(NewTeam, Verdict.Met, $"score {score}: a new team is not closed by its score");
        return Intake.Open;
    }

    /// <summary>A score under the threshold closes an existing team, not a new one.</summary>
    private static Intake? StandingNotKnown(IntakeStatusFacts facts, RuleEvaluation ruling)
    {
        var status = Fact.Of("teamStatus", facts.TeamStatus);
        ruling.Judge(NewTeam, Verdict.NeedsFacts, "whether the team is new is not known", status).Remedy("teamStatus recorded");
        ruling.Judge(facts.SuspendedOn <= ruling.AsOf ? Forfeits : KeepsGood, Verdict.NeedsFacts, "whether the team is an existing one is not known", status)
            .Remedy("teamStatus recorded");
        return null;
    }

    private static Intake? Existing(IntakeStatusFacts facts, int score, DateOnly? cureBy, RuleEvaluation ruling)
    {
        var good = ruling.Value(LaFidelityRules.GoodFrom);
        if (facts.SuspendedOn <= ruling.AsOf)
        {
            ruling.Judge(Forfeits, Verdict.NotMet, $"intake is suspended from {facts.SuspendedOn} and the latest score is {score}")
                .Remedy($"an external review later than {facts.SuspendedOn} with a score of at least {good}");
            return Intake.Suspended;
        }

        bool? inTime = cureBy is { } last ? ruling.AsOf <= last : null;
        ruling.Judge(KeepsGood, inTime, $"score {score} under {good}, corrective plan implemented on {facts.CapImplementedDate} has until {cureBy}",
                Fact.Of("capImplementedDate", facts.CapImplementedDate))
            .Remedy($"a review with a score of at least {good}, or a corrective plan still within its time");
        if (inTime == false)
        {
            ruling.Judge(Forfeits, Verdict.NotMet, $"score {score} is still under {good} after {cureBy}")
                .Remedy($"an external review with a score of at least {good}");
        }

        return inTime switch { true => Intake.CapInForce, false => Intake.Suspended, null => null };
    }

    private static void ExistingMember(IntakeStatusFacts facts, ExternalReview? latest, DateOnly? cureBy, RuleEvaluation ruling)
    {
        var suspended = Suspended(facts, latest, cureBy, ruling);
        ruling.Judge(KeepsMembers, Ternary.Any(Ternary.Not(suspended), Ternary.Not(facts.HealthSafetyViolation)),
                $"intake suspended: {suspended}; health and safety violation found: {facts.HealthSafetyViolation}",
                Fact.Of("healthSafetyViolation", facts.HealthSafetyViolation),
                new("teamStatus", suspended is not null || facts.TeamStatus is not null),
                new("reviews", suspended is not null || latest?.Score is not null),
                new("capImplementedDate", suspended is not null || cureBy is not null))
            .Remedy("no health and safety violation found by the plan or LDH");
    }

    /// <summary>A suspension on record stands until a later review is known to end it; without a record the end of the plan's time suspends.</summary>
    private static bool? Suspended(IntakeStatusFacts facts, ExternalReview? latest, DateOnly? cureBy, RuleEvaluation ruling)
    {
        bool? under = latest?.Score is { } score ? score < ruling.Value(LaFidelityRules.GoodFrom) : null;
        if (facts.SuspendedOn is { } from && from <= ruling.AsOf)
            return !(under == false && latest!.Date > from);
        return Ternary.All(
            facts.TeamStatus is { } status ? status == TeamStatus.Existing : null,
            under,
            cureBy is { } last ? ruling.AsOf > last : null);
    }
}
