namespace Ips.Policies.Admission;

/// <summary>Admission under the two Louisiana plans.</summary>
public static class LaAdmissionRules
{
    private static readonly RuleId MinimumAge = RuleId.Of("LA-ELIG-001");
    private static readonly RuleId MyChoice = RuleId.Of("LA-ELIG-002");
    private static readonly RuleId Recommended = RuleId.Of("ACLA-ELIG-001");
    private static readonly RuleId WantsToWork = RuleId.Of("ACLA-ELIG-002");
    private static readonly RuleId NotServedByLrs = RuleId.Of("ACLA-EXCL-001");
    private static readonly RuleId PlanDiagnosis = RuleId.Of("LHCC-ELIG-001");
    private static readonly RuleId NotOnlySudOrIdd = RuleId.Of("LHCC-ELIG-002");
    private static readonly RuleId Necessity = RuleId.Of("LHCC-ELIG-003");
    private static readonly RuleId LrsExcludes = RuleId.Of("LHCC-EXCL-001");
    private static readonly RuleId RehabilitationAct = RuleId.Of("LA-EXCL-002");
    private static readonly RuleId Forfeits = RuleId.Of("LA-FID-013");

    private static readonly Parameter<int> MinAge = Parameter<int>.Of(MinimumAge, "min_age");
    private static readonly Parameter<string> Admission = Parameter<string>.Of(Forfeits, "admission");

    /// <summary>Whether suspended teams can stop an admission: only then the standing of teams is read.</summary>
    public static bool StopsWithTeams(PackDay text) => text.TryValue(Admission, out var admission) && admission == "closed_with_every_team";

    /// <summary>All Louisiana rules; those of the other plan are not in force and stay silent.</summary>
    internal static void Evaluate(AdmissionFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(MinimumAge))
            return;
        Both(facts, evaluation);
        if (evaluation.Has(Recommended))
            Acla(facts, evaluation);
        if (evaluation.Has(PlanDiagnosis))
            Lhcc(facts, evaluation);
        evaluation.Require(RehabilitationAct, Ternary.Not(facts.RehabActServiceAvailable),
            $"available under a Rehabilitation Act program: {facts.RehabActServiceAvailable}",
                Fact.Of(facts.RehabActServiceAvailable))
            .Remedy("rehabActServiceAvailable false");
        if (StopsWithTeams(evaluation.Text) && facts.TeamsSuspendedOn is { } suspended)
        {
            evaluation.Require(Forfeits, suspended > evaluation.AsOf, $"every active team of the agency is suspended from {suspended}")
                .Remedy("an external review that restores the intake of a team, or admission by an agency with a team that takes new members");
        }
    }

    private static void Both(AdmissionFacts facts, RuleEvaluation evaluation)
    {
        Criteria.RequireAge(MinimumAge, MinAge, facts, evaluation);
        evaluation.Require(MyChoice, facts.MyChoiceStatus is { } status ? status != MyChoiceStatus.None : null,
            $"My Choice status {facts.MyChoiceStatus.Code()}",
                Fact.Of(facts.MyChoiceStatus))
            .Remedy("myChoiceStatus transitioned or diverted");
    }

    private static void Acla(AdmissionFacts facts, RuleEvaluation evaluation)
    {
        var recommended = facts.RecommendedBy switch
        {
            null when facts.MedicalNecessityFinding != MedicalNecessity.NotMet => Verdict.NeedsFacts,
            Recommender.Lmhp or Recommender.Physician => facts.MedicalNecessityFinding.ToVerdict(),
            _ => Verdict.NotMet,
        };
        evaluation.Require(Recommended, recommended,
                $"recommended by {facts.RecommendedBy.Code()}, medical necessity {facts.MedicalNecessityFinding.Code()}",
                Fact.Of(facts.RecommendedBy), Fact.Of(facts.MedicalNecessityFinding))
            .Remedy("a recommendation by an LMHP or physician and a medical necessity finding of met");
        evaluation.Require(WantsToWork, facts.DesireToWork, $"wants to work: {facts.DesireToWork}", Fact.Of(facts.DesireToWork)).Remedy("desireToWork true");
        evaluation.Require(NotServedByLrs, Ternary.All(Ternary.Not(facts.LrsServed), facts.NeedsMoreIntensiveSupports),
                $"served by LRS: {facts.LrsServed}; needs more intensive supports: {facts.NeedsMoreIntensiveSupports}",
                Fact.Of(facts.LrsServed), Fact.Of(facts.NeedsMoreIntensiveSupports))
            .Remedy("lrsServed false and needsMoreIntensiveSupports true");
    }

    private static void Lhcc(AdmissionFacts facts, RuleEvaluation evaluation)
    {
        var mental = facts.Diagnoses?.Where(d => d.Class is DiagnosisClass.Smi or DiagnosisClass.Spmi or DiagnosisClass.OtherMh).ToList();
        evaluation.Require(PlanDiagnosis, mental switch
        {
            null => Verdict.NeedsFacts,
            _ when mental.Any(d => d.Qualifying == true) => Verdict.Met,
            _ when mental.Any(d => d.Qualifying is null) => Verdict.NeedsReview,
            _ => Verdict.NotMet,
        }, $"mental-health diagnoses recorded: {mental?.Count}, qualifying: {mental?.Count(d => d.Qualifying == true)}",
            Fact.Of(facts.Diagnoses), new("diagnoses[].qualifying", mental is null))
            .Remedy("a diagnosis of class SMI, SPMI or OTHER_MH that the plan treats as qualifying");
        evaluation.Require(NotOnlySudOrIdd, facts.Diagnoses is { } all ? all.Count == 0 || mental!.Count > 0 : null,
                $"diagnoses recorded: {facts.Diagnoses?.Count}, of them mental-health: {mental?.Count}", Fact.Of(facts.Diagnoses))
            .Remedy("a mental-health diagnosis beside substance use or developmental disability");
        Criteria.RequireNecessity(Necessity, facts, evaluation);
        evaluation.Require(LrsExcludes, Ternary.Not(facts.LrsServed), $"served by LRS: {facts.LrsServed}", Fact.Of(facts.LrsServed)).Remedy("lrsServed false");
    }
}
