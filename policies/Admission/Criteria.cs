namespace Ips.Policies.Admission;

/// <summary>Criteria that several programs share.</summary>
internal static class Criteria
{
    /// <summary>The person has reached an age on the as-of day.</summary>
    public static void RequireAge(RuleId rule, Parameter<int> minimum, AdmissionFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(rule))
            return;
        var reached = facts.BirthDate is { } birth ? Days.YearsAfter(birth, evaluation.Value(minimum)) : (DateOnly?)null;
        evaluation.Require(rule, reached is { } day ? day <= evaluation.AsOf : null,
            $"age {Age(facts, evaluation)} on {evaluation.AsOf}, at least {evaluation.Value(minimum)} needed",
                Fact.Of(facts.BirthDate))
            .Remedy($"first service on or after {reached}");
    }

    /// <summary>The finding of the payer's reviewer; without it the text leaves the matter to that person.</summary>
    public static void RequireNecessity(RuleId rule, AdmissionFacts facts, RuleEvaluation evaluation) =>
        evaluation.Require(rule, facts.MedicalNecessityFinding.ToVerdict(), $"medical necessity finding: {facts.MedicalNecessityFinding.Code()}",
                Fact.Of(facts.MedicalNecessityFinding))
            .Remedy("medicalNecessityFinding met");

    /// <summary>A reviewer's finding as a verdict; absent is left to that person.</summary>
    public static Verdict ToVerdict(this MedicalNecessity? finding) => finding switch
    {
        MedicalNecessity.Met => Verdict.Met,
        MedicalNecessity.NotMet => Verdict.NotMet,
        _ => Verdict.NeedsReview,
    };

    /// <summary>Completed years on the as-of day.</summary>
    public static int? Age(AdmissionFacts facts, RuleEvaluation evaluation) => facts.BirthDate is { } birth ? Days.Age(birth, evaluation.AsOf) : null;
}
