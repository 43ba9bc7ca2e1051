namespace Ips.Policies.Fidelity;

/// <summary>May the team accept a new member, or keep serving an existing one?</summary>
public static class IntakeDecision
{
    private static readonly RuleId NewTeam = RuleId.Of("LA-FID-009");
    private static readonly RuleId KeepsGood = RuleId.Of("LA-FID-011");
    private static readonly RuleId Forfeits = RuleId.Of("LA-FID-013");
    private static readonly RuleId KeepsServing = RuleId.Of("LA-FID-014");
    private static readonly RuleId ReviewedAgain = RuleId.Of("LA-FID-015");
    private static readonly RuleId Resumes = RuleId.Of("LA-FID-016");

    private static readonly Parameter<int> ReReviewMonths = Parameter<int>.Of(ReviewedAgain, "months_from_suspension");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<IntakeFacts> Kind { get; } = new(
        "intake-status", "May the team accept a new member, or keep serving an existing one?", Programs.Louisiana, IntakeFacts.Read, Evaluate);

    private static void Evaluate(IntakeFacts facts, Ruling ruling)
    {
        Team team = new(facts, ruling);
        if (facts.Purpose == IntakePurpose.NewMember)
            NewMember(facts, team, ruling);
        else
            ExistingMember(facts, team, ruling);
        ruling.Answer("cureBy", team.CureBy);
        ruling.Answer("reReviewDueOn", facts.SuspendedOn is { } suspended ? Days.MonthsAfter(suspended, ruling.Value(ReReviewMonths)) : null);
    }

    private static void NewMember(IntakeFacts facts, Team team, Ruling ruling)
    {
        if (team.Latest is not { } latest)
        {
            NoReview(ruling);
        }
        else if (latest.Score >= team.Good)
        {
            ruling.Judge(KeepsGood, Verdict.Met, $"the review of {latest.Date} scored {latest.Score}, {team.Good} keeps intake open");
            if (latest.Date > facts.SuspendedOn)
                ruling.Judge(Resumes, Verdict.Met, $"the review of {latest.Date} came after the suspension of {facts.SuspendedOn} and scored {latest.Score}: intake resumes");
            ruling.Answer("intake", "open");
        }
        else if (facts.TeamStatus is not { } status)
        {
            ruling.Judge(KeepsGood, Verdict.NeedsFacts, $"score {latest.Score}: the standing of the team decides", Fact.Of("teamStatus", facts.TeamStatus)).ToMeet("teamStatus recorded");
        }
        else if (status == TeamStatus.New)
        {
            ruling.Judge(NewTeam, Verdict.Met, $"a new team is not closed by its score of {latest.Score}; it becomes an existing team from {team.Good}");
            ruling.Answer("intake", "open");
        }
        else
        {
            UnderGood(facts, team, latest, ruling);
        }
    }

    private static void UnderGood(IntakeFacts facts, Team team, ReviewResult latest, Ruling ruling)
    {
        if (facts.SuspendedOn <= ruling.AsOf)
        {
            ruling.Judge(Forfeits, Verdict.NotMet, $"intake is suspended since {facts.SuspendedOn} and the review of {latest.Date} scored {latest.Score}")
                .ToMeet($"an external review after {facts.SuspendedOn} with at least {team.Good}");
            ruling.Answer("intake", "suspended");
            return;
        }

        bool? inCure = team.CureBy is { } last ? ruling.AsOf <= last : null;
        ruling.Judge(KeepsGood, inCure, $"score {latest.Score}, corrective plan implemented on {facts.CapImplementedDate}, {team.Good} is due by {team.CureBy}",
                Fact.Of("capImplementedDate", facts.CapImplementedDate))
            .ToMeet($"an external review with at least {team.Good}, or a corrective plan not older than its six months");
        if (inCure == false)
        {
            ruling.Judge(Forfeits, Verdict.NotMet, $"still {latest.Score} after {team.CureBy}: no new members")
                .ToMeet($"an external review with at least {team.Good}");
        }

        ruling.Answer("intake", inCure switch { true => "cap_in_force", false => "suspended", null => null });
    }

    private static void ExistingMember(IntakeFacts facts, Team team, Ruling ruling)
    {
        var suspended = team.Suspended();
        if (suspended != true && team.Latest is null)
        {
            NoReview(ruling);
            return;
        }

        ruling.Judge(KeepsServing, Known.Any(!suspended, Known.Not(facts.HealthSafetyViolation)),
                $"intake suspended: {suspended}, health and safety violation: {facts.HealthSafetyViolation}",
                Fact.Of("healthSafetyViolation", facts.HealthSafetyViolation), new("teamStatus", suspended is not null || facts.TeamStatus is not null),
                new("capImplementedDate", suspended is not null || facts.CapImplementedDate is not null))
            .ToMeet("healthSafetyViolation false");
    }

    private static void NoReview(Ruling ruling) =>
        ruling.Judge(KeepsGood, Verdict.NeedsFacts, $"no external review on or before {ruling.AsOf}", new Fact("reviews", false)).ToMeet("an external review");

    /// <summary>The team as it stands on the day of the question.</summary>
    private sealed class Team(IntakeFacts facts, Ruling ruling)
    {
        public int Good { get; } = ruling.Value(LaFidelityRules.GoodFrom);

        public ReviewResult? Latest { get; } = facts.Reviews?.Where(r => r.Date <= ruling.AsOf).MaxBy(r => r.Date);

        public DateOnly? CureBy { get; } = facts.CapImplementedDate is { } implemented ? Days.MonthsAfter(implemented, ruling.Value(LaFidelityRules.CureMonths)) : null;

        /// <summary>Suspended by a recorded day until a later review is good, or by a cure that failed.</summary>
        public bool? Suspended()
        {
            if (Latest?.Score >= Good)
                return facts.SuspendedOn <= ruling.AsOf && Latest.Date <= facts.SuspendedOn;
            if (facts.SuspendedOn <= ruling.AsOf)
                return true;
            bool? under = Latest is null ? null : true;
            bool? existing = facts.TeamStatus is { } status ? status == TeamStatus.Existing : null;
            bool? cureOver = CureBy is { } last ? ruling.AsOf > last : null;
            return Known.All(under, existing, cureOver);
        }
    }
}
