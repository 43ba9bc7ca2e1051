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
        "reauthorization", "May the authorization be renewed without a gap?", Programs.NorthCarolina, ReauthorizationFacts.Read, Evaluate);

    private static void Evaluate(ReauthorizationFacts facts, RuleEvaluation ruling)
    {
        if (!ruling.Has(BeforeExpiry))
            return;
        var (end, received) = (facts.CurrentAuthorizationEnd, facts.RequestReceivedDate);
        bool? timely = end is null || received is null ? null : received <= end;
        ruling.Judge(BeforeExpiry, timely, $"received on {received}, the authorization ends on {end}", Fact.Of("currentAuthorizationEnd", end), Fact.Of("requestReceivedDate", received))
            .Remedy($"requestReceivedDate on or before {end}");
        ruling.Judge(Documents, Lists.HasAll(facts.Documents, ruling.Value(NeededDocuments)), $"received: {Lists.Of(facts.Documents)}; needed: {ruling.Value(NeededDocuments)}",
                Fact.Of("documents", facts.Documents))
            .Remedy($"documents with {ruling.Value(NeededDocuments)}");
        ruling.Judge(MayContinue, facts.ContinuedServiceCriteria is { } found ? found.Count > 0 : null, $"continued-service conditions found met: {Lists.Of(facts.ContinuedServiceCriteria)}",
                Fact.Of("continuedServiceCriteria", facts.ContinuedServiceCriteria))
            .Remedy("one continued-service condition");
        ruling.Judge(Necessity, facts.MedicalNecessityFinding.ToVerdict(), $"medical necessity finding: {facts.MedicalNecessityFinding.Code()}",
                Fact.Of("medicalNecessityFinding", facts.MedicalNecessityFinding))
            .Remedy("medicalNecessityFinding met");
        if (facts.SteadyWorkSince is not null)
            ruling.Judge(NoEndAtSteadyWork, Verdict.Met, $"working steadily since {facts.SteadyWorkSince}; that sets no end");
        AnswerSpan(timely, end, received, ruling);
    }

    private static void AnswerSpan(bool? timely, DateOnly? end, DateOnly? received, RuleEvaluation ruling)
    {
        if (end is not { } last || received is not { } day)
            return;
        var uncovered = last.AddDays(1);
        ruling.Answer("newSpanFrom", timely == true ? uncovered : day);
        if (day <= uncovered)
            return;
        ruling.Answer("gapFrom", uncovered);
        ruling.Answer("gapTo", day.AddDays(-1));
    }
}
