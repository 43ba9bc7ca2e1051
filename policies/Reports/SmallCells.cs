using System.Globalization;

namespace Ips.Policies.Reports;

/// <summary>
/// Which numbers are withheld from a reader who does not serve or cover the people: small ones, and so many others that the sum of a row minus what is shown
/// of it gives none of them.
/// </summary>
/// <param name="SmallestShown">The smallest number of people, except zero, that is shown.</param>
/// <param name="Source">The document that the number is from.</param>
/// <param name="Section">The section.</param>
/// <param name="Reading">Why it applies, and to whom.</param>
public sealed record SmallCells(int SmallestShown, string Source, string Section, string Reading)
{
    private const string File = "small-cells.yaml";
    private static readonly Lazy<SmallCells> Read = new(ReadShipped);

    /// <summary>The platform's rule.</summary>
    /// <exception cref="BadPackException">Its file has problems; all are listed.</exception>
    public static SmallCells Shipped => Read.Value;

    /// <summary>Whether a number of people is small.</summary>
    public bool IsSmall(long people) => people > 0 && people < SmallestShown;

    /// <summary>
    /// Decides on a sum and its parts. While a reader could compute a withheld part, one more part is withheld, and with none left the sum. Parts that are not
    /// small are taken by their names: taken by their size, the choice would show which size the withheld ones have.
    /// </summary>
    /// <param name="sum">People in all. A person may be in two parts.</param>
    /// <param name="parts">People in each part, by its name.</param>
    public WithheldCells Withhold(long sum, IReadOnlyDictionary<string, long> parts)
    {
        HashSet<string> withheld = [.. parts.Where(part => IsSmall(part.Value)).Select(part => part.Key)];
        if (withheld.Count == 0 || IsSmall(sum))
            return new(IsSmall(sum), withheld);
        Queue<string> shown = new(parts.Where(part => part.Value >= SmallestShown).Select(part => part.Key).Order(StringComparer.Ordinal));
        while (IsOpen(sum, parts, withheld))
        {
            if (!shown.TryDequeue(out var next))
                return new(true, withheld);
            withheld.Add(next);
        }

        return new(false, withheld);
    }

    // What is withheld together is one number to a reader who subtracts. It must not be small, and must leave each part more than one possible value: it does
    // not when all parts are one person, or all of them the largest small number.
    private bool IsOpen(long sum, IReadOnlyDictionary<string, long> parts, HashSet<string> withheld)
    {
        var together = sum - parts.Where(part => !withheld.Contains(part.Key)).Sum(part => part.Value);
        return withheld.Count < 2 || together < SmallestShown || together <= withheld.Count || withheld.All(part => parts[part] == SmallestShown - 1);
    }

    private static SmallCells ReadShipped()
    {
        using StreamReader reader = new(typeof(SmallCells).Assembly.GetManifestResourceStream($"platform/{File}")!);
        List<PackProblem> problems = [];
        if (PackNode.Parse(File, reader.ReadToEnd(), problems) is not { } node)
            throw new BadPackException(problems);
        SmallCells rule = new(
            int.TryParse(
                node.RequiredText("smallest_shown", "a whole number"), NumberStyles.None, CultureInfo.InvariantCulture, out var smallest) ? smallest : 0,
            node.RequiredText("source", "the document"), node.RequiredText("at", "the section"), node.RequiredText("reading", "why it applies, and to whom"));
        _ = (node.RequiredText("verified", "the day of the last comparison"), node.RequiredText("says", "the rule in one line"),
            node.RequiredText("needs_confirmation", "true or false"));
        if (smallest < 2)
            node.Problem("'smallest_shown' is no whole number above 1", "write smallest_shown: 11");
        node.RefuseUnknown();
        return problems.Count == 0 ? rule : throw new BadPackException(problems);
    }
}

/// <summary>What is withheld of a sum and its parts.</summary>
/// <param name="Sum">Whether the sum is.</param>
/// <param name="Parts">The parts that are.</param>
public sealed record WithheldCells(bool Sum, IReadOnlySet<string> Parts);
