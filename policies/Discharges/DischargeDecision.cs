namespace Ips.Policies.Discharges;

/// <summary>May the person be discharged for this reason?</summary>
public static class DischargeDecision
{
    private static readonly RuleId Listed = RuleId.Of("NC-DISCH-001");
    private static readonly RuleId LaNoTimeLimit = RuleId.Of("LA-SVC-024");
    private static readonly RuleId LaClearWish = RuleId.Of("LA-SVC-026");
    private static readonly RuleId LaStepDown = RuleId.Of("LA-SVC-021");
    private static readonly RuleId MoAverageYear = RuleId.Of("MO-DEF-003");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<DischargeFacts> Kind { get; } = new(
        "discharge", "May the person be discharged for this reason?", Programs.All, DischargeFacts.Read, Evaluate);

    private static void Evaluate(DischargeFacts facts, Ruling ruling)
    {
        if (ruling.Has(Listed))
            NcDischargeRules.Judge(facts, ruling);
        JudgeReason(LaNoTimeLimit, facts, ruling);
        if (facts.DischargeReason == DischargeReason.IndividualRequest)
        {
            ruling.Judge(LaClearWish, facts.ClearlyNoLongerWants, $"clear that the member no longer wants work or IPS: {facts.ClearlyNoLongerWants}",
                    Fact.Of("clearlyNoLongerWants", facts.ClearlyNoLongerWants))
                .ToMeet("clearlyNoLongerWants true");
        }

        if (facts.DischargeReason == DischargeReason.OutcomeAchieved)
        {
            ruling.Judge(LaStepDown, facts.StepDownTo is { } next ? next == StepDown.MentalHealthWorker : null, $"job supports go to {facts.StepDownTo.Code()}",
                    Fact.Of("stepDownTo", facts.StepDownTo))
                .ToMeet("stepDownTo mental_health_worker");
        }

        JudgeReason(MoAverageYear, facts, ruling);
        if (ruling.Count > 0 && MappedReason(facts.DischargeReason) is { } mapped)
            ruling.Answer("mappedReason", Codes.Of(mapped));
    }

    /// <summary>Some reasons never end the service, some are left to a person, all others stand.</summary>
    private static void JudgeReason(RuleId rule, DischargeFacts facts, Ruling ruling)
    {
        if (!ruling.Has(rule))
            return;
        var refused = Parameter<IReadOnlyList<string>>.Of(rule, "refused_reasons");
        var reviewed = Parameter<IReadOnlyList<string>>.Of(rule, "reviewed_reasons");
        var verdict = facts.DischargeReason is not { } reason ? Verdict.NeedsFacts
            : Lists.Names(ruling.Value(refused), reason) ? Verdict.NotMet
            : Lists.Names(ruling.Value(reviewed), reason) ? Verdict.NeedsReview
            : Verdict.Met;
        ruling.Judge(rule, verdict, $"reason {facts.DischargeReason.Code()}; never enough: {ruling.Value(refused)}; left to a person: {ruling.Value(reviewed)}",
                Fact.Of("dischargeReason", facts.DischargeReason))
            .ToMeet($"a reason other than {ruling.Value(refused)}");
    }

    private static DischargeReason? MappedReason(DischargeReason? reason) => reason switch
    {
        DischargeReason.OutcomeAchieved or DischargeReason.IndividualRequest or DischargeReason.NoLongerEligible => reason,
        DischargeReason.Relocated => DischargeReason.NoLongerEligible,
        _ => null,
    };
}
