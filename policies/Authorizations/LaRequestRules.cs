namespace Ips.Policies.Authorizations;

/// <summary>Prior authorization in Louisiana.</summary>
public static class LaRequestRules
{
    internal static readonly RuleId BeforeService = RuleId.Of("LA-AUTH-001");
    private static readonly RuleId EnoughDocuments = RuleId.Of("LA-AUTH-002");

    internal static void Evaluate(AuthorizationRequestFacts facts, RuleEvaluation evaluation)
    {
        var (received, initiated) = (facts.RequestReceivedDate, facts.ServiceInitiationDate);
        evaluation.Require(BeforeService, received is null || initiated is null ? null : received <= initiated,
            $"received on {received}, first day of IPS {initiated}",
                Fact.Of(received, nameof(facts.RequestReceivedDate)), Fact.Of(initiated, nameof(facts.ServiceInitiationDate)))
            .Remedy($"requestReceivedDate on or before {initiated}");
        evaluation.Require(EnoughDocuments, facts.DocumentationSufficient switch { true => Verdict.Met, false => Verdict.NotMet, null => Verdict.NeedsReview },
                $"the plan's reviewer finds the documents enough: {facts.DocumentationSufficient}", Fact.Of(facts.DocumentationSufficient),
                new("requestReceivedDate", true))
            .Remedy("documents that let the plan decide medical necessity");
    }
}
