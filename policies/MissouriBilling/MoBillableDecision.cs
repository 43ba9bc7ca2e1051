namespace Ips.Policies.MissouriBilling;

/// <summary>Which payer pays this activity in Missouri, and does the payer asked pay?</summary>
public static class MoBillableDecision
{
    private static readonly RuleId ClinicalNeed = RuleId.Of("MO-BILL-001");
    private static readonly RuleId VrSecondary = RuleId.Of("MO-BILL-012");
    private static readonly RuleId Qualified = RuleId.Of("MO-BILL-013");
    private static readonly RuleId NotTwice = RuleId.Of("MO-BILL-015");
    private static readonly RuleId Symptom = RuleId.Of("MO-BILL-021");
    private static readonly RuleId Clinic = RuleId.Of("MO-BILL-022");

    private static readonly Listed[] PaidByVr = Lists("MO-BILL-008", "MO-BILL-009", "MO-BILL-010", "MO-BILL-011", "MO-BILL-012");
    private static readonly Listed[] RefusedByMedicaid = Lists("MO-BILL-002", "MO-BILL-003", "MO-BILL-004", "MO-BILL-005", "MO-BILL-006", "MO-BILL-007", "MO-BILL-014");
    private static readonly Listed[] PaidByMedicaid = Lists("MO-BILL-016", "MO-BILL-017", "MO-BILL-018", "MO-BILL-019", "MO-BILL-020", "MO-BILL-021");
    private static readonly Listed[] BySpecialist = Lists("MO-BILL-013");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<MoBillableFacts> Kind { get; } = new(
        "mo-billable", "Which payer pays this activity in Missouri, and does the payer asked pay?", [Programs.MoDmhVr], MoBillableFacts.Read, Evaluate);

    private static void Evaluate(MoBillableFacts facts, RuleEvaluation ruling)
    {
        if (facts.Activity is { } activity)
            Payer(facts, activity, ruling);
        else
            ruling.Judge(ClinicalNeed, Verdict.NeedsFacts, "the activity is not known", Fact.Of("activity", facts.Activity)).Remedy("a known activity");
        if (facts.AlreadyBilledTo is { } before)
        {
            ruling.Judge(NotTwice, before == MoBilledBefore.None || Codes.Of(before) == Codes.Of(facts.BillTo), $"billed before to {Codes.Of(before)}, now to {Codes.Of(facts.BillTo)}")
                .Remedy("one payer for one service");
        }
    }

    private static void Payer(MoBillableFacts facts, MoActivity activity, RuleEvaluation ruling)
    {
        if (activity == MoActivity.OnlineApplication)
        {
            if (facts.SymptomInterferes is not { } interferes)
            {
                ruling.Judge(Symptom, Verdict.NeedsFacts, "whether a symptom interferes decides who pays", Fact.Of("symptomInterferes", facts.SymptomInterferes)).Remedy("a known symptomInterferes");
                return;
            }

            activity = interferes ? MoActivity.SymptomSkills : MoActivity.JobSearch;
        }

        var code = Codes.Of(activity);
        if (Find(PaidByVr, code, ruling) is { } vr)
            Vr(facts, code, vr, ruling);
        else if (PaidByMedicaid.Where(l => l.Holds(code, ruling)).ToList() is { Count: > 0 } rules)
            Medicaid(facts, code, rules, ruling);
        else
            Nobody(facts, code, ruling);
    }

    private static void Vr(MoBillableFacts facts, string code, RuleId rule, RuleEvaluation ruling)
    {
        if (facts.BillTo == MoPayer.Medicaid && Find(RefusedByMedicaid, code, ruling) is { } refusal)
            ruling.Judge(refusal, Verdict.NotMet, $"{code} is paid by VR, not by Medicaid").Remedy("billTo VR");
        else
            ruling.Judge(rule, facts.BillTo == MoPayer.Vr, $"{code} is paid by VR; {Codes.Of(facts.BillTo)} was asked").Remedy("billTo VR");
        ruling.Answer("payer", Codes.Of(MoPayer.Vr));
    }

    private static void Medicaid(MoBillableFacts facts, string code, List<Listed> rules, RuleEvaluation ruling)
    {
        ruling.Judge(ClinicalNeed, facts.MedicalNecessityInPlan, $"clinical need in the care plan: {Yes(facts.MedicalNecessityInPlan)}", Fact.Of("medicalNecessityInPlan", facts.MedicalNecessityInPlan))
            .Remedy("a care plan that shows the clinical need");
        var refused = facts.MedicalNecessityInPlan == false;
        if (Find(BySpecialist, code, ruling) is not null)
        {
            refused |= facts.StaffCommunitySupportQualified == false;
            ruling.Judge(Qualified, facts.StaffCommunitySupportQualified, $"meets the Community Support Specialist qualifications: {Yes(facts.StaffCommunitySupportQualified)}",
                    Fact.Of("staffCommunitySupportQualified", facts.StaffCommunitySupportQualified))
                .Remedy("a specialist with the Community Support Specialist qualifications");
        }

        foreach (var (rule, _) in rules)
        {
            var (met, needed) = Condition(rule, facts);
            refused |= met == false;
            if (facts.BillTo == MoPayer.Vr)
                ruling.Judge(rule, Verdict.NotMet, $"{code} is no VR milestone activity; VR was asked").Remedy("billTo Medicaid");
            else
                ruling.Judge(rule, met, $"{code}: {string.Join(", ", needed.Select(f => f.Name))} {Yes(met)}", needed).Remedy($"true for {needed.Select(f => f.Name)}");
        }

        RouteClinic(facts, ruling);
        ruling.Answer("payer", refused ? "none" : Codes.Of(facts.Ccbhc == true ? MoPayer.Pps : MoPayer.Medicaid));
    }

    private static void RouteClinic(MoBillableFacts facts, RuleEvaluation ruling)
    {
        if (facts.Ccbhc == true)
            ruling.Judge(Clinic, facts.BillTo == MoPayer.Pps, $"a clinic bills the Prospective Payment System; {Codes.Of(facts.BillTo)} was asked").Remedy("billTo PPS");
        else if (facts.BillTo == MoPayer.Pps)
            ruling.Judge(Clinic, facts.Ccbhc, "only a clinic bills the Prospective Payment System", Fact.Of("ccbhc", facts.Ccbhc)).Remedy("billTo Medicaid");
    }

    private static void Nobody(MoBillableFacts facts, string code, RuleEvaluation ruling)
    {
        var rule = facts.BillTo == MoPayer.Vr ? VrSecondary : Find(RefusedByMedicaid, code, ruling) ?? VrSecondary;
        ruling.Judge(rule, Verdict.NotMet, $"{code} is paid neither by VR nor by Medicaid");
        ruling.Answer("payer", "none");
    }

    private static (bool? Met, Fact[] Facts) Condition(RuleId rule, MoBillableFacts facts) => rule.Value switch
    {
        "MO-BILL-016" => (facts.StaffQmhp, [Fact.Of("staffQmhp", facts.StaffQmhp)]),
        "MO-BILL-017" => (facts.MedicalNecessityInPlan, [Fact.Of("medicalNecessityInPlan", facts.MedicalNecessityInPlan)]),
        "MO-BILL-018" => (Ternary.All(facts.InTreatmentPlan, facts.StaffTrainedDb101), [Fact.Of("inTreatmentPlan", facts.InTreatmentPlan), Fact.Of("staffTrainedDb101", facts.StaffTrainedDb101)]),
        "MO-BILL-020" => (facts.NoteLinksToPlan, [Fact.Of("noteLinksToPlan", facts.NoteLinksToPlan)]),
        "MO-BILL-021" => (facts.SymptomInterferes, [Fact.Of("symptomInterferes", facts.SymptomInterferes)]),
        _ => (true, []),
    };

    private static RuleId? Find(Listed[] lists, string code, RuleEvaluation ruling)
    {
        foreach (var list in lists)
        {
            if (list.Holds(code, ruling))
                return list.Rule;
        }

        return null;
    }

    private static Listed[] Lists(params string[] rules) => [.. rules.Select(RuleId.Of).Select(r => new Listed(r, Parameter<IReadOnlyList<string>>.Of(r, "activities")))];

    private static string Yes(bool? flag) => flag switch { true => "yes", false => "no", null => "not known" };

    private sealed record Listed(RuleId Rule, Parameter<IReadOnlyList<string>> Activities)
    {
        public bool Holds(string code, RuleEvaluation ruling) => ruling.Value(Activities).Contains(code, StringComparer.Ordinal);
    }
}
