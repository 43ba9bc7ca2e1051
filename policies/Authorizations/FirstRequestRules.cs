namespace Ips.Policies.Authorizations;

/// <summary>Documents and time of a first request in North Carolina.</summary>
public static class FirstRequestRules
{
    internal static readonly RuleId RequestAndRecords = RuleId.Of("NC-AUTH-003");
    private static readonly RuleId WithinFirstDays = RuleId.Of("NC-AUTH-005");
    private static readonly RuleId MilestonePlan = RuleId.Of("NCC-MS-02d");

    private static readonly Parameter<IReadOnlyList<string>> RequestDocuments = Parameter<IReadOnlyList<string>>.Of(RequestAndRecords, "documents");
    private static readonly Parameter<IReadOnlyList<string>> TimelyDocuments = Parameter<IReadOnlyList<string>>.Of(WithinFirstDays, "documents");
    private static readonly Parameter<int> FirstDays = Parameter<int>.Of(WithinFirstDays, "first_days");
    private static readonly Parameter<IReadOnlyList<string>> MilestoneDocuments = Parameter<IReadOnlyList<string>>.Of(MilestonePlan, "documents");

    internal static void Evaluate(AuthorizationRequestFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(WithinFirstDays))
            return;
        var complete = Lists.HasAll(facts.Documents, evaluation.Value(RequestDocuments));
        evaluation.Require(RequestAndRecords, complete, $"received: {Lists.Of(facts.Documents)}; needed: {evaluation.Value(RequestDocuments)}",
                Fact.Of(facts.Documents), new("requestReceivedDate", true))
            .Remedy($"documents with {evaluation.Value(RequestDocuments)}");

        var due = facts.ServiceInitiationDate is { } initiated ? Days.WithinFirst(initiated, evaluation.Value(FirstDays)) : (DateOnly?)null;
        var received = facts.RequestReceivedDate;
        bool? timely = received is null || due is null ? null : received <= due;
        var timelyDocuments = Lists.HasAll(facts.Documents, evaluation.Value(TimelyDocuments));
        evaluation.Require(WithinFirstDays, Ternary.All(timely, timelyDocuments),
                $"received on {received} with {Lists.Of(facts.Documents)}; last day {due}, needed: {evaluation.Value(TimelyDocuments)}",
                Fact.Of(facts.ServiceInitiationDate), Fact.Of(received, nameof(facts.RequestReceivedDate)), Fact.Of(facts.Documents))
            .Remedy($"a request received on or before {due} with {evaluation.Value(TimelyDocuments)}");

        evaluation.Answer("dueOn", due);
        var allThere = Ternary.All(complete, timelyDocuments, facts.RequestKind == RequestKind.M2
            ? Lists.HasAll(facts.Documents, evaluation.Value(MilestoneDocuments)) : true);
        if (allThere == true)
            evaluation.Answer("earliestEffectiveDate", timely switch { true => facts.ServiceInitiationDate, false => received, null => null });
    }
}
