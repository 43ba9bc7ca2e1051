using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ips.Policies;

/// <summary>
/// Reads a JSON object of facts strictly: every problem is collected with the fact's name, nothing is defaulted, and a fact that
/// nobody asked for is refused. An absent fact reads as <see langword="null"/>.
/// </summary>
public sealed partial class FactReader
{
    private static readonly DateOnly Earliest = new(1900, 1, 1);
    private static readonly DateOnly Latest = new(2200, 12, 31);

    private readonly JsonElement _json;
    private readonly string _at;
    private readonly List<AskProblem> _problems;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    private FactReader(JsonElement json, string at, List<AskProblem> problems) => (_json, _at, _problems) = (json, at, problems);

    /// <summary>Names of the facts asked for so far, at this level.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    /// <summary>Reads <paramref name="facts"/> with <paramref name="read"/>.</summary>
    /// <exception cref="BadAskException">The facts have problems; all are listed.</exception>
    public static T Read<T>(JsonElement facts, Func<FactReader, T> read)
    {
        List<AskProblem> problems = [];
        if (facts.ValueKind != JsonValueKind.Object)
            throw new BadAskException([new("facts", KindOf(facts), "a JSON object of facts")]);
        var reader = new FactReader(facts, "", problems);
        var result = read(reader);
        reader.RefuseUnknown();
        return problems.Count == 0 ? result : throw new BadAskException(problems);
    }

    /// <summary>The names of the facts that <paramref name="read"/> asks for.</summary>
    public static IReadOnlyCollection<string> NamesAsked<T>(Func<FactReader, T> read)
    {
        using var empty = JsonDocument.Parse("{}");
        var reader = new FactReader(empty.RootElement, "", []);
        read(reader);
        return reader._asked;
    }

    /// <summary>A day, <c>YYYY-MM-DD</c>, 1900 to 2200.</summary>
    public DateOnly? Date(string fact) => Find(fact) is { } json ? ReadDate(json, fact) : null;

    /// <summary>A day, or the blank <c>""</c> that says the day is known to be missing.</summary>
    public DayOrBlank? DateOrBlank(string fact) => Find(fact) is not { } json ? null
        : json.ValueKind == JsonValueKind.String && json.ValueEquals("") ? new DayOrBlank(null)
        : ReadDate(json, fact) is { } day ? new DayOrBlank(day)
        : null;

    /// <summary>A month, <c>YYYY-MM</c>, as its first day.</summary>
    public DateOnly? Month(string fact) => Find(fact) is { } json ? ReadMonth(json, fact) : null;

    /// <summary>Months, <c>YYYY-MM</c>, as their first days.</summary>
    public IReadOnlyList<DateOnly>? Months(string fact) => Items(fact, ReadMonth);

    /// <summary>Days, <c>YYYY-MM-DD</c>.</summary>
    public IReadOnlyList<DateOnly>? Dates(string fact) => Items(fact, ReadDate);

    /// <summary>Whole numbers from <paramref name="min"/> to <paramref name="max"/>, both included.</summary>
    public IReadOnlyList<int>? Integers(string fact, int min = 0, int max = int.MaxValue) => Items(fact, (json, at) => ReadInteger(json, at, min, max));

    /// <summary>Texts.</summary>
    public IReadOnlyList<string>? Texts(string fact) => Items<string>(fact, (json, at) => ReadText(json, at));

    /// <summary>A month or a quarter, <c>YYYY-MM</c> or <c>YYYY-Qn</c>.</summary>
    public Period? Period(string fact)
    {
        if (Find(fact) is not { } json)
            return null;
        if (json.ValueKind == JsonValueKind.String && Ips.Policies.Period.TryParse(json.GetString()!, out var period))
            return period;
        Problem(fact, Show(json), "a month YYYY-MM or a quarter YYYY-Qn, 1900 to 2200");
        return null;
    }

    /// <summary>True or false.</summary>
    public bool? Flag(string fact)
    {
        if (Find(fact) is not { } json)
            return null;
        if (json.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return json.GetBoolean();
        Problem(fact, Show(json), "true or false");
        return null;
    }

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>, both included.</summary>
    public int? Integer(string fact, int min = 0, int max = int.MaxValue) => Find(fact) is { } json ? ReadInteger(json, fact, min, max) : null;

    /// <summary>Dollars as a text with two decimals.</summary>
    public decimal? Money(string fact)
    {
        if (Find(fact) is not { } json)
            return null;
        if (json.ValueKind == JsonValueKind.String && MoneyForm().IsMatch(json.GetString()!)
            && decimal.TryParse(json.GetString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            return amount;
        Problem(fact, Show(json), "dollars as text with two decimals, such as \"24.63\"");
        return null;
    }

    /// <summary>A text; <c>""</c> is a known blank. Its content never appears in a problem.</summary>
    public string? Text(string fact) => Find(fact) is { } json ? ReadText(json, fact) : null;

    /// <summary>A code.</summary>
    public T? Code<T>(string fact) where T : struct, Enum => Find(fact) is { } json ? ReadCode<T>(json, fact) : null;

    /// <summary>A code that puts the question: it is always given.</summary>
    public T RequiredCode<T>(string fact) where T : struct, Enum => Required(fact) is { } json ? ReadCode<T>(json, fact) ?? default : default;

    /// <summary>A day that puts the question: it is always given.</summary>
    public DateOnly RequiredDate(string fact) => Required(fact) is { } json ? ReadDate(json, fact) ?? Earliest : Earliest;

    /// <summary>A month that puts the question: it is always given.</summary>
    public DateOnly RequiredMonth(string fact) => Required(fact) is { } json ? ReadMonth(json, fact) ?? Earliest : Earliest;

    /// <summary>A whole number that puts the question: it is always given.</summary>
    public int RequiredInteger(string fact, int min, int max) => Required(fact) is { } json ? ReadInteger(json, fact, min, max) ?? min : min;

    /// <summary>Codes.</summary>
    public IReadOnlyList<T>? CodeList<T>(string fact) where T : struct, Enum => Items<T>(fact, (json, at) => ReadCode<T>(json, at));

    /// <summary>A list of objects, each read with <paramref name="read"/>.</summary>
    public IReadOnlyList<T>? List<T>(string fact, Func<FactReader, T> read)
    {
        if (FindArray(fact) is not { } json)
            return null;
        List<T> items = [];
        foreach (var (i, element) in json.EnumerateArray().Index())
        {
            var at = $"{Place(fact)}[{i}]";
            if (element.ValueKind != JsonValueKind.Object)
            {
                _problems.Add(new(at, KindOf(element), "an object"));
                continue;
            }

            var reader = new FactReader(element, at, _problems);
            items.Add(read(reader));
            reader.RefuseUnknown();
        }

        return items;
    }

    private delegate T? ReadItem<T>(JsonElement json, string fact) where T : struct;

    private List<T>? Items<T>(string fact, ReadItem<T> read) where T : struct
    {
        if (FindArray(fact) is not { } json)
            return null;
        List<T> items = [];
        foreach (var (i, element) in json.EnumerateArray().Index())
        {
            if (read(element, $"{fact}[{i}]") is { } item)
                items.Add(item);
        }

        return items;
    }

    private List<T>? Items<T>(string fact, Func<JsonElement, string, T?> read) where T : class
    {
        if (FindArray(fact) is not { } json)
            return null;
        List<T> items = [];
        foreach (var (i, element) in json.EnumerateArray().Index())
        {
            if (read(element, $"{fact}[{i}]") is { } item)
                items.Add(item);
        }

        return items;
    }

    private JsonElement? FindArray(string fact)
    {
        if (Find(fact) is not { } json)
            return null;
        if (json.ValueKind == JsonValueKind.Array)
            return json;
        Problem(fact, KindOf(json), "a list");
        return null;
    }

    private JsonElement? Find(string fact)
    {
        _asked.Add(fact);
        return _json.TryGetProperty(fact, out var json) ? json : null;
    }

    private JsonElement? Required(string fact)
    {
        var json = Find(fact);
        if (json is null)
            Problem(fact, "nothing", "a value: this fact puts the question");
        return json;
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

    private void RefuseUnknown()
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var property in _json.EnumerateObject())
        {
            if (!seen.Add(property.Name))
                Problem(property.Name, "the fact twice", "each fact once");
            if (!_asked.Contains(property.Name))
                Problem(property.Name, "an unknown fact", "one of " + string.Join(", ", _asked.Order(StringComparer.Ordinal)));
        }
    }

    private void Problem(string fact, string found, string expected) => _problems.Add(new(Place(fact), found, expected));

    private string Place(string fact) => _at.Length == 0 ? fact : $"{_at}.{fact}";

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

/// <summary>A day, or a blank that says the day is known to be missing (<see cref="Day"/> is then <see langword="null"/>).</summary>
public readonly record struct DayOrBlank(DateOnly? Day);
