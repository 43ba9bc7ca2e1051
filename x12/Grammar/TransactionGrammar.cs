namespace Ips.X12;

/// <summary>A transaction as its implementation guide declares it: read from <c>Grammar/*.txt</c>, and the one source for reading into loops, writing and checking.</summary>
public sealed class TransactionGrammar
{
    private static readonly Lazy<IReadOnlyList<TransactionGrammar>> Known = new(GrammarFile.ReadAll);

    internal TransactionGrammar(string id, string version, string group, string name, IReadOnlyList<string> otherVersions, LoopUse root,
        IReadOnlyDictionary<string, SegmentDefinition> segments)
    {
        (Id, Version, Group, Name, OtherVersions, Root, Segments) = (id, version, group, name, otherVersions, root, segments);
    }

    /// <summary>All transactions that we know.</summary>
    public static IReadOnlyList<TransactionGrammar> All => Known.Value;

    /// <summary>ST01.</summary>
    public string Id { get; }

    /// <summary>GS08 and ST03.</summary>
    public string Version { get; }

    /// <summary>GS01.</summary>
    public string Group { get; }

    /// <summary>What it is.</summary>
    public string Name { get; }

    /// <summary>Earlier or later versions that are read the same way.</summary>
    public IReadOnlyList<string> OtherVersions { get; }

    /// <summary>The segments and loops from ST to SE.</summary>
    public LoopUse Root { get; }

    /// <summary>Segments of the standard by id.</summary>
    internal IReadOnlyDictionary<string, SegmentDefinition> Segments { get; }

    /// <summary>The grammar of a set, or null. A version that names no guide (as <c>5010</c>) is read by the first grammar of its id; another guide is not.</summary>
    public static TransactionGrammar? Find(string id, string version) =>
        All.FirstOrDefault(g => g.Id == id && (g.Version == version || g.OtherVersions.Contains(version)))
        ?? (version.Contains('X', StringComparison.Ordinal) ? null : All.FirstOrDefault(g => g.Id == id));
}
