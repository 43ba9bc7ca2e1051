namespace Ips.Contracts.Tests;

/// <summary>Compares the frozen contract with the current one.</summary>
internal static class Baseline
{
    /// <summary>Removed and added lines.</summary>
    public static (IReadOnlyList<string> Broken, IReadOnlyList<string> Added) Compare(IEnumerable<string> frozen, IEnumerable<string> now)
    {
        var (promised, there) = (frozen.ToHashSet(StringComparer.Ordinal), now.ToHashSet(StringComparer.Ordinal));
        return ([.. promised.Except(there).Order(StringComparer.Ordinal)], [.. there.Except(promised).Order(StringComparer.Ordinal)]);
    }

    /// <summary>New properties of an event that was there before, unless they may be null: an old message does not have them.</summary>
    public static IReadOnlyList<string> NotOptional(IEnumerable<string> frozen, IEnumerable<string> added)
    {
        var events = Named("event", frozen);
        return
        [
            .. added.Where(line => line.StartsWith("property ", StringComparison.Ordinal)
                && events.Contains(line.Split(' ')[1])
                && !line.EndsWith(" or null", StringComparison.Ordinal)),
        ];
    }

    private static HashSet<string> Named(string kind, IEnumerable<string> lines) =>
        lines.Where(line => line.StartsWith(kind + " ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).ToHashSet(StringComparer.Ordinal);
}
