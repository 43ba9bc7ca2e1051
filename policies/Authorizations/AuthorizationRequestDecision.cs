namespace Ips.Policies.Authorizations;

/// <summary>Is this request for a first authorization timely, complete and free of conflict, so that it can go to the payer's review?</summary>
public static class AuthorizationRequestDecision
{
    /// <summary>The kind of decision.</summary>
    public static DecisionKind<AuthorizationRequestFacts> Kind { get; } = new(
        "authorization-request", "Is this request for a first authorization timely, complete and free of conflict?",
        [.. Programs.NorthCarolina, .. Programs.Louisiana], Evaluate);

    private static void Evaluate(AuthorizationRequestFacts facts, RuleEvaluation evaluation)
    {
        RefuseOtherKinds(facts.RequestKind, evaluation.Program);
        switch (facts.RequestKind)
        {
            case RequestKind.Ips:
                FirstRequestRules.Evaluate(facts, evaluation);
                ConflictRules.Evaluate(facts, evaluation);
                break;
            case RequestKind.M2:
                FirstRequestRules.Evaluate(facts, evaluation);
                MilestoneRequestRules.RequireM2(facts, evaluation);
                ConflictRules.Evaluate(facts, evaluation);
                break;
            case RequestKind.M6:
                MilestoneRequestRules.RequireM6(facts, evaluation);
                ConflictRules.Evaluate(facts, evaluation);
                break;
            default:
                LaRequestRules.Evaluate(facts, evaluation);
                break;
        }
    }

    /// <summary>A kind that the program does not have is bad input; judging it by no rule would answer yes.</summary>
    private static void RefuseOtherKinds(RequestKind kind, string program)
    {
        RequestKind[] kinds = program switch
        {
            Programs.NcState => [RequestKind.Ips],
            Programs.NcCore => [RequestKind.Ips, RequestKind.M2, RequestKind.M6],
            _ => [RequestKind.LaPriorAuth],
        };
        if (!kinds.Contains(kind))
            throw new InvalidRequestException([new("requestKind", Codes.Of(kind), $"a kind that {program} has: {string.Join(", ", kinds.Select(Codes.Of))}")]);
    }
}
