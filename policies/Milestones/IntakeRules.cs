namespace Ips.Policies.Milestones;

/// <summary>Milestone 2: intake, paid once in an episode inside an authorization.</summary>
public static class IntakeRules
{
    private static readonly RuleId Authorized = RuleId.Of("NCC-MS-02c");
    private static readonly RuleId Plan = RuleId.Of("NCC-MS-02d");

    private static readonly Parameter<IReadOnlyList<string>> PlanContents = Parameter<IReadOnlyList<string>>.Of(Plan, "pcp_contents");

    /// <summary>NCC-MS-02b, -02c and -02d.</summary>
    public static MilestoneUnits Evaluate(MilestoneFacts facts, RuleEvaluation evaluation)
    {
        var funder = OncePerEpisode.InEpisode(facts, evaluation);
        AuthorizedOn(evaluation, facts.EventDate, FollowAlongRules.AuthorizationOf(facts));
        var contents = evaluation.Value(PlanContents);
        evaluation.Require(Plan, Evidence.HasAll(facts.PcpContents, contents), $"the plan lacks: {Evidence.Missing(facts.PcpContents, contents)}",
                Fact.Of(facts.PcpContents))
            .Remedy($"a plan with {contents}");
        return MilestoneUnits.Event with { Funder = funder };
    }

    /// <summary>NCC-MS-02c: the day inside the authorization and a unit left.</summary>
    public static void AuthorizedOn(RuleEvaluation evaluation, DateOnly day, Authorization authorization)
    {
        bool? enough = authorization.Left is { } left ? left >= MilestoneUnits.Event.Requested : null;
        evaluation.Require(Authorized, Ternary.All(Evidence.Inside(day, authorization.From, authorization.To), enough),
                $"{day} in {authorization.From} to {authorization.To}, {authorization.Left} units left", [.. authorization.Facts])
            .Remedy($"an authorization that covers {day} with a unit left");
    }
}
