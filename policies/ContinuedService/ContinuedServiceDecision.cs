namespace Ips.Policies.ContinuedService;

/// <summary>Does the person meet the conditions to continue?</summary>
public static class ContinuedServiceDecision
{
    private static readonly RuleId OneOfFive = RuleId.Of("NC-CONT-001");
    private static readonly RuleId LittleProgress = RuleId.Of("NC-CONT-002");
    private static readonly RuleId ChangedInterventions = RuleId.Of("NC-CONT-003");
    private static readonly RuleId FirstYearOfJob = RuleId.Of("NC-CONT-004");
    private static readonly RuleId Benefits = RuleId.Of("NC-CONT-005");
    private static readonly RuleId WantsChange = RuleId.Of("NC-CONT-006");
    private static readonly RuleId AsLongAsWanted = RuleId.Of("LA-SVC-030");

    private static readonly Parameter<int> FollowAlongMonths = Parameter<int>.Of(FirstYearOfJob, "months_since_job_start");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<ContinuedServiceFacts> Kind { get; } = new(
        "continued-service", "Does the person meet the conditions to continue?", Evaluate);

    private static void Evaluate(ContinuedServiceFacts facts, RuleEvaluation evaluation)
    {
        if (evaluation.Has(OneOfFive))
            RequireNorthCarolina(facts, evaluation);
        evaluation.Require(AsLongAsWanted, facts.MemberWantsSupport,
            $"the member wants and benefits from support: {facts.MemberWantsSupport}; there is no time limit",
                Fact.Of(facts.MemberWantsSupport))
            .Remedy("memberWantsSupport true");
    }

    private static void RequireNorthCarolina(ContinuedServiceFacts facts, RuleEvaluation evaluation)
    {
        var yearEnds = facts.JobStartDate is { } started ? Days.LastOfMonths(started, evaluation.Value(FollowAlongMonths)) : (DateOnly?)null;
        var little = Ternary.All(Progressed(facts, Progress.Little), facts.EffectivenessDocumented);
        var changed = Ternary.All(Progressed(facts, Progress.Progressing), facts.InterventionsModified);
        var firstYear = Ternary.All(facts.Employed, evaluation.Happened(facts.JobStartDate), yearEnds is { } last ? evaluation.AsOf <= last : null, facts.FollowAlongNeeded);
        bool? wants = facts.ChangeGoal is { } goal ? goal != ChangeGoal.None : null;

        evaluation.Require(OneOfFive, Ternary.Any(little, changed, firstYear, facts.BenefitsSupportNeeded, wants),
            $"one of five conditions is enough; met: {Held((LittleProgress, little), (ChangedInterventions, changed), (FirstYearOfJob, firstYear), (Benefits, facts.BenefitsSupportNeeded), (WantsChange, wants))}",
                Fact.Of(facts.Progress), Fact.Of(facts.EffectivenessDocumented), Fact.Of(facts.InterventionsModified),
                Fact.Of(facts.Employed), Fact.Of(facts.JobStartDate).NotNeeded, Fact.Of(facts.FollowAlongNeeded),
                Fact.Of(facts.BenefitsSupportNeeded), Fact.Of(facts.ChangeGoal))
            .Remedy("one of the conditions NC-CONT-002 to NC-CONT-006");
        evaluation.Remark(LittleProgress, little, $"progress {facts.Progress.Code()}, effectiveness documented: {facts.EffectivenessDocumented}",
                Fact.Of(facts.Progress), Fact.Of(facts.EffectivenessDocumented))
            .Remedy("little progress with a written reason that continuing is effective");
        evaluation.Remark(ChangedInterventions, changed, $"progress {facts.Progress.Code()}, interventions changed: {facts.InterventionsModified}",
                Fact.Of(facts.Progress), Fact.Of(facts.InterventionsModified))
            .Remedy("progress with interventions that are being changed");
        evaluation.Remark(FirstYearOfJob, firstYear,
            $"employed: {facts.Employed}; job since {facts.JobStartDate}, its first year ends {yearEnds}; follow-along needed: {facts.FollowAlongNeeded}",
                Fact.Of(facts.Employed), Fact.Of(facts.JobStartDate), Fact.Of(facts.FollowAlongNeeded))
            .Remedy("a job in its first year with need of follow-along");
        evaluation.Remark(Benefits, facts.BenefitsSupportNeeded, $"help with benefits needed: {facts.BenefitsSupportNeeded}",
                Fact.Of(facts.BenefitsSupportNeeded))
            .Remedy("benefitsSupportNeeded true");
        evaluation.Remark(WantsChange, wants, $"wanted change: {facts.ChangeGoal.Code()}", Fact.Of(facts.ChangeGoal)).Remedy("a change goal other than none");

        evaluation.Answer("followAlongYearEnds", yearEnds);
        if (evaluation.VerdictOf(OneOfFive) == Verdict.NotMet)
            evaluation.Answer("nextStep", "discharge_review");
    }

    private static IEnumerable<string> Held(params IEnumerable<(RuleId Rule, bool? Met)> branches) => branches.Where(b => b.Met == true)
        .Select(b => b.Rule.Value);

    private static bool? Progressed(ContinuedServiceFacts facts, Progress wanted) => facts.Progress is { } progress ? progress == wanted : null;
}
