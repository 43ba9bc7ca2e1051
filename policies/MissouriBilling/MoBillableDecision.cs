namespace Ips.Policies.MissouriBilling;

/// <summary>Which payer pays this activity in Missouri, and does the billed payer pay?</summary>
public static class MoBillableDecision
{
    private static readonly RuleId ClinicalNeed = RuleId.Of("MO-BILL-001");
    private static readonly RuleId VrSecondary = RuleId.Of("MO-BILL-012");
    private static readonly RuleId Qualified = RuleId.Of("MO-BILL-013");
    private static readonly RuleId NotTwice = RuleId.Of("MO-BILL-015");
    private static readonly RuleId Symptom = RuleId.Of("MO-BILL-021");
    private static readonly RuleId Clinic = RuleId.Of("MO-BILL-022");

    private static readonly Listed[] PaidByVr = Lists("MO-BILL-008", "MO-BILL-009", "MO-BILL-010", "MO-BILL-011", "MO-BILL-012");
    private static readonly Listed[] RefusedByMedicaid = Lists("MO-BILL-002", "MO-BILL-003", "MO-BILL-004", "MO-BILL-005", "MO-BILL-006",
        "MO-BILL-007", "MO-BILL-014");
    private static readonly Listed[] PaidByMedicaid = Lists("MO-BILL-016", "MO-BILL-017", "MO-BILL-018", "MO-BILL-019", "MO-BILL-020", "MO-BILL-021");
    private static readonly Parameter<string> Tested = Parameter<string>.Of(RuleId.Of("MO-BILL-020"), "tested");
    private static readonly Listed[] BySpecialist = Lists("MO-BILL-013");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<MoBillableFacts> Kind { get; } = new(
        "mo-billable", "Which payer pays this activity in Missouri, and does the billed payer pay?", Evaluate);

    private static void Evaluate(MoBillableFacts facts, RuleEvaluation evaluation)
    {
        if (facts.Activity is { } activity)
            Payer(facts, activity, evaluation);
        else
            evaluation.Require(ClinicalNeed, Verdict.NeedsFacts, "the activity is not known", Fact.Of(facts.Activity)).Remedy("a known activity");
        if (facts.AlreadyBilledTo is { } before)
        {
            evaluation.Require(NotTwice, before == MoBilledBefore.None || Codes.Of(before) == Codes.Of(facts.BillTo),
                    $"billed before to {Codes.Of(before)}, now to {Codes.Of(facts.BillTo)}")
                .Remedy("one payer for one service");
        }
    }

    private static void Payer(MoBillableFacts facts, MoActivity activity, RuleEvaluation evaluation)
    {
        if (activity == MoActivity.OnlineApplication)
        {
            if (facts.SymptomInterferes is not { } interferes)
            {
                evaluation.Require(Symptom, Verdict.NeedsFacts, "whether a symptom interferes decides who pays", Fact.Of(facts.SymptomInterferes))
                    .Remedy("a known symptomInterferes");
                return;
            }

            activity = interferes ? MoActivity.SymptomSkills : MoActivity.JobSearch;
        }

        var code = Codes.Of(activity);
        if (Find(PaidByVr, code, evaluation) is { } vr)
            Vr(facts, code, vr, evaluation);
        else if (PaidByMedicaid.Where(l => l.Holds(code, evaluation)).ToList() is { Count: > 0 } rules)
            Medicaid(facts, code, rules, evaluation);
        else
            NotPaid(facts, code, evaluation);
    }

    private static void Vr(MoBillableFacts facts, string code, RuleId rule, RuleEvaluation evaluation)
    {
        if (facts.BillTo == MoPayer.Medicaid && Find(RefusedByMedicaid, code, evaluation) is { } refusal)
            evaluation.Require(refusal, Verdict.NotMet, $"{code} is paid by VR, not by Medicaid").Remedy("billTo VR");
        else
            evaluation.Require(rule, facts.BillTo == MoPayer.Vr, $"{code} is paid by VR; billed to {Codes.Of(facts.BillTo)}").Remedy("billTo VR");
        evaluation.Answer("payer", Codes.Of(MoPayer.Vr));
    }

    private static void Medicaid(MoBillableFacts facts, string code, List<Listed> rules, RuleEvaluation evaluation)
    {
        evaluation.Require(ClinicalNeed, facts.MedicalNecessityInPlan, $"clinical need in the care plan: {Yes(facts.MedicalNecessityInPlan)}",
                Fact.Of(facts.MedicalNecessityInPlan))
            .Remedy("a care plan that shows the clinical need");
        var refused = facts.MedicalNecessityInPlan == false;
        if (Find(BySpecialist, code, evaluation) is not null)
        {
            refused |= facts.StaffCommunitySupportQualified == false;
            evaluation.Require(Qualified, facts.StaffCommunitySupportQualified,
                $"meets the Community Support Specialist qualifications: {Yes(facts.StaffCommunitySupportQualified)}",
                    Fact.Of(facts.StaffCommunitySupportQualified))
                .Remedy("a specialist with the Community Support Specialist qualifications");
        }

        foreach (var (rule, _) in rules)
        {
            var (met, needed) = Condition(rule, facts, evaluation);
            refused |= met == false;
            if (facts.BillTo == MoPayer.Vr)
                evaluation.Require(rule, Verdict.NotMet, $"{code} is no VR milestone activity; billed to VR").Remedy("billTo Medicaid");
            else
                evaluation.Require(rule, met, $"{code}: {string.Join(", ", needed.Select(f => f.Name))} {Yes(met)}", needed)
                    .Remedy($"true for {needed.Select(f => f.Name)}");
        }

        RouteClinic(facts, evaluation);
        evaluation.Answer("payer", refused ? "none" : Codes.Of(facts.Ccbhc == true ? MoPayer.Pps : MoPayer.Medicaid));
    }

    private static void RouteClinic(MoBillableFacts facts, RuleEvaluation evaluation)
    {
        if (facts.Ccbhc == true)
            evaluation.Require(Clinic, facts.BillTo == MoPayer.Pps,
                $"a clinic bills the Prospective Payment System; billed to {Codes.Of(facts.BillTo)}").Remedy("billTo PPS");
        else if (facts.BillTo == MoPayer.Pps)
            evaluation.Require(Clinic, facts.Ccbhc, "only a clinic bills the Prospective Payment System", Fact.Of(facts.Ccbhc)).Remedy("billTo Medicaid");
    }

    private static void NotPaid(MoBillableFacts facts, string code, RuleEvaluation evaluation)
    {
        var rule = facts.BillTo == MoPayer.Vr ? VrSecondary : Find(RefusedByMedicaid, code, evaluation) ?? VrSecondary;
        evaluation.Require(rule, Verdict.NotMet, $"{code} is paid neither by VR nor by Medicaid");
        evaluation.Answer("payer", "none");
    }

    private static (bool? Met, Fact[] Facts) Condition(RuleId rule, MoBillableFacts facts, RuleEvaluation evaluation) => rule.Value switch
    {
        "MO-BILL-016" => (facts.StaffQmhp, [Fact.Of(facts.StaffQmhp)]),
        "MO-BILL-017" => (facts.MedicalNecessityInPlan, [Fact.Of(facts.MedicalNecessityInPlan)]),
        "MO-BILL-018" => (Ternary.All(facts.InTreatmentPlan, facts.StaffTrainedDb101), [Fact.Of(facts.InTreatmentPlan), Fact.Of(facts.StaffTrainedDb101)]),
        "MO-BILL-020" when evaluation.Chooses(Tested, "each_part") => (
            Ternary.All(facts.PlanShowsNeed, facts.PlanShowsJustification, facts.PlanShowsResponse, facts.NoteLinksToPlan),
            [Fact.Of(facts.PlanShowsNeed), Fact.Of(facts.PlanShowsJustification), Fact.Of(facts.PlanShowsResponse), Fact.Of(facts.NoteLinksToPlan)]),
        "MO-BILL-020" => (facts.NoteLinksToPlan, [Fact.Of(facts.NoteLinksToPlan)]),
        "MO-BILL-021" => (facts.SymptomInterferes, [Fact.Of(facts.SymptomInterferes)]),
        _ => (true, []),
    };

    private static RuleId? Find(Listed[] lists, string code, RuleEvaluation evaluation)
    {
        foreach (var list in lists)
        {
            if (list.Holds(code, evaluation))
                return list.Rule;
        }

        return null;
    }

    private static Listed[] Lists(params string[] rules) => [.. rules.Select(RuleId.Of)
        .Select(r => new Listed(r, Parameter<IReadOnlyList<string>>.Of(r, "activities")))];

    private static string Yes(bool? flag) => flag switch { true => "yes", false => "no", null => "not known" };

    private sealed record Listed(RuleId Rule, Parameter<IReadOnlyList<string>> Activities)
    {
        public bool Holds(string code, RuleEvaluation evaluation) => evaluation.Value(Activities).Contains(code, StringComparer.Ordinal);
    }
}
