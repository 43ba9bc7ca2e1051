namespace Ips.Policies.Staffing;

/// <summary>Is the caseload or span within the limit on the as-of day?</summary>
public static class CaseloadDecision
{
    /// <summary>The kind of decision.</summary>
    public static DecisionKind<CaseloadFacts> Kind { get; } = new(
        "caseload", "Is the caseload or span within the limit on the as-of day?", Evaluate);

    private static void Evaluate(CaseloadFacts facts, RuleEvaluation evaluation)
    {
        switch (facts.Role)
        {
            case StaffRole.TeamLead:
                CaseloadRules.Supervisor(facts, evaluation);
                break;
            case StaffRole.Esp:
                CaseloadRules.Specialist(facts, evaluation);
                break;
            default:
                throw new InvalidRequestException([new("role", Codes.Of(facts.Role), "TEAM_LEAD or ESP; other roles carry no caseload")]);
        }
    }
}
