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

    public static void Evaluate(TeamFacts facts, RuleEvaluation ruling)
    {
        if (!ruling.Has(RequiredRoles))
            return;
        var staffed = Roles(facts, ruling);
        DateOnly? earliest = facts.OperationStart is { } start ? Days.MonthsAfter(start, ruling.Value(BaselineMonths)) : null;
        var due = earliest is { } day ? ruling.AsOf >= day : (bool?)null;
        ruling.Judge(Baseline, due, $"in operation since {facts.OperationStart}, a baseline review from {earliest}, asked on {ruling.AsOf}", Fact.Of("operationStart", facts.OperationStart))
            .Remedy($"asked on or after {earliest}");
        if (due == true)
        {
            var served = ruling.Value(MinServed);
            var ready = Ternary.All(staffed, TeamDecision.AtLeast(facts.ActiveServed, served));
            ruling.Judge(NoBarriers, ready, $"required staff there: {staffed}, {facts.ActiveServed} people served, at least {served} needed; otherwise a meeting on the barriers and an action plan come first",
                    Fact.Of("activeServed", facts.ActiveServed), new("teamLeads, esps, epms, programAssistants", staffed is not null))
                .Remedy($"the required staff and activeServed of at least {served}");
            ruling.Answer("barrierMeetingRequired", !ready);
        }
        else if (due == false)
        {
            ruling.Answer("barrierMeetingRequired", false);
        }

        if (facts.ActionPlanDate is { } planned)
            Plan(facts, planned, ruling);
        ruling.Answer("baselineEarliestOn", earliest);
    }

    private static bool? Roles(TeamFacts facts, RuleEvaluation ruling)
    {
        var min = ruling.Value(MinEach);
        DateOnly? grace = facts.OperationStart is { } start ? Days.MonthsAfter(start, ruling.Value(AssistantMonths)) : null;
        var assisted = Ternary.Any(TeamDecision.AtLeast(facts.ProgramAssistants, min), grace is { } last ? ruling.AsOf <= last : null);
        var staffed = Ternary.All(TeamDecision.AtLeast(facts.TeamLeads, min), TeamDecision.AtLeast(facts.Esps, min), TeamDecision.AtLeast(facts.Epms, min), assisted);
        ruling.Judge(RequiredRoles, staffed,
                $"{facts.TeamLeads} Team Leads, {facts.Esps} ESPs, {facts.Epms} EPMs, {facts.ProgramAssistants} program assistants; {min} of each needed, the assistant after {grace}",
                Fact.Of("teamLeads", facts.TeamLeads), Fact.Of("esps", facts.Esps), Fact.Of("epms", facts.Epms),
                new("programAssistants", facts.ProgramAssistants is not null || assisted == true), new("operationStart", facts.OperationStart is not null || assisted == true))
            .Remedy($"at least {min} Team Lead, ESP, EPM and program assistant each");
        return staffed;
    }

    private static void Plan(TeamFacts facts, DateOnly planned, RuleEvaluation ruling)
    {
        var (contents, readers) = (ruling.Value(Contents), ruling.Value(SharedWith));
        ruling.Judge(ActionPlan, Ternary.All(Lists.HasAll(facts.ActionPlanContents, contents), Lists.HasAll(facts.ActionPlanSharedWith, readers)),
                $"the action plan of {planned} holds {Lists.Of(facts.ActionPlanContents)} and is shared with {Lists.Of(facts.ActionPlanSharedWith)}; {contents} and {readers} needed",
                Fact.Of("actionPlanContents", facts.ActionPlanContents), Fact.Of("actionPlanSharedWith", facts.ActionPlanSharedWith))
            .Remedy($"contents {contents}, shared with {readers}");
        ruling.Answer("baselineTargetOn", Days.MonthsAfter(planned, ruling.Value(TargetMonths)));
    }
}
