namespace Ips.Policies.Staffing;

/// <summary>Required roles and the way to the baseline review in North Carolina (NC-STAFF-011, NC-FID-004 to -007).</summary>
internal static class NcTeamRules
{
    private static readonly RuleId RequiredRoles = RuleId.Of("NC-STAFF-011");
    private static readonly RuleId Baseline = RuleId.Of("NC-FID-004");
    private static readonly RuleId NoBarriers = RuleId.Of("NC-FID-005");
    private static readonly RuleId ActionPlan = RuleId.Of("NC-FID-006");
    private static readonly RuleId BaselineTarget = RuleId.Of("NC-FID-007");

    private static readonly Parameter<int> MinEach = Parameter<int>.Of(RequiredRoles, "min_each");
    private static readonly Parameter<int> AssistantMonths = Parameter<int>.Of(RequiredRoles, "assistant_within");
    private static readonly Parameter<int> BaselineMonths = Parameter<int>.Of(Baseline, "months_of_operation");
    private static readonly Parameter<int> MinServed = Parameter<int>.Of(NoBarriers, "min_served");
    private static readonly Parameter<IReadOnlyList<string>> Contents = Parameter<IReadOnlyList<string>>.Of(ActionPlan, "contents");
    private static readonly Parameter<IReadOnlyList<string>> SharedWith = Parameter<IReadOnlyList<string>>.Of(ActionPlan, "shared_with");
    private static readonly Parameter<int> TargetMonths = Parameter<int>.Of(BaselineTarget, "months_from_plan");

    public static void Evaluate(TeamFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(RequiredRoles))
            return;
        var staffed = Roles(facts, evaluation);
        DateOnly? earliest = facts.OperationStart is { } start ? Days.MonthsAfter(start, evaluation.Value(BaselineMonths)) : null;
        var due = earliest is { } day ? evaluation.AsOf >= day : (bool?)null;
        evaluation.Require(Baseline, due, $"in operation since {facts.OperationStart}, a baseline review from {earliest}, as of {evaluation.AsOf}",
                Fact.Of(facts.OperationStart))
            .Remedy($"as of {earliest} or later");
        if (due == true)
        {
            var served = evaluation.Value(MinServed);
            var ready = Ternary.All(staffed, TeamDecision.AtLeast(facts.ActiveServed, served));
            evaluation.Require(NoBarriers, ready,
                $"required staff there: {staffed}, {facts.ActiveServed} people served, at least {served} needed; otherwise a meeting on the barriers and an action plan come first",
                    Fact.Of(facts.ActiveServed), new("teamLeads, esps, epms, programAssistants", staffed is not null))
                .Remedy($"the required staff and activeServed of at least {served}");
            evaluation.Answer("barrierMeetingRequired", !ready);
        }
        else if (due == false)
        {
            evaluation.Answer("barrierMeetingRequired", false);
        }

        if (facts.ActionPlanDate is { } planned)
            Plan(facts, planned, evaluation);
        evaluation.Answer("baselineEarliestOn", earliest);
    }

    private static bool? Roles(TeamFacts facts, RuleEvaluation evaluation)
    {
        var min = evaluation.Value(MinEach);
        DateOnly? grace = facts.OperationStart is { } start ? Days.MonthsAfter(start, evaluation.Value(AssistantMonths)) : null;
        var assisted = Ternary.Any(TeamDecision.AtLeast(facts.ProgramAssistants, min), grace is { } last ? evaluation.AsOf <= last : null);
        var staffed = Ternary.All(TeamDecision.AtLeast(facts.TeamLeads, min), TeamDecision.AtLeast(facts.Esps, min),
            TeamDecision.AtLeast(facts.Epms, min), assisted);
        evaluation.Require(RequiredRoles, staffed,
                $"{facts.TeamLeads} Team Leads, {facts.Esps} ESPs, {facts.Epms} EPMs, {facts.ProgramAssistants} program assistants; {min} of each needed, the assistant after {grace}",
                Fact.Of(facts.TeamLeads), Fact.Of(facts.Esps), Fact.Of(facts.Epms),
                new("programAssistants", facts.ProgramAssistants is not null || assisted == true),
                    new("operationStart", facts.OperationStart is not null || assisted == true))
            .Remedy($"at least {min} Team Lead, ESP, EPM and program assistant each");
        return staffed;
    }

    private static void Plan(TeamFacts facts, DateOnly planned, RuleEvaluation evaluation)
    {
        var (contents, readers) = (evaluation.Value(Contents), evaluation.Value(SharedWith));
        evaluation.Require(ActionPlan, Ternary.All(Lists.HasAll(facts.ActionPlanContents, contents), Lists.HasAll(facts.ActionPlanSharedWith, readers)),
                $"the action plan of {planned} holds {Lists.Of(facts.ActionPlanContents)} and is shared with {Lists.Of(facts.ActionPlanSharedWith)}; {contents} and {readers} needed",
                Fact.Of(facts.ActionPlanContents), Fact.Of(facts.ActionPlanSharedWith), Fact.Of(facts.ActionPlanDate))
            .Remedy($"contents {contents}, shared with {readers}");
        evaluation.Answer("baselineTargetOn", Days.MonthsAfter(planned, evaluation.Value(TargetMonths)));
    }
}
