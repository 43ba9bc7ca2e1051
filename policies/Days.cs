namespace Ips.Policies;

/// <summary>Day arithmetic of the policies (lifecycles, timer semantics). Every day is a day in the program's time zone.</summary>
public static class Days
{
    /// <summary>Last day "within the first N calendar days of X": X is day 1.</summary>
    public static DateOnly WithinFirst(DateOnly start, int days) => start.AddDays(days - 1);

    /// <summary>Last day "within N days of, after or from X": X is not counted.</summary>
    public static DateOnly After(DateOnly start, int days) => start.AddDays(days);

    /// <summary>N months after a day: the same day number, cut back to the last day of a shorter month (31 August + 6 months = 28 or 29 February).</summary>
    public static DateOnly MonthsAfter(DateOnly start, int months) => start.AddMonths(months);

    /// <summary>N years after a day, the same as 12 x N months (29 February + 1 year = 28 February).</summary>
    public static DateOnly YearsAfter(DateOnly start, int years) => start.AddYears(years);

    /// <summary>The earliest day whose N-years-after day is on or after <paramref name="day"/>.</summary>
    public static DateOnly EarliestReaching(DateOnly day, int years)
    {
        var back = YearsAfter(day, -years);
        return YearsAfter(back, years) < day ? back.AddDays(1) : back;
    }

    /// <summary>Last day of a validity of N years that starts on <paramref name="start"/>: the day before the anniversary.</summary>
    public static DateOnly LastOfYears(DateOnly start, int years) => YearsAfter(start, years).AddDays(-1);

    /// <summary>Last day of a span of N months that starts on <paramref name="start"/>.</summary>
    public static DateOnly LastOfMonths(DateOnly start, int months) => MonthsAfter(start, months).AddDays(-1);

    /// <summary>Completed years on <paramref name="on"/>. A person born on 29 February has the birthday on 28 February of a common year.</summary>
    public static int Age(DateOnly birth, DateOnly on)
    {
        var years = on.Year - birth.Year;
        return YearsAfter(birth, years) > on ? years - 1 : years;
    }

    /// <summary>Whole days from one day to another; negative when <paramref name="to"/> is earlier.</summary>
    public static int Between(DateOnly from, DateOnly to) => to.DayNumber - from.DayNumber;

    /// <summary>The Monday of the week (Monday to Sunday) that holds the day.</summary>
    public static DateOnly Monday(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
}
