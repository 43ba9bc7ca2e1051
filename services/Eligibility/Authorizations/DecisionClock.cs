using Ips.Contracts.Common.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// The time a Medicaid managed-care payer has to decide (42 CFR 438.210(d)): 72 hours when expedited, otherwise calendar days, 7 in rating periods that start
/// on or after 2026-01-01 and 14 before. It is a federal clock for all programs, so no pack states it. It never decides: a late payer is reported, not
/// overruled.
/// </summary>
public static class DecisionClock
{
    /// <summary>The id of the deadline in lists.</summary>
    public const string RuleId = "42-CFR-438.210(d)";

    private static readonly DateOnly SevenDaysFrom = new(2026, 1, 1);

    /// <summary>The text of the rule and its source.</summary>
    public static (string Says, Citation Citation) Rule { get; } = (
        "A managed-care payer decides an authorization within 7 calendar days of the request (14 in rating periods before 2026), within 72 hours when it is expedited.",
        new() { Document = "Code of Federal Regulations, title 42", Section = "438.210(d)" });

    /// <summary>
    /// When the time ends: the last day, and the instant. <paramref name="ratingMonth"/> is the month, 1 to 12, in which the payer's rating periods start. The
    /// day of receipt is not counted; hours are counted from the instant.
    /// </summary>
    public static (DateOnly On, DateTimeOffset At) Start(DateTimeOffset received, bool expedited, int ratingMonth, TimeZoneInfo zone)
    {
        if (expedited)
            return Hours(received.AddHours(72), zone);
        var today = Day(received, zone);
        var period = new DateOnly(today.Year - (today.Month < ratingMonth ? 1 : 0), ratingMonth, 1);
        return Days(today.AddDays(period >= SevenDaysFrom ? 7 : 14), zone);
    }

    /// <summary>Resumes after a wait for information: the time that was left when the wait began is left now. Days are counted in whole days.</summary>
    public static (DateOnly On, DateTimeOffset At) Resume((DateOnly On, DateTimeOffset At) due, DateTimeOffset pended, DateTimeOffset resumed, bool expedited,
        TimeZoneInfo zone) => expedited
        ? Hours(due.At + (resumed - pended), zone)
        : Days(due.On.AddDays(Day(resumed, zone).DayNumber - Day(pended, zone).DayNumber), zone);

    private static (DateOnly, DateTimeOffset) Hours(DateTimeOffset at, TimeZoneInfo zone) => (Day(at, zone), at);

    private static (DateOnly, DateTimeOffset) Days(DateOnly on, TimeZoneInfo zone) => (on, Deadline.StartOf(on.AddDays(1), zone));

    private static DateOnly Day(DateTimeOffset at, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
}
