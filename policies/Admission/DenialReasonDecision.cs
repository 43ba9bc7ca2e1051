namespace Ips.Policies.Admission;

/// <summary>May this reason be recorded for refusing a person (zero exclusion)?</summary>
public static class DenialReasonDecision
{
    private static readonly RuleId NoPrevocationalStep = RuleId.Of("NC-ELIG-016");
    private static readonly RuleId ReferredOut = RuleId.Of("NCC-ELIG-007");
    private static readonly RuleId Recommended = RuleId.Of("ACLA-ELIG-001");
    private static readonly RuleId PlanDiagnosis = RuleId.Of("LHCC-ELIG-001");

    private static readonly ReasonLists NoReadinessFactor = ReasonLists.Of("NC-ELIG-015");
    private static readonly ReasonLists LaZeroExclusion = ReasonLists.Of("LA-ELIG-003");
    private static readonly ReasonLists MoZeroExclusion = ReasonLists.Of("MO-VR-002");

    private static readonly Parameter<IReadOnlyList<string>> PrevocationalReasons = Reasons(NoPrevocationalStep, "refused_reasons");
    private static readonly Parameter<IReadOnlyList<string>> ContractReasons = Reasons(ReferredOut, "accepted_reasons");
    private static readonly Parameter<IReadOnlyList<string>> RecommendationReasons = Reasons(Recommended, "accepted_reasons");
    private static readonly Parameter<IReadOnlyList<string>> CoverageReasons = Reasons(PlanDiagnosis, "coverage_reasons");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<DenialReasonFacts> Kind { get; } = new(
        "denial-reason", "May this reason be recorded for refusing a person?", Programs.All, DenialReasonFacts.Read, Evaluate);

    private static void Evaluate(DenialReasonFacts facts, RuleEvaluation ruling)
    {
        var contractCondition = IsAmong(ContractReasons, facts, ruling);
        if (IsAmong(PrevocationalReasons, facts, ruling))
        {
            ruling.Judge(NoPrevocationalStep, Verdict.NotMet, $"the reason {facts.DenialReason.Code()} asks for a step before IPS")
                .Remedy("a reason that is a criterion of the program");
        }
        else
        {
            JudgeReason(NoReadinessFactor, contractCondition, facts, ruling);
        }

        JudgeReason(LaZeroExclusion, IsAmong(RecommendationReasons, facts, ruling), facts, ruling);
        JudgeReason(MoZeroExclusion, false, facts, ruling);
        if (contractCondition)
        {
            ruling.Judge(ReferredOut, facts.ReferralOutDate is null ? null : true, $"referred to other employment services on {facts.ReferralOutDate}",
                    Fact.Of("referralOutDate", facts.ReferralOutDate))
                .Remedy("a recorded referral to other employment services");
            ruling.Answer("recordAs", "not_served_contract_condition");
        }
        else if (ruling.Count > 0 && ruling.Worst == Verdict.Met)
        {
            ruling.Answer("recordAs", "not_eligible");
        }
    }

    /// <summary>The lists of the rule decide; a reason on no list is left to a person.</summary>
    /// <param name="acceptedToo">Another rule of the program makes this reason a criterion.</param>
    private static void JudgeReason(ReasonLists lists, bool acceptedToo, DenialReasonFacts facts, RuleEvaluation ruling)
    {
        if (!ruling.Has(lists.Rule))
            return;
        var verdict = facts.DenialReason is null ? Verdict.NeedsFacts
            : IsAmong(CoverageReasons, facts, ruling) ? ByWhoDenies(facts.DeniedBy)
            : IsAmong(lists.Refused, facts, ruling) ? Verdict.NotMet
            : acceptedToo || IsAmong(lists.Accepted, facts, ruling) ? Verdict.Met
            : Verdict.NeedsReview;
        ruling.Judge(lists.Rule, verdict, $"reason {facts.DenialReason.Code()}{Listed(verdict)}",
                Fact.Of("denialReason", facts.DenialReason), new("deniedBy", !IsAmong(CoverageReasons, facts, ruling)))
            .Remedy("a reason that is a criterion of the program");
    }

    /// <summary>A coverage test is the payer's; the provider may not refuse by diagnosis.</summary>
    private static Verdict ByWhoDenies(DeniedBy? deniedBy) => deniedBy switch
    {
        DeniedBy.Payer => Verdict.Met,
        DeniedBy.Provider => Verdict.NotMet,
        _ => Verdict.NeedsFacts,
    };

    private static string Listed(Verdict verdict) => verdict switch
    {
        Verdict.Met => ": a criterion of the program",
        Verdict.NotMet => ": nobody is refused for it",
        _ => ": on no list of the program",
    };

    private static bool IsAmong(Parameter<IReadOnlyList<string>> reasons, DenialReasonFacts facts, RuleEvaluation ruling) =>
        facts.DenialReason is { } reason && ruling.Has(reasons.Rule) && Lists.Names(ruling.Value(reasons), reason);

    private sealed record ReasonLists(RuleId Rule, Parameter<IReadOnlyList<string>> Refused, Parameter<IReadOnlyList<string>> Accepted)
    {
        public static ReasonLists Of(string id)
        {
            var rule = RuleId.Of(id);
            return new(rule, Reasons(rule, "refused_reasons"), Reasons(rule, "accepted_reasons"));
        }
    }

    private static Parameter<IReadOnlyList<string>> Reasons(RuleId rule, string name) => Parameter<IReadOnlyList<string>>.Of(rule, name);
}
