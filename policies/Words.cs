using System.Globalization;

namespace Ips.Policies;

/// <summary>Parts of reasons that need a choice of words.</summary>
internal static class Words
{
    /// <summary>The day after a lead-in, or other words where the day is absent.</summary>
    public static string Day(DateOnly? day, string before, string otherwise) =>
        day is { } known ? string.Create(CultureInfo.InvariantCulture, $"{before}{known:yyyy-MM-dd}") : otherwise;

    /// <summary>A span whose end may be open.</summary>
    public static string Span(DateOnly from, DateOnly? to) =>
        string.Create(CultureInfo.InvariantCulture, $"{from:yyyy-MM-dd} to {Day(to, "", "no end")}");
}
