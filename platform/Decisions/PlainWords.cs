using System.Globalization;
using System.Text.RegularExpressions;

namespace Ips.Platform.Decisions;

/// <summary>Fact names, codes and days of a receipt as people write them.</summary>
internal static partial class PlainWords
{
    private const RegexOptions Plain = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary><c>assessmentDate on or after 2026-03-02</c> as <c>assessment date on or after March 2, 2026</c>.</summary>
    public static string Of(string text)
    {
        text = Day().Replace(text, d => DateOnly.TryParseExact(d.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day.ToString("MMMM d, yyyy", CultureInfo.InvariantCulture) : d.Value);
        text = Member().Replace(text, m => $"{m.Groups["fact"].Value} of the {m.Groups["list"].Value}");
        text = FactName().Replace(text, f => Capital().Replace(f.Value, c => " " + c.Value.ToLowerInvariant()));
        return Code().Replace(text, c => c.Value.Replace('_', ' '));
    }

    /// <summary>The same with a capital letter and a full stop.</summary>
    public static string Sentence(string text)
    {
        var words = Of(text).Trim();
        if (words.Length == 0)
            return "";
        words = char.ToUpperInvariant(words[0]) + words[1..];
        return words[^1] is '.' or '?' or '!' ? words : words + ".";
    }

    [GeneratedRegex(@"\b\d{4}-\d{2}-\d{2}\b", Plain, 1000)]
    private static partial Regex Day();

    [GeneratedRegex(@"\b(?<list>\w+)\[\d*\]\.(?<fact>\w+)", Plain, 1000)]
    private static partial Regex Member();

    [GeneratedRegex(@"\b[a-z]+([A-Z][a-z0-9]*)+\b", Plain, 1000)]
    private static partial Regex FactName();

    [GeneratedRegex("[A-Z]", Plain, 1000)]
    private static partial Regex Capital();

    [GeneratedRegex(@"\b[a-z0-9]+(_[a-z0-9]+)+\b", Plain, 1000)]
    private static partial Regex Code();
}
