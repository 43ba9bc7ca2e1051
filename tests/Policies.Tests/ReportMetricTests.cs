using Ips.Policies.Reports;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>Definitions of the numbers in reports: dated, one on a day, a share with what it is a share of.</summary>
public sealed class ReportMetricTests
{
    private const string Head = "verified: 2026-11-29\nneeds_confirmation: true\nmetrics:\n";

    [Fact]
    public void A_definition_holds_from_its_first_day()
    {
        Assert.NotEmpty(ReportMetric.Of(Report.NcCoreMonthly, new(2021, 12, 1)));
        Assert.Empty(ReportMetric.Of(Report.NcCoreMonthly, new(2021, 11, 30)));
        Assert.Empty(ReportMetric.Of(Report.IoarInitial, new(2026, 1, 1)));
    }

    [Theory]
    // The next definition begins on the day after the last day, or on the last day itself.
    [InlineData("2022-12-31", "2023-01-01", 0)]
    [InlineData("2023-01-01", "2023-01-01", 1)]
    [InlineData("", "2023-01-01", 1)]
    public void Two_definitions_of_one_metric_do_not_hold_on_one_day(string through, string from, int problems)
    {
        Assert.Equal(problems, Read(Metric("a", "2022-01-01", through), Metric("a", from, "")).Count);
        Assert.Empty(Read(Metric("a", "2022-01-01", through), Metric("b", from, "")));
    }

    [Theory]
    [InlineData("percent", "admitted", "People admitted.", 0)]
    [InlineData("percent", "", "People admitted.", 1)]
    [InlineData("percent", "admitted", "", 1)]
    [InlineData("people", "admitted", "", 1)]
    [InlineData("people", "", "", 0)]
    public void A_share_has_its_denominator_and_no_other_number_has_one(string unit, string among, string denominator, int problems) =>
        Assert.Equal(problems, Read(Metric("a", "2022-01-01", "", unit, among, denominator)).Count);

    [Fact]
    public void What_is_missing_is_named()
    {
        var problems = Read("  - metric: a\n    title: A\n    topic: t\n    unit: people\n    numerator: N\n    exclusions: none\n    steward: S\n");
        Assert.Contains(problems, p => p.Wrong.Contains("reports", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Wrong.Contains("from", StringComparison.Ordinal));
    }

    private static List<PackProblem> Read(params string[] metrics)
    {
        List<PackProblem> problems = [];
        ReportMetric.ReadFrom(Head + string.Concat(metrics), problems);
        return problems;
    }

    private static string Metric(string code, string from, string through, string unit = "people", string among = "", string denominator = "") =>
        $"  - metric: {code}\n    title: A\n    reports: [nc_core_monthly]\n    topic: t\n    unit: {unit}\n    from: {from}\n"
        + (through.Length > 0 ? $"    through: {through}\n" : "") + (among.Length > 0 ? $"    among: {among}\n" : "")
        + (denominator.Length > 0 ? $"    denominator: {denominator}\n" : "") + "    numerator: N\n    exclusions: none\n    steward: S\n";
}
