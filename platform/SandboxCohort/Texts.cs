using System.Globalization;
using Ips.Contracts.Common.V1;

namespace Ips.SandboxCohort;

/// <summary>Days and amounts as calls carry them.</summary>
internal static class Texts
{
    /// <summary>YYYY-MM-DD.</summary>
    public static string Text(this DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>YYYYMMDD, as X12 writes it.</summary>
    public static string X12(this DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>The day, or the Monday after a weekend.</summary>
    public static DateOnly Workday(this DateOnly day) => day.DayOfWeek switch
    {
        DayOfWeek.Saturday => day.AddDays(2),
        DayOfWeek.Sunday => day.AddDays(1),
        _ => day,
    };

    /// <summary>Dollars.</summary>
    public static Money Dollars(this decimal amount) => new() { Amount = amount.ToString("0.00", CultureInfo.InvariantCulture), CurrencyCode = "USD" };

    /// <summary>The number of dollars.</summary>
    public static decimal Number(this Money? money) => money is null ? 0 : decimal.Parse(money.Amount, CultureInfo.InvariantCulture);
}
