namespace Ips.Policies;

/// <summary>
/// Business days: Monday to Friday without the holidays of the pack. A calendar knows the years it lists and no others:
/// an unlisted year is an error, not a year without holidays.
/// </summary>
public sealed class BusinessCalendar
{
    private readonly HashSet<DateOnly> _holidays;

    /// <param name="name">Whose calendar it is, for messages.</param>
    /// <param name="firstYear">First listed year; <see langword="null"/> for a calendar of weekdays only, which never ends.</param>
    /// <param name="lastYear">Last listed year, included.</param>
    /// <param name="holidays">Days that are not business days besides Saturdays and Sundays.</param>
    public BusinessCalendar(string name, int? firstYear, int? lastYear, IEnumerable<DateOnly> holidays) =>
        (Name, FirstYear, LastYear, _holidays) = (name, firstYear, lastYear, [.. holidays]);

    /// <summary>Monday to Friday, no holidays: for programs whose text names no closing days.</summary>
    public static BusinessCalendar Weekdays { get; } = new("Monday to Friday", null, null, []);

    /// <summary>Whose calendar it is.</summary>
    public string Name { get; }

    /// <summary>First listed year, or <see langword="null"/> when the calendar needs no list.</summary>
    public int? FirstYear { get; }

    /// <summary>Last listed year, included, or <see langword="null"/> when the calendar needs no list.</summary>
    public int? LastYear { get; }

    /// <summary>The listed holidays.</summary>
    public IReadOnlySet<DateOnly> Holidays => _holidays;

    /// <summary>Whether the day is a business day.</summary>
    /// <exception cref="CalendarEndsException">The calendar has no list for that year.</exception>
    public bool IsBusinessDay(DateOnly day)
    {
        if (!IsListed(day))
            throw new CalendarEndsException(this, day);
        return IsWeekday(day) && !_holidays.Contains(day);
    }

    /// <summary>The day that is <paramref name="days"/> business days after <paramref name="start"/>; the start day is not counted. Zero returns the
    /// start day itself.</summary>
    /// <exception cref="CalendarEndsException">The calendar has no list for a day on the way.</exception>
    public DateOnly Add(DateOnly start, int days)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(days);
        return Count(start, days, IsBusinessDay);
    }

    /// <summary>The last day of a deadline of so many business days after <paramref name="start"/>. Years that the calendar does not list are no error:
    /// the last day is then known as far as it is certain.</summary>
    public LastDay LastDayAfter(DateOnly start, int days)
    {
        var earliest = Count(start, days, day => IsListed(day) ? IsBusinessDay(day) : IsWeekday(day));
        // After the last listed year every day may be a holiday, so the last day may never come.
        return new(earliest, earliest.Year > LastYear ? null : Count(start, days, day => IsListed(day) && IsBusinessDay(day)));
    }

    private static bool IsWeekday(DateOnly day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

    private static DateOnly Count(DateOnly start, int days, Func<DateOnly, bool> counts)
    {
        var day = start;
        while (days > 0)
        {
            day = day.AddDays(1);
            if (counts(day))
                days--;
        }

        return day;
    }

    private bool IsListed(DateOnly day) => !(day.Year < FirstYear) && !(day.Year > LastYear);
}

/// <summary>A business day is outside the years that the calendar lists.</summary>
public sealed class CalendarEndsException(BusinessCalendar calendar, DateOnly day) : Exception(
    $"The business calendar '{calendar.Name}' lists {calendar.FirstYear} to {calendar.LastYear}, not {day:yyyy-MM-dd}. Add that year's holidays to the pack's calendar file.")
{
    /// <summary>The day outside the calendar.</summary>
    public DateOnly Day { get; } = day;
}
