namespace Ips.Policies.Admission;

/// <summary>May the program admit this person, with first service on the as-of day?</summary>
public static class AdmissionDecision
{
    private static readonly RuleId OpenVrCase = RuleId.Of("MO-VR-002");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<AdmissionFacts> Kind { get; } = new(
        "admission", "May the program admit this person, with first service on the as-of day?", Programs.All, AdmissionFacts.Read, Evaluate);

    private static void Evaluate(AdmissionFacts facts, RuleEvaluation ruling)
    {
        NcAdmissionRules.Judge(facts, ruling);
        NcCoreAdmissionRules.Judge(facts, ruling);
        LaAdmissionRules.Judge(facts, ruling);
        ruling.Judge(OpenVrCase, facts.OpenVrCase is null ? null : true, "Missouri serves people with and without an open VR case", Fact.Of("openVrCase", facts.OpenVrCase))
            .Remedy("openVrCase known, either way");
        if (ruling.Program != Programs.MoDmhVr)
            ruling.Answer("age", Criteria.Age(facts, ruling));
    }
}
