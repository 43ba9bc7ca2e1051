namespace Ips.Policies.Staffing;

/// <summary>Is this person qualified for the role on the as-of day?</summary>
public static class QualificationDecision
{
    /// <summary>The kind of decision.</summary>
    public static DecisionKind<QualificationFacts> Kind { get; } = new(
        "staff-qualification", "Is this person qualified for the role on the as-of day?", Evaluate);

    private static void Evaluate(QualificationFacts facts, RuleEvaluation evaluation)
    {
        var status = NcQualificationRules.Evaluate(facts, evaluation) ?? LaQualificationRules.Evaluate(facts, evaluation) ?? Missouri(facts, evaluation);
        switch (evaluation.Worst)
        {
            case Verdict.Met when status is { } met:
                evaluation.Answer("status", Codes.Of(met));
                break;
            case Verdict.NotMet:
                evaluation.Answer("status", Codes.Of(QualificationStatus.NotQualified));
                break;
        }
    }

    private static QualificationStatus? Missouri(QualificationFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(CommunitySupport))
            return null;
        if (facts is { Role: StaffRole.Esp, BillsCommunitySupport: true })
        {
            var held = facts.Credentials?.Any(c => c.Type == CredentialType.CssMo && c.ValidOn(evaluation.AsOf));
            evaluation.Require(CommunitySupport, held, $"holds the Community Support Specialist qualifications on {evaluation.AsOf}: {held}",
                    Fact.Of(facts.Credentials))
                .Remedy($"a CSS_MO credential valid on {evaluation.AsOf}");
        }
        else
        {
            evaluation.Require(CommunitySupport, Verdict.Met, $"not required of {Codes.Of(facts.Role)} who does not bill Community Support as a specialist");
        }

        return QualificationStatus.Qualified;
    }

    private static readonly RuleId CommunitySupport = RuleId.Of("MO-BILL-013");
}

/// <summary>Standing of a person in a role.</summary>
public enum QualificationStatus
{
    /// <summary>Everything required and recommended is there.</summary>
    Qualified,

    /// <summary>Everything required is there; a recommended item is missing.</summary>
    QualifiedWithAdvice,

    /// <summary>May serve until the certificate falls due.</summary>
    Provisional,

    /// <summary>Something required is missing.</summary>
    NotQualified,
}
