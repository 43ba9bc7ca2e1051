namespace Ips.Policies.Discharges;

/// <summary>May the person be discharged for this reason?</summary>
public static class DischargeDecision
{
    private static readonly RuleId Listed = RuleId.Of("NC-DISCH-001");
    private static readonly RuleId LaClearWish = RuleId.Of("LA-SVC-026");
    private static readonly RuleId LaStepDown = RuleId.Of("LA-SVC-021");
    private static readonly ReasonLists LaNoTimeLimit = ReasonLists.Of("LA-SVC-024");
    private static readonly ReasonLists MoAverageYear = ReasonLists.Of("MO-DEF-003");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<DischargeFacts> Kind { get; } = new(
        "discharge", "May the person be discharged for this reason?", Programs.All, DischargeFacts.Read, Evaluate);

    private static void Evaluate(DischargeFacts facts, RuleEvaluation ruling)
    {
        if (ruling.Has(Listed))
            NcDischargeRules.Judge(facts, ruling);
        JudgeReason(LaNoTimeLimit, facts, ruling);
        if (facts.DischargeReason == DischargeReason.IndividualRequest)
        {
            ruling.Judge(LaClearWish, facts.ClearlyNoLongerWants, $"clear that the member no longer wants work or IPS: {facts.ClearlyNoLongerWants}",
                    Fact.Of("clearlyNoLongerWants", facts.ClearlyNoLongerWants))
                .Remedy("clearlyNoLongerWants true");
        }

        if (facts.DischargeReason == DischargeReason.OutcomeAchieved)
        {
            ruling.Judge(LaStepDown, facts.StepDownTo is { } next ? next == StepDown.MentalHealthWorker : null, $"job supports go to {facts.StepDownTo.Code()}",
                    Fact.Of("stepDownTo", facts.StepDownTo))
                .Remedy("stepDownTo mental_health_worker");
        }

        JudgeReason(MoAverageYear, facts, ruling);
        if (ruling.Count > 0 && MappedReason(facts.DischargeReason) is { } mapped)
            ruling.Answer("mappedReason", Codes.Of(mapped));
    }

    /// <summary>Some reasons never end the service, some are left to a person, all others stand.</summary>
    private static void JudgeReason(ReasonLists lists, DischargeFacts facts, RuleEvaluation ruling)
    {
        if (!ruling.Has(lists.Rule))
            return;
        var (refused, reviewed) = (ruling.Value(lists.Refused), ruling.Value(lists.Reviewed));
        var verdict = facts.DischargeReason is not { } reason ? Verdict.NeedsFacts
            : Lists.Names(refused, reason) ? Verdict.NotMet
            : Lists.Names(reviewed, reason) ? Verdict.NeedsReview
            : Verdict.Met;
        ruling.Judge(lists.Rule, verdict, $"reason {facts.DischargeReason.Code()}; never enough: {refused}; left to a person: {reviewed}",
                Fact.Of("dischargeReason", facts.DischargeReason))
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
