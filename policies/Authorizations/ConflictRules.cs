namespace Ips.Policies.Authorizations;

/// <summary>One IPS provider at a time, and no ACT beside IPS: so many common days are a conflict.</summary>
public static class ConflictRules
{
    private static readonly RuleId OneProvider = RuleId.Of("NC-LIM-001");
    private static readonly RuleId NotWithAct = RuleId.Of("NC-LIM-002");

    private static readonly Parameter<int> CommonDays = Parameter<int>.Of(OneProvider, "common_days");

    internal static void Evaluate(AuthorizationRequestFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(OneProvider))
            return;
        Evaluate(OneProvider, AuthorizedService.Ips, facts, evaluation);
        Evaluate(NotWithAct, AuthorizedService.Act, facts, evaluation);
        if (facts.RequestedFrom is not { } from || facts.RequestedTo is not { } to)
            return;
        var conflicts = facts.ExistingAuthorizations?.Where(e => Conflicts(e, facts, evaluation) == true).ToList() ?? [];
        if (conflicts.Count == 0)
            return;
        evaluation.Answer("conflictFrom", conflicts.Min(e => e.From > from ? e.From : from));
        evaluation.Answer("conflictTo", conflicts.Max(e => e.To < to ? e.To.Value : to));
    }

    private static void Evaluate(RuleId rule, AuthorizedService service, AuthorizationRequestFacts facts, RuleEvaluation evaluation)
    {
        var found = facts.ExistingAuthorizations?.Where(e => e.Service == service).Select(e => Conflicts(e, facts, evaluation)).ToArray();
        var result = evaluation.Require(rule, found is null ? null : Ternary.Not(Ternary.Any(found)),
                $"requested {facts.RequestedFrom} to {facts.RequestedTo}; {Codes.Of(service)} authorizations on file: {Spans(facts, service)}",
                Fact.Of(facts.ExistingAuthorizations), Fact.Of(facts.RequestedFrom), Fact.Of(facts.RequestedTo),
                new("requestingProvider", service == AuthorizedService.Act || facts.RequestingProvider is not null),
                new("existingAuthorizations[].provider", service == AuthorizedService.Act
                    || facts.ExistingAuthorizations?.Any(e => e.Service == service && e.Provider is null) != true));
        if (found is not null)
            result.Remedy($"a period without a day in common with {Spans(facts, service)}");
    }

    private static bool? Conflicts(ExistingAuthorization existing, AuthorizationRequestFacts facts, RuleEvaluation evaluation)
    {
        var more = existing.Service == AuthorizedService.Act ? 0 : evaluation.Text.ValueOr(CommonDays, 1) - 1;
        bool? begins = facts.RequestedFrom is { } from ? !(existing.To < from.AddDays(more)) : null;
        bool? ends = facts.RequestedTo is { } to ? existing.From.AddDays(more) <= to : null;
        bool? other = existing.Service == AuthorizedService.Act ? true
            : existing.Provider is null || facts.RequestingProvider is null ? null
            : existing.Provider != facts.RequestingProvider;
        return Ternary.All(begins, ends, other);
    }

    private static IEnumerable<string> Spans(AuthorizationRequestFacts facts, AuthorizedService service) =>
        facts.ExistingAuthorizations?.Where(e => e.Service == service)
            .Select(e => Words.Span(e.From, e.To)) ?? [];
}
