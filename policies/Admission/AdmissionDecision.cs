namespace Ips.Policies.Admission;

/// <summary>May the program admit this person, with first service on the as-of day?</summary>
public static class AdmissionDecision
{
    /// <summary>The kind of decision.</summary>
    public static DecisionKind<AdmissionFacts> Kind { get; } = new(
        "admission", "May the program admit this person, with first service on the as-of day?", Programs.All, AdmissionFacts.Read, Evaluate);

    private static void Evaluate(AdmissionFacts facts, Ruling ruling)
    {
        switch (ruling.Program)
        {
            case Programs.NcState:
                NcAdmissionRules.State(facts, ruling);
                break;
            case Programs.NcCore:
                NcAdmissionRules.State(facts, ruling);
                NcAdmissionRules.Contract(facts, ruling);
                break;
            case Programs.LaAcla or Programs.LaLhcc:
                LaAdmissionRules.Evaluate(facts, ruling);
                break;
            default:
                ruling.Judge(OpenVrCase, facts.OpenVrCase is null ? null : true, "Missouri serves people with and without an open VR case", Fact.Of("openVrCase", facts.OpenVrCase));
                break;
        }

        if (facts.BirthDate is { } birth && ruling.Program != Programs.MoDmhVr)
            ruling.Answer("age", Days.Age(birth, ruling.AsOf));
    }

    private static readonly RuleId OpenVrCase = RuleId.Of("MO-VR-002");
}
