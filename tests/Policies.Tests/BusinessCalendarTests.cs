using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>Business days of North Carolina and of programs that name no closing days.</summary>
public sealed class BusinessCalendarTests
{
    private static readonly BusinessCalendar NorthCarolina = PolicyEngine.Shipped.Programs["nc-state"].Calendar;

    [Theory]
    [InlineData("2024-03-04", 5, "2024-03-11")]
    [InlineData("2024-03-28", 1, "2024-04-01")]
    [InlineData("2024-12-23", 1, "2024-12-27")]
    [InlineData("2024-11-27", 1, "2024-12-02")]
    [InlineData("2023-12-22", 1, "2023-12-28")]
    [InlineData("2023-12-29", 1, "2024-01-02")]
    [InlineData("2024-06-18", 1, "2024-06-19")]
    [InlineData("2024-03-09", 1, "2024-03-11")]
    [InlineData("2024-03-09", 0, "2024-03-09")]
    public void Start_and_closed_days_do_not_count(string start, int days, string last) =>
        Assert.Equal(Day(last), NorthCarolina.LastDayAfter(Day(start), days).Day);

    [Theory]
    [InlineData("2024-08-09", 1, "2024-08-12")]
    [InlineData("2024-12-24", 1, "2024-12-25")]
    public void Louisiana_counts_Monday_to_Friday(string start, int days, string last) =>
        Assert.Equal(Day(last), PolicyEngine.Shipped.Programs["la-acla"].Calendar.LastDayAfter(Day(start), days).Day);

    [Fact]
    public void The_contract_counts_with_the_state_calendar() =>
        Assert.Same(NorthCarolina, PolicyEngine.Shipped.Programs["nc-core"].Calendar);

    [Fact]
    public void Every_listed_year_has_its_holidays_on_weekdays()
    {
        Assert.Equal((2021, 2027), (NorthCarolina.FirstYear, NorthCarolina.LastYear));
        Assert.DoesNotContain(NorthCarolina.Holidays, d => d.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday);
        // New Year's Day may be kept on the last day of the year before; every other year has twelve.
        Assert.All(NorthCarolina.Holidays.GroupBy(d => d.Year), year => Assert.InRange(year.Count(), 11, 13));
    }

    [Theory]
    [InlineData("2027-12-30", "2028-01-07", null)]   // the year after: every day of it may be a holiday
    [InlineData("2028-01-03", "2028-01-10", null)]
    [InlineData("2020-12-30", "2021-01-07", "2021-01-08")]   // 31 December 2020 may be one
    public void Beyond_the_listed_years_the_last_day_is_known_as_far_as_it_is_certain(string start, string earliest, string? latest) =>
        Assert.Equal(new LastDay(Day(earliest), latest is null ? null : Day(latest)), NorthCarolina.LastDayAfter(Day(start), 5));

    [Fact]
    public void Listed_years_are_complete() =>
        Assert.Equal(Day("2027-12-30"), NorthCarolina.LastDayAfter(Day("2027-12-29"), 1).Day);

    [Fact]
    public void Business_days_cannot_be_counted_backwards() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => NorthCarolina.LastDayAfter(Day("2024-03-04"), -1));

    [Fact]
    public void Adding_in_two_steps_is_adding_at_once() =>
        Prop.ForAll(Gen.Choose(0, 2_000).ToArbitrary(), Gen.Choose(0, 60).Two().ToArbitrary(), (offset, steps) =>
        {
            var start = new DateOnly(2021, 1, 1).AddDays(offset);
            return Last(start, steps.Item1 + steps.Item2) == Last(Last(start, steps.Item1), steps.Item2);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Last_day_is_a_business_day() =>
        Prop.ForAll(Gen.Choose(0, 2_000).ToArbitrary(), Gen.Choose(1, 60).ToArbitrary(), (offset, days) =>
        {
            var start = new DateOnly(2021, 1, 1).AddDays(offset);
            var last = Last(start, days);
            return IsOpen(last) && Enumerable.Range(1, Days.Between(start, last)).Count(d => IsOpen(start.AddDays(d))) == days;
        }).QuickCheckThrowOnFailure();

    private static DateOnly Last(DateOnly start, int days) => NorthCarolina.LastDayAfter(start, days).Day!.Value;

    private static bool IsOpen(DateOnly day) =>
        day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !NorthCarolina.Holidays.Contains(day);

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
