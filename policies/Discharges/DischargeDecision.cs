namespace Ips.Policies.Discharges;

/// <summary>May the person be discharged for this reason?</summary>
public static class DischargeDecision
{
    private static readonly RuleId Listed = RuleId.Of("NC-DISCH-001");
    private static readonly RuleId LaClearWish = RuleId.Of("LA-SVC-026");
    private static readonly RuleId LaStepDown = RuleId.Of("LA-SVC-021");
    private static readonly ReasonLists LaNoTimeLimit = ReasonLists.Of("LA-SVC-024");
    private static readonly ReasonLists MoAverageYear = ReasonLists.Of("MO-DEF-003");

    private static readonly Parameter<IReadOnlyList<string>> StepDownTo = Parameter<IReadOnlyList<string>>.Of(LaStepDown, "step_down_to");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<DischargeFacts> Kind { get; } = new(
        "discharge", "May the person be discharged for this reason?", Evaluate);

    private static void Evaluate(DischargeFacts facts, RuleEvaluation evaluation)
    {
        if (evaluation.Has(Listed))
            NcDischargeRules.Evaluate(facts, evaluation);
        RequireReason(LaNoTimeLimit, facts, evaluation);
        if (facts.DischargeReason == DischargeReason.IndividualRequest)
        {
            evaluation.Require(LaClearWish, facts.ClearlyNoLongerWants, $"clear that the member no longer wants work or IPS: {facts.ClearlyNoLongerWants}",
                    Fact.Of(facts.ClearlyNoLongerWants))
                .Remedy("clearlyNoLongerWants true");
        }

        if (facts.DischargeReason == DischargeReason.OutcomeAchieved)
        {
            evaluation.Require(LaStepDown, facts.StepDownTo is { } next ? Lists.Names(evaluation.Value(StepDownTo), next) : null,
                $"job supports go to {facts.StepDownTo.Code()}",
                    Fact.Of(facts.StepDownTo))
                .Remedy($"stepDownTo one of {evaluation.Value(StepDownTo)}");
        }

        RequireReason(MoAverageYear, facts, evaluation);
        if (evaluation.Count > 0 && MappedReason(facts.DischargeReason) is { } mapped)
            evaluation.Answer("mappedReason", Codes.Of(mapped));
    }

    /// <summary>Some reasons never end the service, some need a person's review, all others are accepted.</summary>
    private static void RequireReason(ReasonLists lists, DischargeFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(lists.Rule))
            return;
        var (refused, reviewed) = (evaluation.Value(lists.Refused), evaluation.Value(lists.Reviewed));
        var verdict = facts.DischargeReason is not { } reason ? Verdict.NeedsFacts
            : Lists.Names(refused, reason) ? Verdict.NotMet
            : Lists.Names(reviewed, reason) ? Verdict.NeedsReview
            : Verdict.Met;
        evaluation.Require(lists.Rule, verdict, $"reason {facts.DischargeReason.Code()}; never enough: {refused}; left to a person: {reviewed}",
                Fact.Of(facts.DischargeReason))
            .Remedy($"a reason other than {refused}");
    }

    private sealed record ReasonLists(RuleId Rule, Parameter<IReadOnlyList<string>> Refused, Parameter<IReadOnlyList<string>> Reviewed)
    {
        public static ReasonLists Of(string id)
        {
            var rule = RuleId.Of(id);
            return new(rule, Parameter<IReadOnlyList<string>>.Of(rule, "refused_reasons"), Parameter<IReadOnlyList<string>>.Of(rule, "reviewed_reasons"));
        }
    }

    private static DischargeReason? MappedReason(DischargeReason? reason) => reason switch
    {
        DischargeReason.OutcomeAchieved or DischargeReason.IndividualRequest or DischargeReason.NoLongerEligible => reason,
        DischargeReason.Relocated => DischargeReason.NoLongerEligible,
        _ => null,
    };
}
