namespace Ips.Policies.Staffing;

/// <summary>Is the team complete, and ready for its baseline review?</summary>
public static class TeamDecision
{
    private static readonly RuleId LaUnit = RuleId.Of("LA-STAFF-001");
    private static readonly RuleId LaSelfEvaluation = RuleId.Of("LA-FID-003");
    private static readonly RuleId LaFirstReview = RuleId.Of("LA-FID-004");
    private static readonly RuleId MoVisit = RuleId.Of("MO-READY-001");

    private static readonly Parameter<int> LaMinEach = Parameter<int>.Of(LaUnit, "min_each");
    private static readonly Parameter<int> FirstReviewMonths = Parameter<int>.Of(LaFirstReview, "months_from_start");

    private static readonly (RuleId Rule, Parameter<string> Domain, Parameter<IReadOnlyList<string>> Accepted)[] Domains =
        [.. Enumerable.Range(5, 10).Select(n => RuleId.Of($"MO-READY-{n:000}")).Select(rule =>
            (rule, Parameter<string>.Of(rule, "domain"), Parameter<IReadOnlyList<string>>.Of(rule, "accepted")))];

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<TeamFacts> Kind { get; } = new(
        "team-composition", "Is the team complete, and ready for its baseline review?", Programs.All, TeamFacts.Read, Evaluate);

    private static void Evaluate(TeamFacts facts, RuleEvaluation ruling)
    {
        switch (ruling.Program)
        {
            case Programs.NcState or Programs.NcCore:
                NcTeamRules.Evaluate(facts, ruling);
                break;
            case Programs.LaAcla or Programs.LaLhcc:
                Louisiana(facts, ruling);
                break;
            default:
                Missouri(facts, ruling);
                break;
        }
    }

    private static void Louisiana(TeamFacts facts, RuleEvaluation ruling)
    {
        var min = ruling.Value(LaMinEach);
        ruling.Judge(LaUnit, Ternary.All(AtLeast(facts.Esps, min), AtLeast(facts.TeamLeads, min)), $"{facts.Esps} specialists and {facts.TeamLeads} supervisors, at least {min} of each needed",
                Fact.Of("esps", facts.Esps), Fact.Of("teamLeads", facts.TeamLeads))
            .Remedy($"esps and teamLeads of at least {min}");
        ruling.Judge(LaSelfEvaluation, facts.SelfEvaluationScore is null ? null : true, $"the self-evaluation scored {facts.SelfEvaluationScore}",
                Fact.Of("selfEvaluationScore", facts.SelfEvaluationScore))
            .Remedy("a completed self-evaluation with the fidelity scale");
        ruling.Answer("firstReviewDueOn", facts.OperationStart is { } start ? Days.MonthsAfter(start, ruling.Value(FirstReviewMonths)) : null);
    }

    private static void Missouri(TeamFacts facts, RuleEvaluation ruling)
    {
        ruling.Judge(MoVisit, facts.ReadinessVisitDate is { } visit ? visit <= ruling.AsOf : null, $"readiness visit on {facts.ReadinessVisitDate}, asked on {ruling.AsOf}",
                Fact.Of("readinessVisitDate", facts.ReadinessVisitDate))
            .Remedy($"a readiness visit on or before {ruling.AsOf}");
        foreach (var (rule, domain, accepted) in Domains)
        {
            var name = ruling.Value(domain);
            var rating = facts.ReadinessRatings?.Where(r => Codes.Of(r.Domain) == name).Select(r => (Readiness?)r.Rating).LastOrDefault();
            bool? ready = rating is not { } found ? null : Lists.Names(ruling.Value(accepted), found) ? true : found == Readiness.WorkNeeded ? false : null;
            ruling.Judge(rule, ready, $"domain {name} rated {rating.Code()}", new Fact($"readinessRatings[{name}]", ready is not null))
                .Remedy($"domain {name} rated one of {ruling.Value(accepted)}");
        }
    }

    internal static bool? AtLeast(int? there, int needed) => there is { } count ? count >= needed : null;
}
