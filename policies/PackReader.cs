using System.Security.Cryptography;
using System.Text;

namespace Ips.Policies;

/// <summary>Reads packs strictly: an unknown key, a missing citation or unit, an overlap or gap in dates, an unknown or doubled id are all reported
/// together.</summary>
public static class PackReader
{
    /// <summary>Units a value may have. A unit is never guessed.</summary>
    public static IReadOnlyList<string> Units { get; } =
        ["calendar-days", "business-days", "months", "years", "minutes", "hours", "usd", "ratio", "percent", "count", "units", "score", "day", "day-of-month", "choice", "codes"];

    /// <summary>Kinds of deadline (lifecycles, timer semantics).</summary>
    public static IReadOnlyList<string> Clocks { get; } =
        ["within-first-days", "days-after", "business-days-after", "days-before", "months-after", "years-after", "validity-years", "validity-months", "validity-days",
         "day-of-next-month", "weekly", "monthly", "quarterly", "yearly", "every-months", "same-day", "at-event", "before-event"];

    /// <summary>The packs that ship in this assembly.</summary>
    /// <exception cref="BadPackException">The packs have problems; all are listed.</exception>
    public static IReadOnlyList<Pack> ReadShipped() => Read(PackFiles.Shipped());

    /// <summary>Reads all packs of a set of files.</summary>
    /// <param name="files">Text by path, such as <c>nc-state/eligibility.yaml</c>.</param>
    /// <exception cref="BadPackException">The packs have problems; all are listed.</exception>
    public static IReadOnlyList<Pack> Read(IReadOnlyDictionary<string, string> files)
    {
        List<PackProblem> problems = [];
        var drafts = files.Keys.Select(p => p.Split('/')[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(id => PackDraft.Read(id, files, problems)).OfType<PackDraft>().ToDictionary(d => d.Header.Id, StringComparer.Ordinal);
        PackChecks.Run(drafts.Values, problems);
        if (problems.Count > 0)
            throw new BadPackException([.. problems.Distinct().OrderBy(p => p.File, StringComparer.Ordinal).ThenBy(p => p.Line)]);

        Dictionary<string, Pack> packs = new(StringComparer.Ordinal);
        foreach (var draft in drafts.Values)
            Build(draft, drafts, packs, files);
        return [.. packs.Values];
    }

    /// <summary>Reads one pack that was checked when it was released, under the parent with which it was released.</summary>
    internal static Pack? ReadReleased(string id, IReadOnlyDictionary<string, string> files, Pack? parent)
    {
        List<PackProblem> problems = [];
        var draft = PackDraft.Read(id, files, problems);
        return problems.Count > 0 ? throw new BadPackException(problems) : draft is null ? null
            : new(draft.Header, HashOf(id, files, parent?.Hash), draft.Rules, parent, draft.Calendar ?? parent?.Calendar ?? BusinessCalendar.Weekdays);
    }

    private static Pack Build(PackDraft draft, Dictionary<string, PackDraft> drafts, Dictionary<string, Pack> packs, IReadOnlyDictionary<string, string> files)
    {
        if (packs.TryGetValue(draft.Header.Id, out var built))
            return built;
        var parent = draft.Header.Extends is { } id ? Build(drafts[id], drafts, packs, files) : null;
        Pack pack = new(draft.Header, HashOf(draft.Header.Id, files, parent?.Hash), draft.Rules, parent,
            draft.Calendar ?? parent?.Calendar ?? BusinessCalendar.Weekdays);
        packs.Add(pack.Id, pack);
        return pack;
    }

    internal static string HashOf(string id, IReadOnlyDictionary<string, string> files, string? parentHash)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(parentHash ?? ""));
        foreach (var (path, text) in files.Where(f => f.Key.StartsWith(id + "/", StringComparison.Ordinal)).OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(path + "\n"));
            hash.AppendData(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n")));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
