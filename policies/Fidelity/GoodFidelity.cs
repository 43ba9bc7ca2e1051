namespace Ips.Policies.Fidelity;

/// <summary>The total from which a program calls a review good.</summary>
public static class GoodFidelity
{
    private static readonly RuleId NorthCarolina = RuleId.Of("NC-FID-011");
    private static readonly RuleId Certification = RuleId.Of("NC-FID-008");
    private static readonly RuleId Louisiana = RuleId.Of("LA-FID-009");
    private static readonly RuleId Missouri = RuleId.Of("MO-FID-002");
    private static readonly (RuleId Rule, Parameter<int> From)[] Rules =
        [(NorthCarolina, Parameter<int>.Of(NorthCarolina, "min_score")), (Louisiana, Parameter<int>.Of(Louisiana, "min_score")),
            (Missouri, Parameter<int>.Of(Missouri, "good_min"))];

    /// <summary>Whether the program certifies a team by its score.</summary>
    public static bool CertifiesBy(PackDay text) => text.Rule(Certification) is not null;

    /// <summary>That total; <see langword="null"/> where no rule of the program names one.</summary>
    public static int? From(PackDay text)
    {
        foreach (var (rule, from) in Rules)
        {
            if (text.Rule(rule) is not null)
                return text.Value(from);
        }

        return null;
    }
}
