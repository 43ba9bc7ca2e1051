namespace Ips.Policies.Discharges;

/// <summary>Discharge criteria of North Carolina.</summary>
public static class NcDischargeRules
{
    private static readonly RuleId Listed = RuleId.Of("NC-DISCH-001");
    private static readonly RuleId Outcome = RuleId.Of("NC-DISCH-002");
    private static readonly RuleId Asked = RuleId.Of("NC-DISCH-003");
    private static readonly RuleId NotEligible = RuleId.Of("NC-DISCH-004");
    private static readonly RuleId Plan = RuleId.Of("NC-DISCH-005");

    private static readonly Parameter<IReadOnlyList<string>> ListedReasons = Parameter<IReadOnlyList<string>>.Of(Listed, "listed_reasons");

    internal static void Judge(DischargeFacts facts, RuleEvaluation ruling)
    {
        bool? listed = facts.DischargeReason is { } reason ? Lists.Names(ruling.Value(ListedReasons), reason) : null;
        ruling.Judge(Listed, Ternary.All(listed, facts.ReasonDocumented),
                $"reason {facts.DischargeReason.Code()}; written in the record: {facts.ReasonDocumented}; accepted reasons: {ruling.Value(ListedReasons)}",
                Fact.Of("dischargeReason", facts.DischargeReason), Fact.Of("reasonDocumented", facts.ReasonDocumented))
            .Remedy($"one of {ruling.Value(ListedReasons)}, written in the service record");
        switch (facts.DischargeReason)
        {
            case DischargeReason.OutcomeAchieved:
                ruling.Judge(Outcome, Ternary.All(facts.StableOutcome, Ternary.Not(facts.IpsStillNeeded)),
                        $"stable outcome: {facts.StableOutcome}; IPS still needed: {facts.IpsStillNeeded}",
                        Fact.Of("stableOutcome", facts.StableOutcome), Fact.Of("ipsStillNeeded", facts.IpsStillNeeded))
                    .Remedy("stableOutcome true and ipsStillNeeded false");
                break;
            case DischargeReason.IndividualRequest:
                JudgeRequest(facts, ruling);
                break;
            case DischargeReason.NoLongerEligible:
                ruling.Judge(NotEligible, facts.EligibilityDecision is { } outcome ? outcome == EligibilityOutcome.NotEligible : null,
                        $"latest eligibility decision: {facts.EligibilityDecision.Code()}", Fact.Of("eligibilityDecision", facts.EligibilityDecision))
                    .Remedy("eligibilityDecision not_eligible");
                break;
            case DischargeReason.Relocated:
                ruling.Judge(NotEligible, facts.AdministrativeExplanation, $"written explanation of the closure: {facts.AdministrativeExplanation}",
                        Fact.Of("administrativeExplanation", facts.AdministrativeExplanation))
                    .Remedy("administrativeExplanation true");
                break;
        }

        ruling.Judge(Plan, Ternary.All(facts.DischargePlanDiscussed, facts.DischargePlanInRecord, Ternary.Any(Ternary.Not(facts.EnhancedService), facts.CoordinatedWithProviders)),
                $"plan discussed: {facts.DischargePlanDiscussed}; in the record: {facts.DischargePlanInRecord}; enhanced service: {facts.EnhancedService}; coordinated: {facts.CoordinatedWithProviders}",
                Fact.Of("dischargePlanDiscussed", facts.DischargePlanDiscussed), Fact.Of("dischargePlanInRecord", facts.DischargePlanInRecord),
                new("enhancedService", facts.EnhancedService is not null || facts.CoordinatedWithProviders == true),
                new("coordinatedWithProviders", facts.CoordinatedWithProviders is not null || facts.EnhancedService == false))
            .Remedy("a plan discussed with the person and in the record, coordinated with the other providers where there is an enhanced service");
    }

    private static void JudgeRequest(DischargeFacts facts, RuleEvaluation ruling)
    {
        bool? asked = facts.RequestedBy switch
        {
            null => null,
            DischargeRequester.Individual => true,
            DischargeRequester.Guardian => facts.GuardianAuthorityCoversDecision,
            _ => false,
        };
        ruling.Judge(Asked, asked, $"asked by {facts.RequestedBy.Code()}; guardianship covers the decision: {facts.GuardianAuthorityCoversDecision}",
                Fact.Of("requestedBy", facts.RequestedBy),
                new("guardianAuthorityCoversDecision", facts.RequestedBy != DischargeRequester.Guardian))
            .Remedy("a request by the person, or by a guardian whose papers cover the decision");
    }
}
