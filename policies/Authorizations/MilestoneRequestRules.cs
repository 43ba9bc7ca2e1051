namespace Ips.Policies.Authorizations;

/// <summary>Requests for the two milestones of the nc-core contract that need an authorization.</summary>
public static class MilestoneRequestRules
{
    internal static readonly RuleId M2Size = RuleId.Of("NCC-MS-02c");
    private static readonly RuleId M2Plan = RuleId.Of("NCC-MS-02d");
    internal static readonly RuleId M6Size = RuleId.Of("NCC-MS-06d");
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

    internal static void RequireM2(AuthorizationRequestFacts facts, RuleEvaluation evaluation)
    {
        var units = evaluation.Value(M2Units);
        var spanEnd = facts.RequestedFrom is { } from ? Days.WithinFirst(from, evaluation.Value(M2Days)) : (DateOnly?)null;
        evaluation.Require(M2Size, Ternary.All(facts.RequestedUnits is { } requested ? requested == units : null, EndsBy(facts.RequestedTo, spanEnd)),
                $"{facts.RequestedUnits} units from {facts.RequestedFrom} to {facts.RequestedTo}; {units} unit through {spanEnd} at most",
                Size(facts))
            .Remedy($"requestedUnits {units} and requestedTo on or before {spanEnd}");
        evaluation.Require(M2Plan, Ternary.All(Lists.HasAll(facts.Documents, evaluation.Value(M2Documents)),
            Lists.HasAll(facts.PcpContents, evaluation.Value(M2PcpContents))),
                $"received: {Lists.Of(facts.Documents)}; plan contents: {Lists.Of(facts.PcpContents)}",
                Fact.Of(facts.Documents), Fact.Of(facts.PcpContents), new("requestReceivedDate", true))
            .Remedy($"documents with {evaluation.Value(M2Documents)} whose contents are {evaluation.Value(M2PcpContents)}");
        evaluation.Answer("spanEnd", spanEnd);
    }

    internal static void RequireM6(AuthorizationRequestFacts facts, RuleEvaluation evaluation)
    {
        var units = evaluation.Value(M6Units);
        var spanEnd = facts.RequestedFrom is { } from ? Days.LastOfMonths(from, evaluation.Value(M6Months)) : (DateOnly?)null;
        evaluation.Require(M6Size, Ternary.All(facts.RequestedUnits is { } requested ? requested <= units : null, EndsBy(facts.RequestedTo, spanEnd)),
                $"{facts.RequestedUnits} units from {facts.RequestedFrom} to {facts.RequestedTo}; {units} units through {spanEnd} at most",
                Size(facts))
            .Remedy($"requestedUnits up to {units} and requestedTo on or before {spanEnd}");
        evaluation.Require(M6Plan, Ternary.All(
                    Lists.HasAll(facts.Documents, evaluation.Value(M6Documents)),
                    Lists.HasAll(facts.PcpContents, evaluation.Value(M6PcpContents)),
                    Lists.HasAny(facts.PcpContents, evaluation.Value(M6PcpContentsAny)),
                    Lists.HasAll(facts.TransitionPlanContents, evaluation.Value(M6TransitionContents))),
                $"received: {Lists.Of(facts.Documents)}; plan contents: {Lists.Of(facts.PcpContents)}; transition plan contents: {Lists.Of(facts.TransitionPlanContents)}",
                Fact.Of(facts.Documents), Fact.Of(facts.PcpContents), Fact.Of(facts.TransitionPlanContents), new("requestReceivedDate", true))
            .Remedy($"documents with {evaluation.Value(M6Documents)}; plan contents {evaluation.Value(M6PcpContents)} and one of {evaluation.Value(M6PcpContentsAny)}; transition plan contents {evaluation.Value(M6TransitionContents)}");
        evaluation.Answer("spanEnd", spanEnd);
    }

    private static bool? EndsBy(DateOnly? to, DateOnly? spanEnd) => to is null || spanEnd is null ? null : to <= spanEnd;

    private static Fact[] Size(AuthorizationRequestFacts facts) =>
        [Fact.Of(facts.RequestedUnits), Fact.Of(facts.RequestedFrom), Fact.Of(facts.RequestedTo)];
}
