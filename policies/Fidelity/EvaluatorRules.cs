namespace Ips.Policies.Fidelity;

/// <summary>
/// Who may evaluate a team: North Carolina accepts no review by the provider itself, Louisiana wants the plan's reviewer, Missouri also takes inside reviewers.
/// </summary>
public static class EvaluatorRules
{
    private static readonly RuleId ReviewedBy = RuleId.Of("NC-FID-002");
    private static readonly RuleId PlansReviewer = RuleId.Of("LA-FID-004");
    private static readonly RuleId Inside = RuleId.Of("MO-FID-003");
    private static readonly Parameter<IReadOnlyList<string>> Accepted = Parameter<IReadOnlyList<string>>.Of(ReviewedBy, "evaluators");

    /// <summary>The rule by which an evaluator of the team's own agency may not take part in this review; <see langword="null"/> where it may.</summary>
    public static RuleId? RefusesOwnAgency(PackDay text, Evaluator evaluator)
    {
        if (text.Rule(Inside) is not null)
            return null;
        if (text.Rule(ReviewedBy) is not null)
            return Lists.Names(text.Value(Accepted), Evaluator.Provider) ? null : ReviewedBy;
        return text.Rule(PlansReviewer) is not null && evaluator != Evaluator.Provider ? PlansReviewer : null;
    }

    /// <summary>The rule that advises a training of an evaluator of the team's own agency; <see langword="null"/> where there is none.</summary>
    public static RuleId? AdvisesTraining(PackDay text) => text.Rule(Inside) is null ? null : Inside;
}
