using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ips.Policies;

/// <content>Reads one JSON value, or records what is wrong with it.</content>
internal sealed partial class FactReader
{
    private delegate T? ReadItem<T>(JsonElement json, string fact) where T : struct;

    private Period? ReadPeriod(JsonElement json, string fact)
    {
        if (json.ValueKind == JsonValueKind.String && Ips.Policies.Period.TryParse(json.GetString()!, out var period))
            return period;
        Problem(fact, Show(json), "a month YYYY-MM or a quarter YYYY-Qn, 1900 to 2200");
        return null;
    }

    private bool? ReadFlag(JsonElement json, string fact)
    {
        if (json.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return json.GetBoolean();
        Problem(fact, Show(json), "true or false");
        return null;
    }

    private decimal? ReadMoney(JsonElement json, string fact)
    {
        if (json.ValueKind == JsonValueKind.String && MoneyForm().IsMatch(json.GetString()!)
            && decimal.TryParse(json.GetString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            return amount;
        Problem(fact, Show(json), "dollars as text with two decimals, such as \"24.63\"");
        return null;
    }

    private DateOnly? ReadDate(JsonElement json, string fact)
    {
        if (json.ValueKind == JsonValueKind.String
            && DateOnly.TryParseExact(json.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day >= Earliest && day <= Latest)
            return day;
        Problem(fact, Show(json), "a day YYYY-MM-DD, 1900 to 2200");
        return null;
    }

    private DateOnly? ReadMonth(JsonElement json, string fact)
    {
        if (json.ValueKind == JsonValueKind.String
            && DateOnly.TryParseExact(json.GetString(), "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month)
            && month >= Earliest && month <= Latest)
            return month;
        Problem(fact, Show(json), "a month YYYY-MM, 1900 to 2200");
        return null;
    }

    private int? ReadInteger(JsonElement json, string fact, int min, int max)
    {
        if (json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var number) && number >= min && number <= max)
            return number;
        Problem(fact, Show(json), max == int.MaxValue ? $"a whole number of at least {min}" : $"a whole number from {min} to {max}");
        return null;
    }

    private string? ReadText(JsonElement json, string fact)
    {
        if (json.ValueKind == JsonValueKind.String)
            return json.GetString();
        Problem(fact, KindOf(json), "a text");
        return null;
    }

    private T? ReadCode<T>(JsonElement json, string fact) where T : struct, Enum
    {
        if (json.ValueKind == JsonValueKind.String && Codes.Parse<T>(json.GetString()!) is { } code)
            return code;
        Problem(fact, Show(json), "one of " + string.Join(", ", Codes.All<T>()));
        return null;
    }

    /// <summary>Codes, days and numbers may be shown; a longer text may be about a person and is not.</summary>
    private static string Show(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String when CodeForm().IsMatch(json.GetString()!) => $"\"{json.GetString()}\"",
        JsonValueKind.String => "a text of another form",
        JsonValueKind.Number => json.GetRawText().Length <= 20 ? json.GetRawText() : "a long number",
        _ => KindOf(json),
    };

    private static string KindOf(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };

    [GeneratedRegex(@"^\d{1,12}\.\d{2}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MoneyForm();

    [GeneratedRegex(@"^[A-Za-z0-9_.-]{1,24}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeForm();
}
