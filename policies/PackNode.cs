using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Ips.Policies;

/// <summary>A YAML mapping read strictly: every problem keeps its file and line, and an unknown key is refused.</summary>
internal sealed class PackNode(string file, YamlMappingNode map, List<PackProblem> problems)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public string File => file;

    public long Line => map.Start.Line;

    public List<PackProblem> Problems => problems;

    public static PackNode? Parse(string file, string text, List<PackProblem> problems)
    {
        try
        {
            YamlStream stream = [];
            stream.Load(new StringReader(text));
            if (stream.Documents is [{ RootNode: YamlMappingNode root }])
                return new(file, root, problems);
            problems.Add(new(file, 1, "the file is not one mapping", "write one document of keys and values"));
        }
        catch (YamlException e)
        {
            problems.Add(new(file, e.Start.Line, $"not YAML: {e.Message}", "fix the syntax"));
        }

        return null;
    }

    public bool Has(string key) => map.Children.ContainsKey(new YamlScalarNode(key));

    public string? Text(string key) => Find(key) switch
    {
        null => null,
        YamlScalarNode { Value: { Length: > 0 } value } => value,
        var other => Wrong<string>(other, $"'{key}' is not a text", "write one line of text"),
    };

    public string RequiredText(string key, string what)
    {
        if (Has(key))
            return Text(key) ?? "";
        problems.Add(new(file, Line, $"'{key}' is missing", $"write {key}: {what}"));
        _asked.Add(key);
        return "";
    }

    public bool Flag(string key) => Text(key) switch
    {
        null => false,
        "true" => true,
        "false" => false,
        _ => Wrong<object>(Find(key)!, $"'{key}' is neither true nor false", "write true or false") is not null,
    };

    public DateOnly? Day(string key)
    {
        if (Text(key) is not { } text)
            return null;
        if (TryDay(text, out var day))
            return day;
        Wrong<object>(Find(key)!, $"'{key}' is '{text}', which is no day", "write YYYY-MM-DD");
        return null;
    }

    public T? Choice<T>(string key) where T : struct, Enum
    {
        if (Text(key) is not { } text)
            return null;
        if (Codes.Parse<T>(text) is { } value)
            return value;
        Wrong<object>(Find(key)!, $"'{key}' is '{text}'", "write one of " + string.Join(", ", Codes.All<T>()));
        return null;
    }

    public IReadOnlyList<T> Choices<T>(string key) where T : struct, Enum
    {
        List<T> values = [];
        foreach (var text in Texts(key))
        {
            if (Codes.Parse<T>(text) is not { } value)
                Wrong<object>(Find(key)!, $"'{key}' holds '{text}'", "write some of " + string.Join(", ", Codes.All<T>()));
            else if (values.Contains(value))
                Wrong<object>(Find(key)!, $"'{key}' holds '{text}' twice", "write it once");
            else
                values.Add(value);
        }

        return values;
    }

    public string? OneOf(string key, IEnumerable<string> accepted)
    {
        if (Text(key) is not { } text)
            return null;
        if (accepted.Contains(text, StringComparer.Ordinal))
            return text;
        return Wrong<string>(Find(key)!, $"'{key}' is '{text}'", "write one of " + string.Join(", ", accepted));
    }

    public IReadOnlyList<string> Texts(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode list =>
            [.. list.Children.Select(c => c is YamlScalarNode { Value: { } v } ? v : Wrong<string>(c, $"'{key}' holds something that is no text", "write texts") ?? "")],
        var other => Wrong<IReadOnlyList<string>>(other, $"'{key}' is not a list", "write [a, b]") ?? [],
    };

    public IEnumerable<PackNode> Maps(string key)
    {
        switch (Find(key))
        {
            case null: yield break;
            case YamlSequenceNode list:
                foreach (var child in list.Children)
                {
                    if (child is YamlMappingNode item)
                        yield return new(file, item, problems);
                    else
                        Wrong<object>(child, $"'{key}' holds something that is no mapping", "write keys and values");
                }

                break;
            case var other: Wrong<object>(other, $"'{key}' is not a list", "write a list of mappings"); break;
        }
    }

    public PackNode? Map(string key) => Find(key) switch
    {
        null => null,
        YamlMappingNode child => new(file, child, problems),
        var other => Wrong<PackNode>(other, $"'{key}' is not a mapping", "write keys and values"),
    };

    public bool IsMap(string key) => map.Children.TryGetValue(new YamlScalarNode(key), out var child) && child is YamlMappingNode;

    /// <summary>Every key with its text.</summary>
    public IReadOnlyDictionary<string, string> AllTexts() => Keys.ToDictionary(k => k, k => Text(k) ?? "", StringComparer.Ordinal);

    public IEnumerable<(string Key, PackNode Node)> NamedMaps(string key)
    {
        if (Map(key) is not { } node)
            yield break;
        foreach (var name in node.Keys)
        {
            if (node.Map(name) is { } child)
                yield return (name, child);
        }
    }

    public IReadOnlyList<string> Keys => [.. map.Children.Keys.OfType<YamlScalarNode>().Select(k => k.Value ?? "")];

    /// <summary>A value of a parameter, by its unit.</summary>
    public object? Value(string key, string unit)
    {
        switch (Find(key))
        {
            case null:
                problems.Add(new(file, Line, $"'{key}' is missing", $"write the value in {unit}"));
                return null;
            case YamlSequenceNode when unit == "codes": return Texts(key);
            case YamlScalarNode { Value: { } text } node: return Parse(text, unit) ?? Wrong<object>(node, $"'{text}' is not a value in {unit}", Form(unit));
            case var other: return Wrong<object>(other, $"'{key}' is not a value in {unit}", Form(unit));
        }
    }

    public void RefuseUnknown()
    {
        foreach (var (key, _) in map.Children)
        {
            if (key is not YamlScalarNode { Value: { } name } || !_asked.Contains(name))
                Wrong<object>(key, $"unknown key '{key}'", "write one of " + string.Join(", ", _asked.Order(StringComparer.Ordinal)));
        }
    }

    public void Problem(string wrong, string instead) => problems.Add(new(file, Line, wrong, instead));

    private static object? Parse(string text, string unit) => unit switch
    {
        "usd" or "ratio" => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null,
        "day" => TryDay(text, out var day) ? day : null,
        "choice" => text,
        "codes" => null,
        _ => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null,
    };

    private static string Form(string unit) => unit switch
    {
        "usd" or "ratio" => "write a decimal number such as 24.63",
        "day" => "write YYYY-MM-DD",
        "choice" => "write one word",
        "codes" => "write a list [A, B]",
        _ => "write a whole number",
    };

    private static bool TryDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    private YamlNode? Find(string key)
    {
        _asked.Add(key);
        return map.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;
    }

    private T? Wrong<T>(YamlNode node, string wrong, string instead) where T : class
    {
        problems.Add(new(file, node.Start.Line, wrong, instead));
        return null;
    }
}
