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

    /// <summary>
    /// The last day of a deadline of so many business days after <paramref name="start"/>, which is not counted; zero gives the start day itself. Years that
    /// the calendar does not list are no error: the last day is then known as far as it is certain.
    /// </summary>
    public LastDay LastDayAfter(DateOnly start, int days)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(days);
        var earliest = Count(start, days, IsOpen);
        // After the last listed year every day may be a holiday, so the last day may never come.
        return new(earliest, earliest.Year > LastYear ? null : Count(start, days, day => IsListed(day) && IsOpen(day)));
    }

    // A year that is not listed has no holidays here.
    private bool IsOpen(DateOnly day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !_holidays.Contains(day);

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
