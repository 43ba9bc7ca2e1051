namespace Ips.Policies.Milestones;

/// <summary>The public fiscal year as NCC-TCL-007 reads it.</summary>
public static class FiscalYear
{
    private static readonly Parameter<int> LastMonth = Parameter<int>.Of(RuleId.Of("NCC-TCL-007"), "fiscal_year_last_month");

    /// <summary>Last day of the fiscal year that holds the day: that day itself where it is the last.</summary>
    public static DateOnly EndOf(RuleEvaluation evaluation, DateOnly day)
    {
        var month = evaluation.Value(LastMonth);
        var year = day.Month > month ? day.Year + 1 : day.Year;
        return new(year, month, DateTime.DaysInMonth(year, month));
    }
}
