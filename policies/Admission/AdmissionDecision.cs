namespace Ips.Policies.Admission;

/// <summary>May the program admit this person, with first service on the as-of day?</summary>
public static class AdmissionDecision
{
    private static readonly RuleId OpenVrCase = RuleId.Of("MO-VR-002");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<AdmissionFacts> Kind { get; } = new(
        "admission", "May the program admit this person, with first service on the as-of day?", Evaluate);

    private static void Evaluate(AdmissionFacts facts, RuleEvaluation evaluation)
    {
        NcAdmissionRules.Evaluate(facts, evaluation);
        NcCoreAdmissionRules.Evaluate(facts, evaluation);
        LaAdmissionRules.Evaluate(facts, evaluation);
        evaluation.Require(OpenVrCase, Verdict.Met, $"Missouri serves people with and without an open VR case; open: {facts.OpenVrCase}");
        if (!evaluation.Has(OpenVrCase))
            evaluation.Answer("age", Criteria.Age(facts, evaluation));
    }
}
