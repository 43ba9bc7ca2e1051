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
        "denial-reason", "May this reason be recorded for refusing a person?", Evaluate);

    private static void Evaluate(DenialReasonFacts facts, RuleEvaluation evaluation)
    {
        var contractCondition = IsAmong(ContractReasons, facts, evaluation);
        if (IsAmong(PrevocationalReasons, facts, evaluation))
        {
            evaluation.Require(NoPrevocationalStep, Verdict.NotMet, $"the reason {facts.DenialReason.Code()} requires a step before IPS")
                .Remedy("a reason that is a criterion of the program");
        }
        else
        {
            RequireReason(NoReadinessFactor, contractCondition, facts, evaluation);
        }

        RequireReason(LaZeroExclusion, IsAmong(RecommendationReasons, facts, evaluation), facts, evaluation);
        RequireReason(MoZeroExclusion, false, facts, evaluation);
        if (contractCondition)
        {
            evaluation.Require(ReferredOut, facts.ReferralOutDate is null ? null : true, $"referred to other employment services on {facts.ReferralOutDate}",
                    Fact.Of(facts.ReferralOutDate))
                .Remedy("a recorded referral to other employment services");
            evaluation.Answer("recordAs", "not_served_contract_condition");
        }
        else if (evaluation.Count > 0 && evaluation.Worst == Verdict.Met)
        {
            evaluation.Answer("recordAs", "not_eligible");
        }
    }

    /// <summary>The lists of the rule decide; a reason on no list is left to a person.</summary>
    /// <param name="acceptedToo">Another rule of the program makes this reason a criterion.</param>
    private static void RequireReason(ReasonLists lists, bool acceptedToo, DenialReasonFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(lists.Rule))
            return;
        var verdict = facts.DenialReason is null ? Verdict.NeedsFacts
            : IsAmong(CoverageReasons, facts, evaluation) ? ByWhoDenies(facts.DeniedBy)
            : IsAmong(lists.Refused, facts, evaluation) ? Verdict.NotMet
            : acceptedToo || IsAmong(lists.Accepted, facts, evaluation) ? Verdict.Met
            : Verdict.NeedsReview;
        evaluation.Require(lists.Rule, verdict, $"reason {facts.DenialReason.Code()}{Listed(verdict)}",
                Fact.Of(facts.DenialReason), new("deniedBy", !IsAmong(CoverageReasons, facts, evaluation)))
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
        Verdict.NotMet => ": no one is refused for it",
        _ => ": on no list of the program",
    };

    private static bool IsAmong(Parameter<IReadOnlyList<string>> reasons, DenialReasonFacts facts, RuleEvaluation evaluation) =>
        facts.DenialReason is { } reason && evaluation.Has(reasons.Rule) && Lists.Names(evaluation.Value(reasons), reason);

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
