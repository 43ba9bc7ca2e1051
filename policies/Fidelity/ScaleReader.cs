using System.Globalization;

namespace Ips.Policies.Fidelity;

/// <summary>Reads a fidelity scale as strictly as a pack: unknown keys, missing items and anchors are all reported together.</summary>
internal static class ScaleReader
{
    private const string Prefix = "scales/";

    public static FidelityScale ReadShipped(string file)
    {
        using StreamReader reader = new(typeof(ScaleReader).Assembly.GetManifestResourceStream(Prefix + file)!);
        return Read(file, reader.ReadToEnd());
    }

    public static FidelityScale Read(string file, string text)
    {
        List<PackProblem> problems = [];
        if (PackNode.Parse(file, text, problems) is not { } node)
            throw new BadPackException(problems);
        var (lowest, highest) = (Number(node, "lowest"), Number(node, "highest"));
        List<FidelityItem> items = [];
        foreach (var entry in node.Maps("items"))
        {
            var item = ReadItem(entry, lowest, highest);
            items.Add(item);
            if (item.Number != items.Count)
                entry.Problem($"item {item.Number} is at position {items.Count}", $"write number: {items.Count}, the items in order without a gap");
        }

        FidelityScale scale = new(
            node.RequiredText("scale", "the scale's name"), Day(node, "from"), node.RequiredText("edition", "the scale's edition"),
                node.RequiredText("source", "where the scale comes from"),
            lowest, highest, items);
        if (items.Count == 0)
            node.Problem("'items' is missing", "write items: one entry for every item");
        node.RefuseUnknown();
        return problems.Count == 0 ? scale : throw new BadPackException(problems);
    }

    private static FidelityItem ReadItem(PackNode node, int lowest, int highest)
    {
        FidelityItem item = new(
            Number(node, "number"), Choice<FidelitySection>(node, "section"), node.RequiredText("name", "the item's name"),
                Choice<AnchorGrade>(node, "verified"),
            [.. node.Texts("rests_on").Select(RuleId.Of)], ReadAnchors(node, lowest, highest),
            ReadArithmetic(node, highest - lowest));
        node.RefuseUnknown();
        return item;
    }

    private static IReadOnlyList<string> ReadAnchors(PackNode item, int lowest, int highest)
    {
        if (item.Map("anchors") is not { } anchors)
        {
            item.Problem("'anchors' is missing", "write anchors: one text for every score");
            return [];
        }

        string[] texts = [.. Enumerable.Range(lowest, Math.Max(0, highest - lowest + 1))
            .Select(s => anchors.RequiredText(s.ToString(CultureInfo.InvariantCulture), "what the score looks like"))];
        anchors.RefuseUnknown();
        return texts;
    }

    private static ItemArithmetic? ReadArithmetic(PackNode item, int count)
    {
        if (item.Map("arithmetic") is not { } node)
            return null;
        List<decimal> limits = [];
        foreach (var text in node.Texts("limits"))
        {
            if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var limit))
                limits.Add(limit);
            else
                node.Problem($"'{text}' is no number", "write limits: numbers, the best one first");
        }

        ItemArithmetic arithmetic = new(node.RequiredText("quantity", "what is measured"), Choice<BetterNumber>(node, "better"), limits,
            [.. node.Texts("counts")]);
        var ordered = arithmetic.Better == BetterNumber.Lower ? limits.Order() : limits.OrderDescending();
        if (limits.Count != count || !limits.SequenceEqual(ordered))
            node.Problem($"{limits.Count} limits: {string.Join(", ", limits)}", $"write {count} limits, the best one first");
        node.RefuseUnknown();
        return arithmetic;
    }

    private static DateOnly Day(PackNode node, string key)
    {
        if (DateOnly.TryParseExact(node.RequiredText(key, "a day"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        node.Problem($"'{key}' is no day", $"write {key}: YYYY-MM-DD");
        return default;
    }

    private static int Number(PackNode node, string key)
    {
        if (int.TryParse(node.RequiredText(key, "a whole number"), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        node.Problem($"'{key}' is no whole number", $"write {key}: a whole number");
        return 0;
    }

    private static T Choice<T>(PackNode node, string key) where T : struct, Enum
    {
        node.RequiredText(key, "one of " + string.Join(", ", Codes.All<T>()));
        return node.Choice<T>(key) ?? default;
    }
}
