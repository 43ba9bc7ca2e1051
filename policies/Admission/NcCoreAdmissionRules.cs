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

    internal static void Judge(AdmissionFacts facts, RuleEvaluation ruling)
    {
        if (!ruling.Has(MinimumAge))
            return;
        Criteria.JudgeAge(MinimumAge, MinAge, facts, ruling);
        JudgeDiagnosis(facts, ruling);
        ruling.Judge(EmploymentPattern, facts.EmploymentHistory switch
        {
            null => Verdict.NeedsFacts,
            EmploymentHistory.Stable => Verdict.NotMet,
            EmploymentHistory.Underemployed => Verdict.NeedsReview,
            _ => Verdict.Met,
        }, $"employment history {facts.EmploymentHistory.Code()}", Fact.Of("employmentHistory", facts.EmploymentHistory))
            .Remedy("an employment history other than stable");
        var from = ruling.Value(StateTextFrom);
        ruling.Judge(ImportedText, ruling.AsOf >= from ? Verdict.Met : Verdict.NeedsReview, $"the imported state text is on file from {from}; first service {ruling.AsOf}");
        JudgeOtherServices(facts, ruling);
    }

    private static void JudgeDiagnosis(AdmissionFacts facts, RuleEvaluation ruling)
    {
        var adultAge = ruling.Value(AdultAge);
        var hasPrimary = Diagnoses.HasPrimary(facts);
        ruling.Judge(PrimaryDiagnosis, hasPrimary ? Diagnoses.PrimaryQualifies(facts, ruling.AsOf, adultAge) : null,
                $"age {Criteria.Age(facts, ruling)}, recorded classes: {Diagnoses.Classes(facts)}; the primary one decides",
                Fact.Of("diagnoses", facts.Diagnoses), new("diagnoses[].primary", facts.Diagnoses is null || hasPrimary),
                new("birthDate", !hasPrimary))
            .Remedy($"a primary diagnosis of class SMI, SPMI or SUD, or SED below age {adultAge}");
    }

    private static void JudgeOtherServices(AdmissionFacts facts, RuleEvaluation ruling)
    {
        var (day, days) = (ruling.AsOf, ruling.Value(ContactDays));
        var countsThrough = facts.OtherBhServiceLastContact is { } contact ? Days.After(contact, days) : (DateOnly?)null;
        var declines = facts.DeclinesBhServices == true;
        ruling.Judge(OtherBhService, declines ? false : countsThrough is { } through ? day <= through : null,
                $"{(declines ? "declines behavioural-health services" : "has other behavioural-health services")}; latest contact {facts.OtherBhServiceLastContact}, counts through {countsThrough}",
                Fact.Of("otherBhServiceLastContact", facts.OtherBhServiceLastContact))
            .Remedy($"{(declines ? "the person accepting behavioural-health services, and " : "")}a contact in one on or after {day.AddDays(-days)}");
        if (!declines)
            return;
        ruling.Judge(ReferredOut, facts.ReferralOutDate is null ? null : true, $"referred to other employment services on {facts.ReferralOutDate}",
                Fact.Of("referralOutDate", facts.ReferralOutDate))
            .Remedy("a recorded referral to other employment services");
        ruling.Answer("recordAs", "not_served_contract_condition");
    }
}
