namespace Ips.Policies.Authorizations;

/// <summary>Documents and time of a first request in North Carolina.</summary>
public static class FirstRequestRules
{
    private static readonly RuleId RequestAndRecords = RuleId.Of("NC-AUTH-003");
    private static readonly RuleId WithinFirstDays = RuleId.Of("NC-AUTH-005");
    private static readonly RuleId MilestonePlan = RuleId.Of("NCC-MS-02d");

    private static readonly Parameter<IReadOnlyList<string>> RequestDocuments = Parameter<IReadOnlyList<string>>.Of(RequestAndRecords, "documents");
    private static readonly Parameter<IReadOnlyList<string>> TimelyDocuments = Parameter<IReadOnlyList<string>>.Of(WithinFirstDays, "documents");
    private static readonly Parameter<int> FirstDays = Parameter<int>.Of(WithinFirstDays, "first_days");
    private static readonly Parameter<IReadOnlyList<string>> MilestoneDocuments = Parameter<IReadOnlyList<string>>.Of(MilestonePlan, "documents");

    internal static void Judge(AuthorizationRequestFacts facts, RuleEvaluation ruling)
    {
        if (!ruling.Has(WithinFirstDays))
            return;
        var complete = Lists.HasAll(facts.Documents, ruling.Value(RequestDocuments));
        ruling.Judge(RequestAndRecords, complete, $"received: {Lists.Of(facts.Documents)}; needed: {ruling.Value(RequestDocuments)}", Fact.Of("documents", facts.Documents))
            .Remedy($"documents with {ruling.Value(RequestDocuments)}");

        var due = facts.ServiceInitiationDate is { } initiated ? Days.WithinFirst(initiated, ruling.Value(FirstDays)) : (DateOnly?)null;
        var received = facts.RequestReceivedDate;
        bool? timely = received is null || due is null ? null : received <= due;
        var timelyDocuments = Lists.HasAll(facts.Documents, ruling.Value(TimelyDocuments));
        ruling.Judge(WithinFirstDays, Ternary.All(timely, timelyDocuments),
                $"received on {received} with {Lists.Of(facts.Documents)}; last day {due}, needed: {ruling.Value(TimelyDocuments)}",
                Fact.Of("serviceInitiationDate", facts.ServiceInitiationDate), Fact.Of("requestReceivedDate", received), Fact.Of("documents", facts.Documents))
            .Remedy($"a request received on or before {due} with {ruling.Value(TimelyDocuments)}");

        ruling.Answer("dueOn", due);
        var allThere = Ternary.All(complete, timelyDocuments, facts.RequestKind == RequestKind.M2 ? Lists.HasAll(facts.Documents, ruling.Value(MilestoneDocuments)) : true);
        if (allThere == true)
            ruling.Answer("earliestEffectiveDate", timely switch { true => facts.ServiceInitiationDate, false => received, null => null });
    }
}
