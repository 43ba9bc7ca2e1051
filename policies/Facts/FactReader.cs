using System.Text.Json;

namespace Ips.Policies;

/// <summary>
/// Reads a JSON object of facts strictly: every problem is collected with the fact's name, no value is assumed, and an unknown fact is
/// refused. An absent fact reads as <see langword="null"/>. <see cref="FactShape{T}"/> says which facts a record has.
/// </summary>
internal sealed partial class FactReader
{
    private static readonly DateOnly Earliest = new(1900, 1, 1);
    private static readonly DateOnly Latest = new(2200, 12, 31);

    private readonly JsonElement _json;
    private readonly string _at;
    private readonly List<RequestProblem> _problems;

    private FactReader(JsonElement json, string at, List<RequestProblem> problems) => (_json, _at, _problems) = (json, at, problems);

    /// <summary>Reads the facts of a record.</summary>
    /// <exception cref="InvalidRequestException">The facts have problems; all are listed.</exception>
    public static T Read<T>(JsonElement facts)
    {
        List<RequestProblem> problems = [];
        if (facts.ValueKind != JsonValueKind.Object)
            throw new InvalidRequestException([new("facts", KindOf(facts), "a JSON object of facts")]);
        var result = new FactReader(facts, "", problems).ReadObject<T>();
        return problems.Count == 0 ? result : throw new InvalidRequestException(problems);
    }

    /// <summary>A day, <c>YYYY-MM-DD</c>, 1900 to 2200.</summary>
    public DateOnly? Date(string fact) => Find(fact) is { } json ? ReadDate(json, fact) : null;

    /// <summary>A day, or the blank <c>""</c> that means the day is known to be missing.</summary>
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
    public IReadOnlyList<int>? Integers(string fact, int min, int max) => Items(fact, (json, at) => ReadInteger(json, at, min, max));

    /// <summary>Texts.</summary>
    public IReadOnlyList<string>? Texts(string fact) => FindArray(fact) is { } json
        ? [.. json.EnumerateArray().Index().Select(e => ReadText(e.Item, $"{fact}[{e.Index}]")).OfType<string>()]
        : null;

    /// <summary>A month or a quarter, <c>YYYY-MM</c> or <c>YYYY-Qn</c>.</summary>
    public Period? Period(string fact) => Find(fact) is { } json ? ReadPeriod(json, fact) : null;

    /// <summary>True or false.</summary>
    public bool? Flag(string fact) => Find(fact) is { } json ? ReadFlag(json, fact) : null;

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>, both included.</summary>
    public int? Integer(string fact, int min, int max) => Find(fact) is { } json ? ReadInteger(json, fact, min, max) : null;

    /// <summary>Dollars as a text with two decimals.</summary>
    public decimal? Money(string fact) => Find(fact) is { } json ? ReadMoney(json, fact) : null;

    /// <summary>A text; <c>""</c> is a known blank. Its content never appears in a problem.</summary>
    public string? Text(string fact) => Find(fact) is { } json ? ReadText(json, fact) : null;

    /// <summary>A code.</summary>
    public T? Code<T>(string fact) where T : struct, Enum => Find(fact) is { } json ? ReadCode<T>(json, fact) : null;

    /// <summary>A code that must be given.</summary>
    public T RequiredCode<T>(string fact) where T : struct, Enum => Required(fact) is { } json ? ReadCode<T>(json, fact) ?? default : default;

    /// <summary>A day that must be given.</summary>
    public DateOnly RequiredDate(string fact) => Required(fact) is { } json ? ReadDate(json, fact) ?? Earliest : Earliest;

    /// <summary>A month that must be given.</summary>
    public DateOnly RequiredMonth(string fact) => Required(fact) is { } json ? ReadMonth(json, fact) ?? Earliest : Earliest;

    /// <summary>A whole number that must be given.</summary>
    public int RequiredInteger(string fact, int min, int max) => Required(fact) is { } json ? ReadInteger(json, fact, min, max) ?? min : min;

    /// <summary>Codes.</summary>
    public IReadOnlyList<T>? CodeList<T>(string fact) where T : struct, Enum => Items<T>(fact, (json, at) => ReadCode<T>(json, at));

    /// <summary>A list of objects.</summary>
    public IReadOnlyList<T>? List<T>(string fact)
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

            items.Add(new FactReader(element, at, _problems).ReadObject<T>());
        }

        return items;
    }

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

    private JsonElement? FindArray(string fact)
    {
        if (Find(fact) is not { } json)
            return null;
        if (json.ValueKind == JsonValueKind.Array)
            return json;
        Problem(fact, KindOf(json), "a list");
        return null;
    }

    private JsonElement? Find(string fact) => _json.TryGetProperty(fact, out var json) ? json : null;

    private JsonElement? Required(string fact)
    {
        var json = Find(fact);
        if (json is null)
            Problem(fact, "nothing", "a value: this fact is required");
        return json;
    }

    private T ReadObject<T>()
    {
        var result = FactShape<T>.Read(this);
        RefuseUnknown(FactShape<T>.Names);
        return result;
    }

    private void RefuseUnknown(IReadOnlySet<string> known)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var property in _json.EnumerateObject())
        {
            if (!seen.Add(property.Name))
                Problem(property.Name, "the fact twice", "each fact once");
            if (!known.Contains(property.Name))
                Problem(property.Name, "an unknown fact", "one of " + string.Join(", ", known.Order(StringComparer.Ordinal)));
        }
    }

    private void Problem(string fact, string found, string expected) => _problems.Add(new(Place(fact), found, expected));

    private string Place(string fact) => _at.Length == 0 ? fact : $"{_at}.{fact}";
}
