using System.Globalization;

namespace Ips.Policies.Staffing;

/// <summary>The federal exclusion list and the state's adverse actions list, before hire and in every month after it (LA-BGC-005 to -008).</summary>
public static class ExclusionRules
{
    private static readonly RuleId BeforeHire = RuleId.Of("LA-BGC-005");
    private static readonly RuleId EveryMonth = RuleId.Of("LA-BGC-006");
    private static readonly Parameter<int> DaysBefore = Parameter<int>.Of(BeforeHire, "days_before");
    private static readonly Parameter<string> LookUpAge = Parameter<string>.Of(BeforeHire, "age");
    private static readonly RuleId ResultsStored = RuleId.Of("LA-BGC-008");
    private static readonly Parameter<string> Consequence = Parameter<string>.Of(ResultsStored, "not_kept");
    private static readonly RuleId[] NotExcluded = [RuleId.Of("LA-BGC-007"), RuleId.Of("ACLA-STAFF-003"), RuleId.Of("LHCC-STAFF-001")];

    /// <summary>Whether both lists were checked in time and hold no finding.</summary>
    public static void Evaluate(ClearanceFacts facts, RuleEvaluation evaluation)
    {
        var hired = facts.EmploymentDate;
        var days = evaluation.Value(DaysBefore);
        bool? fresh = evaluation.Chooses(LookUpAge, "month_of_hire") && hired is { } first
            ? !(facts.LeieCheckDate < MonthBefore(first) || facts.AdverseActionsCheckDate < MonthBefore(first)) : true;
        evaluation.Require(BeforeHire, Ternary.All(ClearanceDecision.Before(facts.LeieCheckDate, hired, days),
            ClearanceDecision.Before(facts.AdverseActionsCheckDate, hired, days), fresh),
                $"exclusion list checked on {facts.LeieCheckDate}, adverse actions list on {facts.AdverseActionsCheckDate}, first day {hired}",
                Fact.Of(hired, nameof(facts.EmploymentDate)), Fact.Of(facts.LeieCheckDate), Fact.Of(facts.AdverseActionsCheckDate))
            .Remedy($"both lists checked before {hired}");
        foreach (var rule in NotExcluded)
        {
            evaluation.Require(rule, Ternary.Not(facts.ExclusionFinding), $"excluded or a negative finding: {facts.ExclusionFinding}",
                    Fact.Of(facts.ExclusionFinding))
                .Remedy("no finding on either list");
        }

        RequireMonths(facts, evaluation);
        if (facts.ListResultsOnFile is not { } onFile || !evaluation.Text.TryValue(Consequence, out var consequence))
            return;
        var reason = $"the results of the list checks are {(onFile ? "on file" : "not all on file")}";
        var result = consequence == "not_cleared" ? evaluation.Require(ResultsStored, onFile, reason) : evaluation.Remark(ResultsStored, onFile, reason);
        result.Remedy("the result of each check of the lists on file");
    }

    /// <summary>Every month between the month of hire and the current one; both ends are left out.</summary>
    private static void RequireMonths(ClearanceFacts facts, RuleEvaluation evaluation)
    {
        var (leie, adverse) = (facts.LeieCheckMonths, facts.AdverseActionsCheckMonths);
        if (facts.EmploymentDate is not { } hired)
        {
            evaluation.Require(EveryMonth, Verdict.NeedsFacts, "the month of hire is not known", Fact.Of(facts.EmploymentDate));
            return;
        }

        var ended = EndedMonths(hired, evaluation.AsOf);
        if (ended.Count == 0)
        {
            // No month is due yet, so none is missed.
            evaluation.Answer("missedMonths", ended);
            return;
        }

        var missed = ended.Where(m => leie?.Contains(m) == false || adverse?.Contains(m) == false)
            .Select(m => m.ToString("yyyy-MM", CultureInfo.InvariantCulture)).ToList();
        evaluation.Require(EveryMonth, missed.Count > 0 ? false : leie is null || adverse is null ? null : true,
                $"of {ended.Count} months since the month of hire, not checked in both lists: {missed}",
                Fact.Of(leie, nameof(facts.LeieCheckMonths)), Fact.Of(adverse, nameof(facts.AdverseActionsCheckMonths)))
            .Remedy("both lists checked in every month after the month of hire");
        if (leie is not null && adverse is not null)
            evaluation.Answer("missedMonths", missed);
    }

    private static DateOnly MonthBefore(DateOnly hired) => new DateOnly(hired.Year, hired.Month, 1).AddMonths(-1);

    private static List<DateOnly> EndedMonths(DateOnly hired, DateOnly asOf)
    {
        List<DateOnly> months = [];
        for (var month = new DateOnly(hired.Year, hired.Month, 1).AddMonths(1); month.AddMonths(1) <= asOf; month = month.AddMonths(1))
            months.Add(month);
        return months;
    }
}
