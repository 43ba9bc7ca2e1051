using System.Globalization;
using System.Text;

namespace Ips.X12;

/// <summary>Reads the grammar files; their notation is explained at the top of <c>837P.txt</c> and <c>segments.txt</c>.</summary>
internal static class GrammarFile
{
    private static readonly string[] Transactions = ["837P", "835", "999", "277CA", "277", "276", "270", "271", "278"];

    public static IReadOnlyList<TransactionGrammar> ReadAll()
    {
        var segments = ReadSegments(Lines("segments"));
        return [.. Transactions.Select(name => ReadTransaction(name, Lines(name), segments))];
    }

    internal static Dictionary<string, SegmentDefinition> ReadSegments(IEnumerable<string> lines)
    {
        Dictionary<string, IReadOnlyList<ElementDefinition>> composites = [];
        Dictionary<string, SegmentDefinition> segments = [];
        foreach (var line in lines)
        {
            var parts = line.Split('|', StringSplitOptions.TrimEntries);
            var head = parts[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var elements = parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(e => Element(e, composites)).ToList();
            if (head[0].Length == 4)
            {
                composites.Add(head[0], elements);
                continue;
            }

            var key = head.Length > 1 ? head[1].Split('.') : ["0"];
            var rules = parts.Length < 3 ? [] : parts[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(r => new ElementRule(r[0], [.. r.Skip(1).Chunk(2).Select(d => Number(new string(d)))])).ToList();
            segments.Add(head[0], new(head[0], Number(key[0]), key.Length > 1 ? Number(key[1]) : 0, elements, rules));
        }

        return segments;
    }

    internal static TransactionGrammar ReadTransaction(string file, IEnumerable<string> lines, IReadOnlyDictionary<string, SegmentDefinition> segments)
    {
        string[] head = [];
        var title = "";
        string[] versions = [];
        LoopBody root = new("", "");
        Dictionary<string, LoopBody> bodies = [];
        List<(LoopBody In, int At, string Id, Usage Usage, int Max)> again = [];
        Stack<LoopBody> open = new([root]);
        foreach (var line in lines)
        {
            var depth = (line.Length - line.TrimStart().Length) / 2;
            var (text, name) = line.Split(" : ", 2) is [var before, var after] ? (before.Trim(), after.Trim()) : (line.Trim(), "");
            var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            while (open.Count > depth + 1)
                open.Pop();
            if (open.Count != depth + 1)
                throw new InvalidDataException($"{file}: '{text}' is indented by {depth} levels, its loop by {open.Count - 1}.");
            switch (words[0])
            {
                case "transaction":
                    (head, title) = (words[1..], name);
                    break;
                case "versions":
                    versions = words[1..];
                    break;
                case "loop":
                    var (usage, max) = UsageAndMax(words[2]);
                    LoopBody body = new(words[1], name);
                    bodies.Add(words[1], body);
                    open.Peek().Children.Add(new LoopUse(usage, max, body));
                    open.Push(body);
                    break;
                case "again":
                    var (againUsage, againMax) = UsageAndMax(words[2]);
                    again.Add((open.Peek(), open.Peek().Children.Count, words[1], againUsage, againMax));
                    break;
                default:
                    open.Peek().Children.Add(Use(file, words, name, segments));
                    break;
            }
        }

        foreach (var (into, at, id, usage, max) in Enumerable.Reverse(again))
            into.Children.Insert(at, new LoopUse(usage, max, bodies[id]));
        return new(head[0], head[1], head[2], title, versions, new LoopUse(Usage.Required, 1, root), segments);
    }

    private static SegmentUse Use(string file, string[] words, string name, IReadOnlyDictionary<string, SegmentDefinition> segments)
    {
        if (!segments.TryGetValue(words[0], out var definition))
            throw new InvalidDataException($"{file}: segment {words[0]} is not in segments.txt.");
        var (usage, max) = UsageAndMax(words[1]);
        SortedDictionary<int, Draft> elements = [];
        foreach (var word in words.Skip(2))
            Place(elements, word);
        var last = elements.Count == 0 ? 0 : elements.Keys.Max();
        if (last > definition.Elements.Count)
            throw new InvalidDataException($"{file}: {words[0]} has {definition.Elements.Count} elements, {last} is used.");
        return new(usage, max, name, definition, [.. Enumerable.Range(1, last).Select(i => elements.TryGetValue(i, out var draft) ? draft.Done()
            : new ElementUse(Usage.NotUsed, null, null, null))]);
    }

    /// <summary>One word such as <c>5.1?=@pos</c> or <c>2-12?.1=ABF,BF</c>.</summary>
    private static void Place(SortedDictionary<int, Draft> elements, string word)
    {
        var (place, codes) = word.Split('=', 2) is [var left, var right] ? (left, right) : (word, null);
        var (element, component) = place.Split('.', 2) is [var whole, var part] ? (whole, part) : (place, null);
        var usage = element.EndsWith('?') ? Usage.Situational : Usage.Required;
        var range = element.TrimEnd('?').Split('-');
        for (var i = Number(range[0]); i <= Number(range[^1]); i++)
        {
            if (!elements.TryGetValue(i, out var draft))
                elements.Add(i, draft = new(usage));
            if (component is null)
            {
                (draft.Codes, draft.CodeSet) = Codes(codes);
                continue;
            }

            var (list, set) = Codes(codes);
            draft.Components[Number(component.TrimEnd('?'))] = new(component.EndsWith('?') ? Usage.Situational : Usage.Required, list, set, null);
        }
    }

    private static (IReadOnlyList<string>? Codes, string? Set) Codes(string? codes) => codes switch
    {
        null => (null, null),
        ['@', .. var set] => (null, set),
        _ => (codes.Replace('_', ' ').Split(','), null),
    };

    private static ElementDefinition Element(string word, Dictionary<string, IReadOnlyList<ElementDefinition>> composites)
    {
        var (name, type) = word.Split(':') is [var n, var t] ? (n, t) : throw new InvalidDataException($"segments.txt: '{word}' is no element.");
        var repeat = 1;
        if (type.Split('^') is [var single, var times])
            (type, repeat) = (single, Number(times));
        if (composites.TryGetValue(type, out var components))
            return new(name, ElementType.Text, 0, 0, repeat, components);
        var lengths = type[(type.Contains('_', StringComparison.Ordinal) ? type.IndexOf('_', StringComparison.Ordinal) + 1
            : type.Length - type.AsSpan().TrimStart("ANIDTMR").Length)..].Split('-');
        return new(name, TypeOf(type), Number(lengths[0]), Number(lengths[1]), repeat, null);
    }

    private static ElementType TypeOf(string type) => type[..2] switch
    {
        "AN" => ElementType.Text,
        "ID" => ElementType.Code,
        "DT" => ElementType.Date,
        "TM" => ElementType.Time,
        _ => type[0] == 'N' ? ElementType.Number : ElementType.Decimal,
    };

    private static (Usage Usage, int Max) UsageAndMax(string text) =>
        (text[0] == 'R' ? Usage.Required : Usage.Situational, text[1..] == ">" ? int.MaxValue : Number(text[1..]));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static List<string> Lines(string name)
    {
        using var stream = typeof(GrammarFile).Assembly.GetManifestResourceStream($"grammar/{name}") ?? throw new InvalidDataException($"No grammar {name} in the library.");
        using StreamReader reader = new(stream, Encoding.UTF8);
        return [.. reader.ReadToEnd().Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0 && l[0] != '#')];
    }

    /// <summary>An element while its components are collected.</summary>
    private sealed class Draft(Usage usage)
    {
        public IReadOnlyList<string>? Codes { get; set; }

        public string? CodeSet { get; set; }

        public SortedDictionary<int, ElementUse> Components { get; } = [];

        public ElementUse Done() => new(usage, Codes, CodeSet, Components.Count == 0 ? null
            : [.. Enumerable.Range(1, Components.Keys.Max()).Select(i => Components.TryGetValue(i, out var use) ? use
                : new ElementUse(Usage.NotUsed, null, null, null))]);
    }
}
