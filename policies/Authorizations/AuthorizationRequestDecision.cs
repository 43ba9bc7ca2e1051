namespace Ips.Policies.Authorizations;

/// <summary>Is this request for a first authorization timely, complete and free of conflict, so that it can go to the payer's review?</summary>
public static class AuthorizationRequestDecision
{
    /// <summary>The kind of decision.</summary>
    public static DecisionKind<AuthorizationRequestFacts> Kind { get; } = new(
        "authorization-request", "Is this request for a first authorization timely, complete and free of conflict?", Evaluate);

    private static void Evaluate(AuthorizationRequestFacts facts, RuleEvaluation evaluation)
    {
        RefuseOtherKinds(facts.RequestKind, evaluation.Text.Pack);
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

    /// <summary>A kind that the program does not have is bad input; its rules are of another program.</summary>
    private static void RefuseOtherKinds(RequestKind kind, Pack program)
    {
        if (program.Find(RuleOf(kind)) is null)
        {
            throw new InvalidRequestException([new("requestKind", Codes.Of(kind),
                $"a kind that {program.Id} has: {string.Join(", ", Enum.GetValues<RequestKind>().Where(k => program.Find(RuleOf(k)) is not null).Select(Codes.Of))}")]);
        }
    }

    private static RuleId RuleOf(RequestKind kind) => kind switch
    {
        RequestKind.Ips => FirstRequestRules.RequestAndRecords,
        RequestKind.M2 => MilestoneRequestRules.M2Size,
        RequestKind.M6 => MilestoneRequestRules.M6Size,
        _ => LaRequestRules.BeforeService,
    };
}
