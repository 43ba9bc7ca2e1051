namespace Ips.Policies.Admission;

/// <summary>Criteria that several programs share.</summary>
internal static class Criteria
{
    /// <summary>The person has reached an age on the as-of day.</summary>
    public static void JudgeAge(RuleId rule, Parameter<int> minimum, AdmissionFacts facts, RuleEvaluation ruling)
    {
        if (!ruling.Has(rule))
            return;
        var reached = facts.BirthDate is { } birth ? Days.YearsAfter(birth, ruling.Value(minimum)) : (DateOnly?)null;
        ruling.Judge(rule, reached is { } day ? day <= ruling.AsOf : null, $"age {Age(facts, ruling)} on {ruling.AsOf}, at least {ruling.Value(minimum)} needed",
                Fact.Of("birthDate", facts.BirthDate))
            .Remedy($"first service on or after {reached}");
    }

    /// <summary>The finding of the payer's reviewer; without it the text leaves the matter to that person.</summary>
    public static void JudgeNecessity(RuleId rule, AdmissionFacts facts, RuleEvaluation ruling) =>
        ruling.Judge(rule, facts.MedicalNecessityFinding.ToVerdict(), $"medical necessity finding: {facts.MedicalNecessityFinding.Code()}",
                Fact.Of("medicalNecessityFinding", facts.MedicalNecessityFinding))
            .Remedy("medicalNecessityFinding met");

    /// <summary>A reviewer's finding as a verdict; absent is left to that person.</summary>
    public static Verdict ToVerdict(this MedicalNecessity? finding) => finding switch
    {
        MedicalNecessity.Met => Verdict.Met,
        MedicalNecessity.NotMet => Verdict.NotMet,
        _ => Verdict.NeedsReview,
    };

    /// <summary>Completed years on the as-of day.</summary>
    public static int? Age(AdmissionFacts facts, RuleEvaluation ruling) => facts.BirthDate is { } birth ? Days.Age(birth, ruling.AsOf) : null;
}
