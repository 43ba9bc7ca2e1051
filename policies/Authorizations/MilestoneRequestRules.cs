namespace Ips.Policies.Authorizations;

/// <summary>Requests for the two milestones of the nc-core contract that need an authorization.</summary>
public static class MilestoneRequestRules
{
    private static readonly RuleId M2Size = RuleId.Of("NCC-MS-02c");
    private static readonly RuleId M2Plan = RuleId.Of("NCC-MS-02d");
    private static readonly RuleId M6Size = RuleId.Of("NCC-MS-06d");
    private static readonly RuleId M6Plan = RuleId.Of("NCC-MS-06e");

    private static readonly Parameter<int> M2Units = Parameter<int>.Of(M2Size, "sar_units");
    private static readonly Parameter<int> M2Days = Parameter<int>.Of(M2Size, "sar_days");
    private static readonly Parameter<IReadOnlyList<string>> M2Documents = Parameter<IReadOnlyList<string>>.Of(M2Plan, "documents");
    private static readonly Parameter<IReadOnlyList<string>> M2PcpContents = Parameter<IReadOnlyList<string>>.Of(M2Plan, "pcp_contents");
    private static readonly Parameter<int> M6Units = Parameter<int>.Of(M6Size, "sar_units");
    private static readonly Parameter<int> M6Months = Parameter<int>.Of(M6Size, "sar_months");
    private static readonly Parameter<IReadOnlyList<string>> M6Documents = Parameter<IReadOnlyList<string>>.Of(M6Plan, "documents");
    private static readonly Parameter<IReadOnlyList<string>> M6PcpContents = Parameter<IReadOnlyList<string>>.Of(M6Plan, "pcp_contents");
    private static readonly Parameter<IReadOnlyList<string>> M6PcpContentsAny = Parameter<IReadOnlyList<string>>.Of(M6Plan, "pcp_contents_any");
    private static readonly Parameter<IReadOnlyList<string>> M6TransitionContents = Parameter<IReadOnlyList<string>>.Of(M6Plan, "transition_plan_contents");

    internal static void JudgeM2(AuthorizationRequestFacts facts, RuleEvaluation ruling)
    {
        var units = ruling.Value(M2Units);
        var spanEnd = facts.RequestedFrom is { } from ? Days.WithinFirst(from, ruling.Value(M2Days)) : (DateOnly?)null;
        ruling.Judge(M2Size, Ternary.All(facts.RequestedUnits is { } asked ? asked == units : null, EndsBy(facts.RequestedTo, spanEnd)),
                $"{facts.RequestedUnits} units from {facts.RequestedFrom} to {facts.RequestedTo}; {units} unit through {spanEnd} at most",
                Size(facts))
            .Remedy($"requestedUnits {units} and requestedTo on or before {spanEnd}");
        ruling.Judge(M2Plan, Ternary.All(Lists.HasAll(facts.Documents, ruling.Value(M2Documents)), Lists.HasAll(facts.PcpContents, ruling.Value(M2PcpContents))),
                $"received: {Lists.Of(facts.Documents)}; plan contents: {Lists.Of(facts.PcpContents)}",
                Fact.Of("documents", facts.Documents), Fact.Of("pcpContents", facts.PcpContents))
            .Remedy($"documents with {ruling.Value(M2Documents)} whose contents are {ruling.Value(M2PcpContents)}");
        ruling.Answer("spanEnd", spanEnd);
    }

    internal static void JudgeM6(AuthorizationRequestFacts facts, RuleEvaluation ruling)
    {
        var units = ruling.Value(M6Units);
        var spanEnd = facts.RequestedFrom is { } from ? Days.LastOfMonths(from, ruling.Value(M6Months)) : (DateOnly?)null;
        ruling.Judge(M6Size, Ternary.All(facts.RequestedUnits is { } asked ? asked <= units : null, EndsBy(facts.RequestedTo, spanEnd)),
                $"{facts.RequestedUnits} units from {facts.RequestedFrom} to {facts.RequestedTo}; {units} units through {spanEnd} at most",
                Size(facts))
            .Remedy($"requestedUnits up to {units} and requestedTo on or before {spanEnd}");
        ruling.Judge(M6Plan, Ternary.All(
                    Lists.HasAll(facts.Documents, ruling.Value(M6Documents)),
                    Lists.HasAll(facts.PcpContents, ruling.Value(M6PcpContents)),
                    Lists.HasAny(facts.PcpContents, ruling.Value(M6PcpContentsAny)),
                    Lists.HasAll(facts.TransitionPlanContents, ruling.Value(M6TransitionContents))),
                $"received: {Lists.Of(facts.Documents)}; plan contents: {Lists.Of(facts.PcpContents)}; transition plan contents: {Lists.Of(facts.TransitionPlanContents)}",
                Fact.Of("documents", facts.Documents), Fact.Of("pcpContents", facts.PcpContents), Fact.Of("transitionPlanContents", facts.TransitionPlanContents))
            .Remedy($"documents with {ruling.Value(M6Documents)}; plan contents {ruling.Value(M6PcpContents)} and one of {ruling.Value(M6PcpContentsAny)}; transition plan contents {ruling.Value(M6TransitionContents)}");
        ruling.Answer("spanEnd", spanEnd);
    }

    private static bool? EndsBy(DateOnly? to, DateOnly? spanEnd) => to is null || spanEnd is null ? null : to <= spanEnd;

    private static Fact[] Size(AuthorizationRequestFacts facts) =>
        [Fact.Of("requestedUnits", facts.RequestedUnits), Fact.Of("requestedFrom", facts.RequestedFrom), Fact.Of("requestedTo", facts.RequestedTo)];
}
