namespace Ips.Portal.Components.Fidelity;

/// <summary>An item of the fidelity scale.</summary>
/// <param name="Number">1 to 25.</param>
/// <param name="Section">The part of the scale.</param>
/// <param name="Name">What is scored.</param>
/// <param name="Anchors">What each score from 1 to 5 means.</param>
public sealed record ScaleItem(int Number, string Section, string Name, IReadOnlyDictionary<int, string> Anchors);

/// <summary>The IPS fidelity scale of 25 items, read from the file that the policies read. It names the items; tiers and what follows are Fidelity's.</summary>
public static class Scale
{
    /// <summary>Where the scale comes from.</summary>
    public const string Source = "IPS (supported employment) fidelity scale, 2008, 25 items, Dartmouth Psychiatric Research Center; anchors in our words";

    /// <summary>The items in the order of the scale.</summary>
    public static IReadOnlyList<ScaleItem> Items { get; } = [.. Read()];

    // One key a line, as the file is written; a test compares the result with the policies' own reader.
    private static IEnumerable<ScaleItem> Read()
    {
        using var stream = typeof(Scale).Assembly.GetManifestResourceStream("ips-25.yaml")!;
        using StreamReader lines = new(stream);
        var (number, section, name) = (0, "", "");
        Dictionary<int, string> anchors = [];
        while (lines.ReadLine() is { } line)
        {
            var (key, value) = line.Split(':', 2) is [var left, var right] ? (left.Trim(), right.Trim().Trim('"')) : ("", "");
            (number, section, name) = key switch
            {
                "- number" => (int.Parse(value, System.Globalization.CultureInfo.InvariantCulture), "", ""),
                "section" => (number, value, name),
                "name" => (number, section, value),
                _ => (number, section, name),
            };
            if (number == 0 || !int.TryParse(key, out var score))
                continue;
            anchors[score] = value;
            if (score == 5)
            {
                yield return new(number, section, name, anchors);
                anchors = [];
            }
        }
    }
}
