namespace Ips.Policies.Discharges;

/// <summary>Discharge criteria of North Carolina.</summary>
public static class NcDischargeRules
{
    private static readonly RuleId Listed = RuleId.Of("NC-DISCH-001");
    private static readonly RuleId Outcome = RuleId.Of("NC-DISCH-002");
    private static readonly RuleId OnRequest = RuleId.Of("NC-DISCH-003");
    private static readonly RuleId NotEligible = RuleId.Of("NC-DISCH-004");
    private static readonly RuleId Plan = RuleId.Of("NC-DISCH-005");

    private static readonly Parameter<IReadOnlyList<string>> ListedReasons = Parameter<IReadOnlyList<string>>.Of(Listed, "listed_reasons");

    internal static void Evaluate(DischargeFacts facts, RuleEvaluation evaluation)
    {
        bool? listed = facts.DischargeReason is { } reason ? Lists.Names(evaluation.Value(ListedReasons), reason) : null;
        evaluation.Require(Listed, Ternary.All(listed, facts.ReasonDocumented),
                $"reason {facts.DischargeReason.Code()}; written in the record: {facts.ReasonDocumented}; accepted reasons: {evaluation.Value(ListedReasons)}",
                Fact.Of(facts.DischargeReason), Fact.Of(facts.ReasonDocumented))
            .Remedy($"one of {evaluation.Value(ListedReasons)}, written in the service record");
        switch (facts.DischargeReason)
        {
            case DischargeReason.OutcomeAchieved:
                evaluation.Require(Outcome, Ternary.All(facts.StableOutcome, Ternary.Not(facts.IpsStillNeeded)),
                        $"stable outcome: {facts.StableOutcome}; IPS still needed: {facts.IpsStillNeeded}",
                        Fact.Of(facts.StableOutcome), Fact.Of(facts.IpsStillNeeded))
                    .Remedy("stableOutcome true and ipsStillNeeded false");
                break;
            case DischargeReason.IndividualRequest:
                RequireRequest(facts, evaluation);
                break;
            case DischargeReason.NoLongerEligible:
                evaluation.Require(NotEligible, facts.EligibilityDecision is { } outcome ? outcome == EligibilityOutcome.NotEligible : null,
                        $"latest eligibility decision: {facts.EligibilityDecision.Code()}", Fact.Of(facts.EligibilityDecision))
                    .Remedy("eligibilityDecision not_eligible");
                break;
            case DischargeReason.Relocated:
                evaluation.Require(NotEligible, facts.AdministrativeExplanation, $"written explanation of the closure: {facts.AdministrativeExplanation}",
                        Fact.Of(facts.AdministrativeExplanation))
                    .Remedy("administrativeExplanation true");
                break;
        }

        evaluation.Require(Plan, Ternary.All(facts.DischargePlanDiscussed, facts.DischargePlanInRecord,
            Ternary.Any(Ternary.Not(facts.EnhancedService), facts.CoordinatedWithProviders)),
                $"plan discussed: {facts.DischargePlanDiscussed}; in the record: {facts.DischargePlanInRecord}; enhanced service: {facts.EnhancedService}; coordinated: {facts.CoordinatedWithProviders}",
                Fact.Of(facts.DischargePlanDiscussed), Fact.Of(facts.DischargePlanInRecord),
                new("enhancedService", facts.EnhancedService is not null || facts.CoordinatedWithProviders == true),
                new("coordinatedWithProviders", facts.CoordinatedWithProviders is not null || facts.EnhancedService == false))
            .Remedy("a plan discussed with the person and in the record, coordinated with the other providers where there is an enhanced service");
    }

    private static void RequireRequest(DischargeFacts facts, RuleEvaluation evaluation)
    {
        bool? requested = facts.RequestedBy switch
        {
            null => null,
            DischargeRequester.Individual => true,
            DischargeRequester.Guardian => facts.GuardianAuthorityCoversDecision,
            _ => false,
        };
        evaluation.Require(OnRequest, requested,
            $"requested by {facts.RequestedBy.Code()}; guardianship covers the decision: {facts.GuardianAuthorityCoversDecision}",
                Fact.Of(facts.RequestedBy),
                new("guardianAuthorityCoversDecision", facts.RequestedBy != DischargeRequester.Guardian))
            .Remedy("a request by the person, or by a guardian whose papers cover the decision");
    }
}
