using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>Day arithmetic at its boundaries.</summary>
public sealed class DaysTests
{
    [Theory]
    [InlineData("2024-03-01", 30, "2024-03-30")]
    [InlineData("2024-01-10", 90, "2024-04-08")]
    [InlineData("2024-02-29", 1, "2024-02-29")]
    public void The_first_day_counts_within_the_first_days(string start, int days, string last) =>
        Assert.Equal(Day(last), Days.WithinFirst(Day(start), days));

    [Theory]
    [InlineData("2024-01-08", 30, "2024-02-07")]
    [InlineData("2023-12-31", 1, "2024-01-01")]
    public void The_first_day_does_not_count_after_a_day(string start, int days, string last) =>
        Assert.Equal(Day(last), Days.After(Day(start), days));

    [Theory]
    [InlineData("2023-08-31", 6, "2024-02-29")]
    [InlineData("2024-08-31", 6, "2025-02-28")]
    [InlineData("2024-02-29", 12, "2025-02-28")]
    [InlineData("2024-01-31", 1, "2024-02-29")]
    [InlineData("2024-02-29", 1, "2024-03-29")]
    public void Months_end_at_the_end_of_a_shorter_month(string start, int months, string day) =>
        Assert.Equal(Day(day), Days.MonthsAfter(Day(start), months));

    [Theory]
    [InlineData("2024-02-29", 1, "2025-02-28")]
    [InlineData("2024-02-29", 4, "2028-02-29")]
    public void A_year_from_29_February_ends_on_28_February_of_a_common_year(string start, int years, string day) =>
        Assert.Equal(Day(day), Days.YearsAfter(Day(start), years));

    [Theory]
    [InlineData("2023-10-01", "2024-09-30")]
    [InlineData("2024-02-29", "2025-02-27")]
    [InlineData("2024-03-01", "2025-02-28")]
    public void Validity_ends_before_the_anniversary(string start, string last) =>
        Assert.Equal(Day(last), Days.LastOfYears(Day(start), 1));

    [Theory]
    [InlineData("2024-05-01", "2024-12-31")]
    [InlineData("2024-06-30", "2025-02-27")]
    [InlineData("2023-06-30", "2024-02-28")]
    public void Eight_months_end_a_day_before_the_ninth(string start, string last) =>
        Assert.Equal(Day(last), Days.LastOfMonths(Day(start), 8));

    [Theory]
    [InlineData("2008-03-01", "2024-02-29", 15)]
    [InlineData("2008-03-01", "2024-03-01", 16)]
    [InlineData("2008-02-29", "2023-02-27", 14)]
    [InlineData("2008-02-29", "2023-02-28", 15)]
    [InlineData("2008-02-29", "2024-02-28", 15)]
    [InlineData("2008-02-29", "2024-02-29", 16)]
    public void Age_counts_completed_years(string birth, string on, int age) => Assert.Equal(age, Days.Age(Day(birth), Day(on)));

    [Theory]
    [InlineData("2024-02-29", "2023-03-01")]
    [InlineData("2025-02-28", "2024-02-28")]
    [InlineData("2024-11-06", "2023-11-06")]
    public void Earliest_day_within_a_year(string day, string earliest) =>
        Assert.Equal(Day(earliest), Days.EarliestReaching(Day(day), 1));

    [Theory]
    [InlineData("2024-09-30", "2024-09-30")]
    [InlineData("2024-10-06", "2024-09-30")]
    [InlineData("2024-10-07", "2024-10-07")]
    public void A_week_begins_on_Monday(string day, string monday) => Assert.Equal(Day(monday), Days.Monday(Day(day)));

    [Fact]
    public void Age_is_reached_on_the_birthday() =>
        Prop.ForAll(Gen.Choose(0, 73_000).Two().ToArbitrary(), pair =>
        {
            var (birth, on) = (new DateOnly(1900, 1, 1).AddDays(pair.Item1), new DateOnly(1900, 1, 1).AddDays(pair.Item1 + pair.Item2));
            var age = Days.Age(birth, on);
            return Days.YearsAfter(birth, age) <= on && Days.YearsAfter(birth, age + 1) > on;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_earlier_day_reaches_a_day_within_the_years() =>
        Prop.ForAll(Gen.Choose(0, 73_000).ToArbitrary(), Gen.Choose(1, 20).ToArbitrary(), (days, years) =>
        {
            var day = new DateOnly(1930, 1, 1).AddDays(days);
            var earliest = Days.EarliestReaching(day, years);
            return Days.YearsAfter(earliest, years) >= day && Days.YearsAfter(earliest.AddDays(-1), years) < day;
        }).QuickCheckThrowOnFailure();

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
