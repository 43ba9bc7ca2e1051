using Ips.Policies.Admission;

namespace Ips.Policies.Authorizations;

/// <summary>May the authorization be renewed without a gap?</summary>
public static class ReauthorizationDecision
{
    private static readonly RuleId BeforeExpiry = RuleId.Of("NC-AUTH-006");
    private static readonly RuleId Documents = RuleId.Of("NC-AUTH-007");
    private static readonly RuleId MayContinue = RuleId.Of("NC-CONT-001");
    private static readonly RuleId Necessity = RuleId.Of("NC-AUTH-008");
    private static readonly RuleId NoEndAtSteadyWork = RuleId.Of("NC-AUTH-010");

    private static readonly Parameter<IReadOnlyList<string>> NeededDocuments = Parameter<IReadOnlyList<string>>.Of(Documents, "documents");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<ReauthorizationFacts> Kind { get; } = new(
        "reauthorization", "May the authorization be renewed without a gap?", Evaluate);

    private static void Evaluate(ReauthorizationFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(BeforeExpiry))
            return;
        var (end, received) = (facts.CurrentAuthorizationEnd, facts.RequestReceivedDate);
        bool? timely = end is null || received is null ? null : received <= end;
        evaluation.Require(BeforeExpiry, timely, $"received on {received}, the authorization ends on {end}",
                Fact.Of(end, nameof(facts.CurrentAuthorizationEnd)), Fact.Of(received, nameof(facts.RequestReceivedDate)))
            .Remedy($"requestReceivedDate on or before {end}");
        evaluation.Require(Documents, Lists.HasAll(facts.Documents, evaluation.Value(NeededDocuments)),
            $"received: {Lists.Of(facts.Documents)}; needed: {evaluation.Value(NeededDocuments)}",
                Fact.Of(facts.Documents), new("requestReceivedDate", true))
            .Remedy($"documents with {evaluation.Value(NeededDocuments)}");
        evaluation.Require(MayContinue, facts.ContinuedServiceCriteria is { } found ? found.Count > 0 : null,
            $"continued-service conditions found met: {Lists.Of(facts.ContinuedServiceCriteria)}",
                Fact.Of(facts.ContinuedServiceCriteria))
            .Remedy("one continued-service condition");
        evaluation.Require(Necessity, facts.MedicalNecessityFinding.ToVerdict(), $"medical necessity finding: {facts.MedicalNecessityFinding.Code()}",
                Fact.Of(facts.MedicalNecessityFinding))
            .Remedy("medicalNecessityFinding met");
        if (evaluation.Happened(facts.SteadyWorkSince) == true)
            evaluation.Require(NoEndAtSteadyWork, Verdict.Met, $"working steadily since {facts.SteadyWorkSince}; that sets no end");
        AnswerSpan(timely, end, received, evaluation);
    }

    private static void AnswerSpan(bool? timely, DateOnly? end, DateOnly? received, RuleEvaluation evaluation)
    {
        if (end is not { } last || received is not { } day)
            return;
        var uncovered = last.AddDays(1);
        evaluation.Answer("newSpanFrom", timely == true ? uncovered : day);
        if (day <= uncovered)
            return;
        evaluation.Answer("gapFrom", uncovered);
        evaluation.Answer("gapTo", day.AddDays(-1));
    }
}
