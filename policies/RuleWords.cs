using System.Globalization;
using System.Text.Json;

namespace Ips.Policies;

/// <summary>Entries of packs in words, the same on every page and in every command.</summary>
public static class RuleWords
{
    /// <summary>What the platform does with the rule, and who or what carries it.</summary>
    public static string Kind(RuleEntry rule) => rule.Kind switch
    {
        RuleKind.Evaluated => "evaluated",
        RuleKind.Recorded => $"recorded; held by {rule.HeldBy}",
        RuleKind.Scheduled => $"scheduled; clock {rule.Clock}",
        RuleKind.Human => $"left to a person; decided by {rule.DecidedBy}",
        RuleKind.Definition => $"definition; used by {string.Join(", ", rule.UsedBy)}",
        _ => $"reference; used by {string.Join(", ", rule.UsedBy)}",
    };

    /// <summary>The days on which something is in force, both ends included.</summary>
    public static string Span(DateOnly? from, DateOnly? through) => (from, through) switch
    {
        (null, null) => "always",
        (null, { } end) => $"through {Day(end)}",
        ({ } start, null) => $"from {Day(start)}",
        ({ } start, { } end) => $"{Day(start)} through {Day(end)}",
    };

    /// <summary>A day as the packs write it.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A value without its unit.</summary>
    public static string Value(object value) => value switch
    {
        DateOnly day => Day(day),
        decimal number => number.ToString(CultureInfo.InvariantCulture),
        IEnumerable<string> codes => string.Join(", ", codes),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>A value with its unit, where the unit is not the value itself.</summary>
    public static string Value(object value, string unit) => unit is "choice" or "codes" or "day" ? Value(value) : unit == "usd"
        ? $"{Value(value)} USD" : $"{Value(value)} {unit}";

    /// <summary><c>service-orders</c> as <c>Service orders</c>.</summary>
    public static string Title(string code) => code.Length == 0 ? code : char.ToUpperInvariant(code[0]) + code[1..].Replace('-', ' ');

    /// <summary>A decision value as a receipt writes it.</summary>
    public static string Answer(object value)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
            Receipt.WriteValue(json, value);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
