using System.Globalization;

namespace Ips.Platform.Rpc;

/// <summary>Days as the contract writes them: YYYY-MM-DD, and nothing for an absent day.</summary>
public static class WireDay
{
    /// <summary>The day as text.</summary>
    public static string Day(this DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The day as text; empty when absent.</summary>
    public static string Day(this DateOnly? day) => day?.Day() ?? "";
}

/// <summary>Days of the clock.</summary>
public static class ClockDay
{
    /// <summary>Today in UTC: the latest day that any program of the platform can call today.</summary>
    public static DateOnly UtcDay(this TimeProvider clock) => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    /// <summary>The local day of an instant.</summary>
    public static DateOnly DayIn(this DateTimeOffset at, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
}
