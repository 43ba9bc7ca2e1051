namespace Ips.Policies.Admission;

/// <summary>What the nc-core contract adds to the state text (NCC-ELIG-001 to -007).</summary>
public static class NcCoreAdmissionRules
{
    private static readonly RuleId MinimumAge = RuleId.Of("NCC-ELIG-001");
    private static readonly RuleId PrimaryDiagnosis = RuleId.Of("NCC-ELIG-002");
    private static readonly RuleId EmploymentPattern = RuleId.Of("NCC-ELIG-003");
    private static readonly RuleId ImportedText = RuleId.Of("NCC-ELIG-004");
    private static readonly RuleId OtherBhService = RuleId.Of("NCC-ELIG-006");
    private static readonly RuleId ReferredOut = RuleId.Of("NCC-ELIG-007");

    private static readonly Parameter<int> MinAge = Parameter<int>.Of(MinimumAge, "min_age");
    private static readonly Parameter<int> AdultAge = Parameter<int>.Of(PrimaryDiagnosis, "adult_age");
    private static readonly Parameter<DateOnly> StateTextFrom = Parameter<DateOnly>.Of(ImportedText, "state_text_from");
    private static readonly Parameter<int> ContactDays = Parameter<int>.Of(OtherBhService, "lookback_days");

    internal static void Evaluate(AdmissionFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(MinimumAge))
            return;
        Criteria.RequireAge(MinimumAge, MinAge, facts, evaluation);
        RequireDiagnosis(facts, evaluation);
        evaluation.Require(EmploymentPattern, facts.EmploymentHistory switch
        {
            null => Verdict.NeedsFacts,
            EmploymentHistory.Stable => Verdict.NotMet,
            EmploymentHistory.Underemployed => Verdict.NeedsReview,
            _ => Verdict.Met,
        }, $"employment history {facts.EmploymentHistory.Code()}", Fact.Of(facts.EmploymentHistory))
            .Remedy("an employment history other than stable");
        var from = evaluation.Value(StateTextFrom);
        evaluation.Require(ImportedText, evaluation.AsOf >= from ? Verdict.Met : Verdict.NeedsReview,
            $"the imported state text is on file from {from}; first service {evaluation.AsOf}");
        RequireOtherServices(facts, evaluation);
    }

    private static void RequireDiagnosis(AdmissionFacts facts, RuleEvaluation evaluation)
    {
        var adultAge = evaluation.Value(AdultAge);
        var hasPrimary = Diagnoses.HasPrimary(facts);
        evaluation.Require(PrimaryDiagnosis, hasPrimary ? Diagnoses.PrimaryQualifies(facts, evaluation.AsOf, adultAge) : null,
                $"age {Criteria.Age(facts, evaluation)}, recorded classes: {Diagnoses.Classes(facts)}; the primary one decides",
                Fact.Of(facts.Diagnoses), new("diagnoses[].primary", facts.Diagnoses is null || hasPrimary),
                new("birthDate", !hasPrimary))
            .Remedy($"a primary diagnosis of class SMI, SPMI or SUD, or SED below age {adultAge}");
    }

    private static void RequireOtherServices(AdmissionFacts facts, RuleEvaluation evaluation)
    {
        var (day, days) = (evaluation.AsOf, evaluation.Value(ContactDays));
        var countsThrough = facts.OtherBhServiceLastContact is { } contact ? Days.After(contact, days) : (DateOnly?)null;
        var declines = facts.DeclinesBhServices == true;
        evaluation.Require(OtherBhService, declines ? false : countsThrough is { } through ? day <= through : null,
                $"{(declines ? "declines behavioural-health services" : "has other behavioural-health services")}; latest contact {facts.OtherBhServiceLastContact}, counts through {countsThrough}",
                Fact.Of(facts.OtherBhServiceLastContact))
            .Remedy($"{(declines ? "the person accepting behavioural-health services, and " : "")}a contact in one on or after {day.AddDays(-days)}");
        if (!declines)
            return;
        evaluation.Require(ReferredOut, facts.ReferralOutDate is null ? null : true, $"referred to other employment services on {facts.ReferralOutDate}",
                Fact.Of(facts.ReferralOutDate))
            .Remedy("a recorded referral to other employment services");
        evaluation.Answer("recordAs", "not_served_contract_condition");
    }
}
