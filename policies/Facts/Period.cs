using System.Globalization;

namespace Ips.Policies;

/// <summary>A reporting period: a calendar month or a calendar quarter.</summary>
/// <param name="First">First day.</param>
/// <param name="Last">Last day, included.</param>
public readonly record struct Period(DateOnly First, DateOnly Last)
{
    /// <summary>Whether it is a quarter.</summary>
    public bool IsQuarter => Last.Month - First.Month == 2;

    /// <summary>The given day of the month after the period, not moved for weekends or holidays.</summary>
    public DateOnly DayOfNextMonth(int day) => Last.AddDays(day);

    /// <summary>Reads <c>YYYY-MM</c> or <c>YYYY-Qn</c>, years 1900 to 2200.</summary>
    public static bool TryParse(string text, out Period period)
    {
        period = default;
        if (text.Length == 7 && text[5] == 'Q' && text[6] is >= '1' and <= '4' && text[4] == '-'
            && int.TryParse(text.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1900 and <= 2200)
        {
            var first = new DateOnly(year, ((text[6] - '1') * 3) + 1, 1);
            period = new(first, first.AddMonths(3).AddDays(-1));
            return true;
        }

        if (!DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) || month.Year is < 1900 or > 2200)
            return false;
        period = new(month, month.AddMonths(1).AddDays(-1));
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => IsQuarter
        ? string.Create(CultureInfo.InvariantCulture, $"{First.Year:0000}-Q{((First.Month - 1) / 3) + 1}")
        : First.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
