namespace Ips.Policies.Staffing;

/// <summary>Is the team complete, and ready for its baseline review?</summary>
public static class TeamDecision
{
    private static readonly RuleId LaUnit = RuleId.Of("LA-STAFF-001");
    private static readonly RuleId LaSelfEvaluation = RuleId.Of("LA-FID-003");
    private static readonly RuleId LaFirstReview = RuleId.Of("LA-FID-004");
    private static readonly RuleId MoVisit = RuleId.Of("MO-READY-001");

    private static readonly RuleId MoLeadership = RuleId.Of("MO-READY-002");
    private static readonly RuleId MoGroups = RuleId.Of("MO-READY-003");

    private static readonly Parameter<IReadOnlyList<string>> Attendees = Parameter<IReadOnlyList<string>>.Of(MoLeadership, "attendees");
    private static readonly Parameter<IReadOnlyList<string>> BothAgencies = Parameter<IReadOnlyList<string>>.Of(MoLeadership, "of_two_agencies");
    private static readonly Parameter<IReadOnlyList<string>> StaffParts = Parameter<IReadOnlyList<string>>.Of(MoGroups, "staff_parts");
    private static readonly Parameter<int> LaMinEach = Parameter<int>.Of(LaUnit, "min_each");
    private static readonly Parameter<int> FirstReviewMonths = Parameter<int>.Of(LaFirstReview, "months_from_start");

    private static readonly (RuleId Rule, Parameter<string> Domain, Parameter<IReadOnlyList<string>> Accepted)[] Domains =
        [.. Enumerable.Range(5, 10).Select(n => RuleId.Of($"MO-READY-{n:000}")).Select(rule =>
            (rule, Parameter<string>.Of(rule, "domain"), Parameter<IReadOnlyList<string>>.Of(rule, "accepted")))];

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<TeamFacts> Kind { get; } = new(
        "team-composition", "Is the team complete, and ready for its baseline review?", Evaluate);

    private static void Evaluate(TeamFacts facts, RuleEvaluation evaluation)
    {
        NcTeamRules.Evaluate(facts, evaluation);
        Louisiana(facts, evaluation);
        Missouri(facts, evaluation);
    }

    private static void Louisiana(TeamFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(LaUnit))
            return;
        var min = evaluation.Value(LaMinEach);
        evaluation.Require(LaUnit, Ternary.All(AtLeast(facts.Esps, min), AtLeast(facts.TeamLeads, min)),
            $"{facts.Esps} specialists and {facts.TeamLeads} supervisors, at least {min} of each needed",
                Fact.Of(facts.Esps), Fact.Of(facts.TeamLeads))
            .Remedy($"esps and teamLeads of at least {min}");
        evaluation.Require(LaSelfEvaluation, facts.SelfEvaluationScore is null ? null : true, $"the self-evaluation scored {facts.SelfEvaluationScore}",
                Fact.Of(facts.SelfEvaluationScore))
            .Remedy("a completed self-evaluation with the fidelity scale");
        evaluation.Answer("firstReviewDueOn", facts.OperationStart is { } start ? Days.MonthsAfter(start, evaluation.Value(FirstReviewMonths)) : null);
    }

    private static void Missouri(TeamFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(MoVisit))
            return;
        evaluation.Require(MoVisit, evaluation.Happened(facts.ReadinessVisitDate),
            $"readiness visit on {facts.ReadinessVisitDate}, as of {evaluation.AsOf}",
                Fact.Of(facts.ReadinessVisitDate))
            .Remedy($"a readiness visit on or before {evaluation.AsOf}");
        if (facts.ReadinessVisitParts is { } parts && evaluation.Text.TryValue(Attendees, out var attendees))
            Visit(facts, parts, attendees, evaluation);
        foreach (var (rule, domain, accepted) in Domains)
        {
            var name = evaluation.Value(domain);
            var rating = facts.ReadinessRatings?.Where(r => Codes.Of(r.Domain) == name).Select(r => (Readiness?)r.Rating).LastOrDefault();
            bool? ready = rating is not { } found ? null : Lists.Names(evaluation.Value(accepted), found) ? true : found == Readiness.WorkNeeded ? false : null;
            evaluation.Require(rule, ready, $"domain {name} rated {rating.Code()}", new Fact($"readinessRatings[{name}]", ready is not null))
                .Remedy($"domain {name} rated one of {evaluation.Value(accepted)}");
        }
    }

    private static void Visit(TeamFacts facts, IReadOnlyList<ReadinessVisitPart> parts, IReadOnlyList<string> attendees, RuleEvaluation evaluation)
    {
        bool? met = !parts.Contains(ReadinessVisitPart.LeadershipMeeting) ? false : Ternary.All(
            attendees.Count == 0 ? true : Lists.HasAll(facts.LeadershipAttendees, attendees),
            Ternary.Any(Ternary.Not(facts.TwoAgencies), Lists.HasAll(facts.LeadershipAttendees, evaluation.Value(BothAgencies))));
        evaluation.Require(MoLeadership, met,
                $"parts of the visit: {Lists.Of(parts)}; at the leadership meeting: {Lists.Of(facts.LeadershipAttendees)}; two agencies: {facts.TwoAgencies}",
                Fact.Of(facts.LeadershipAttendees).NotNeeded, Fact.Of(facts.TwoAgencies).NotNeeded)
            .Remedy("a leadership meeting; with two agencies the top leaders of both");

        // Where there is no employment unit, there is no staff of it to meet.
        var noUnit = facts.ReadinessRatings?.Any(r => r is { Domain: ReadinessDomain.Interest, Rating: Readiness.NotApplicable }) == true;
        var staff = noUnit || Lists.HasAny(parts, evaluation.Value(StaffParts)) == true;
        evaluation.Require(MoGroups, staff && parts.Contains(ReadinessVisitPart.PeopleServed), $"parts of the visit: {Lists.Of(parts)}")
            .Remedy("an employment meeting observed or the employment staff met, and a group of people who have received services met");
    }

    internal static bool? AtLeast(int? there, int needed) => there is { } count ? count >= needed : null;
}
