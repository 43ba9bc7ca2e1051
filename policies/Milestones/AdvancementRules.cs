namespace Ips.Policies.Milestones;

/// <summary>Milestones 7 and 8: a promotion, and an education event.</summary>
public static class AdvancementRules
{
    private static readonly RuleId Promoted = RuleId.Of("NCC-MS-07d");
    private static readonly RuleId Completed = RuleId.Of("NCC-MS-08d");
    private static readonly RuleId TookPart = RuleId.Of("NCC-MS-08e");
    private static readonly RuleId Linked = RuleId.Of("NCC-MS-08f");

    private static readonly Parameter<IReadOnlyList<string>> PromotionEvidence = Parameter<IReadOnlyList<string>>.Of(Promoted, "evidence");
    private static readonly Parameter<int> ShortProgram = Parameter<int>.Of(Completed, "longest_program");

    /// <summary>NCC-MS-07c and -07d.</summary>
    public static MilestoneUnits Promotion(MilestoneFacts facts, RuleEvaluation evaluation)
    {
        Caps.PromotionsOf(evaluation, facts.EventDate, facts.PaymentsByYear);
        var accepted = evaluation.Value(PromotionEvidence);
        bool? promoted = facts.PromotionType is { } type ? type != Milestones.PromotionType.None : null;
        evaluation.Require(Promoted, Ternary.All(promoted, Evidence.HasAny(facts.PromotionEvidence, accepted)),
                $"promotion {(facts.PromotionType is { } t ? Codes.Of(t) : "not known")}; the document shows {facts.PromotionEvidence?.Select(Codes.Of) ?? []}",
                Fact.Of(facts.PromotionType), Fact.Of(facts.PromotionEvidence))
            .Remedy($"an internal or external promotion with evidence of one of {accepted}");
        return MilestoneUnits.Event;
    }

    /// <summary>NCC-MS-08c to -08f.</summary>
    public static MilestoneUnits Education(MilestoneFacts facts, RuleEvaluation evaluation)
    {
        Caps.EducationOf(evaluation, facts.PriorPayments);
        var isShort = Branch(facts, evaluation.Value(ShortProgram));
        if (isShort != false)
        {
            evaluation.Require(Completed, isShort is null ? null : facts.Withdrawn == true ? false : evaluation.Happened(facts.CompletedOn),
                    $"completed on {facts.CompletedOn}{(facts.Withdrawn == true ? ", left before the end" : "")}; question of {evaluation.AsOf}",
                        [.. BranchFacts(facts), Fact.Of(facts.CompletedOn)])
                .Remedy($"completedOn on or before {evaluation.AsOf}");
        }

        if (isShort != true)
        {
            evaluation.Require(TookPart, isShort is null ? null : facts is { ProofDate: { } proof, SemesterEnd: { } end } ? proof >= end : null,
                    $"proof of {facts.ProofDate}, semester to {facts.SemesterEnd}",
                        [.. BranchFacts(facts), Fact.Of(facts.ProofDate), Fact.Of(facts.SemesterEnd)])
                .Remedy($"proofDate on or after {facts.SemesterEnd}");
        }

        evaluation.Require(Linked, Ternary.All(facts.LinkedToCareerGoal, facts.LeadsToEmployment),
                $"linked to the career goal: {Yes(facts.LinkedToCareerGoal)}; leads to employment: {Yes(facts.LeadsToEmployment)}",
                Fact.Of(facts.LinkedToCareerGoal), Fact.Of(facts.LeadsToEmployment))
            .Remedy("education that is linked to the career goal and leads to employment");
        return MilestoneUnits.Event;
    }

    /// <summary>Whether branch 1 applies (completion of a short program) and not branch 2; not known where the length of a certification is absent.</summary>
    private static bool? Branch(MilestoneFacts facts, int longest) => facts.EducationKind switch
    {
        EducationKind.GedHs => true,
        EducationKind.HigherEducation => false,
        EducationKind.Certification => facts.ProgramMonths is { } months ? months <= longest : null,
        _ => null,
    };

    private static Fact[] BranchFacts(MilestoneFacts facts) =>
        [Fact.Of(facts.EducationKind), new("programMonths", facts.EducationKind != EducationKind.Certification || facts.ProgramMonths is not null)];

    private static string Yes(bool? flag) => flag switch { true => "yes", false => "no", null => "not known" };
}
