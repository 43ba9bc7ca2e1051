namespace Ips.Policies.Milestones;

/// <summary>Milestone 9: successful closure after about a year of work.</summary>
public static class ClosureRules
{
    private static readonly RuleId Plan = RuleId.Of("NCC-MS-09c");
    private static readonly RuleId History = RuleId.Of("NCC-MS-09d");

    private static readonly Parameter<IReadOnlyList<string>> PlanContents = Parameter<IReadOnlyList<string>>.Of(Plan, "contents");
    private static readonly Parameter<int> EnoughDays = Parameter<int>.Of(History, "enough_days");
    private static readonly Parameter<int> ReviewDays = Parameter<int>.Of(History, "review_days");
    private static readonly Parameter<int> LongestGap = Parameter<int>.Of(History, "longest_gap");

    /// <summary>NCC-MS-09b to -09d.</summary>
    public static MilestoneUnits Evaluate(MilestoneFacts facts, RuleEvaluation evaluation)
    {
        var funder = OncePerEpisode.InEpisode(facts, evaluation);
        var contents = evaluation.Value(PlanContents);
        evaluation.Require(Plan, Evidence.HasAll(facts.PcpContents, contents), $"the plan lacks: {Evidence.Missing(facts.PcpContents, contents)}",
                Fact.Of(facts.PcpContents))
            .Remedy($"a plan with {contents}");
        Span(facts, evaluation);
        return MilestoneUnits.Event with { Funder = funder };
    }

    private static void Span(MilestoneFacts facts, RuleEvaluation evaluation)
    {
        var gap = evaluation.Value(LongestGap);
        if (facts.EmploymentSpells is not { } spells)
        {
            evaluation.Require(History, Verdict.NeedsFacts, "the employment history is not known", Fact.Of(facts.EmploymentSpells))
                .Remedy($"a history of {evaluation.Value(EnoughDays)} days with gaps of at most {gap}");
            return;
        }

        var span = Employment.LastSpan(spells, gap, facts.EventDate);
        var days = span is var (first, last) ? Days.Between(first, last) + 1 : 0;
        var since = span is { } so ? Employment.Between(so.Last, facts.EventDate) : 0;
        var verdict = since > gap ? Verdict.NotMet
            : days >= evaluation.Value(EnoughDays) ? Verdict.Met
            : days >= evaluation.Value(ReviewDays) ? Verdict.NeedsReview
            : Verdict.NotMet;
        evaluation.Require(History, verdict,
                $"{days} days from the first to the last employed day, {since} days without work up to {facts.EventDate}; {evaluation.Value(EnoughDays)} days and gaps of at most {gap} needed")
            .Remedy($"a history of {evaluation.Value(EnoughDays)} days with gaps of at most {gap}");
        evaluation.Answer("spanDays", days);
        evaluation.Answer("longestGapDays", Employment.LongestGap(spells, facts.EventDate));
    }
}
