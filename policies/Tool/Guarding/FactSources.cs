namespace Ips.Policies.Tool.Guarding;

/// <summary>Every fact that a decision reads is given by a service, or is listed with the reason why none gives it.</summary>
public static class FactSources
{
    private const string List = "../Tool/facts-without-source.txt";

    /// <summary>The facts listed as without a source, with their reasons.</summary>
    /// <exception cref="InvalidDataException">A fact has no reason.</exception>
    public static IReadOnlyList<Unproved> WithoutSource(Checkout checkout)
    {
        using StreamReader file = new(Path.Combine(checkout.Packs, List));
        return Unproved.Read(file);
    }

    /// <summary>Facts that no service gives and nothing lists, and entries of the list for facts that have a source now.</summary>
    public static IEnumerable<PackProblem> Check(IReadOnlyList<Unproved> listed, ServiceUse use)
    {
        string[] missing = [.. DecisionKinds.All.SelectMany(kind => ServiceUse.FactsOf(kind)
            .Where(fact => use.Asks(kind.Name).Count == 0 || use.Gives(fact.Property).Count == 0).Select(fact => Key(kind, fact.Path)))];
        foreach (var fact in missing.Where(fact => !listed.Any(entry => entry.Explains(fact))))
            yield return new(List, 1, $"{fact} is read by rules and given by no service", "give it, or list it with the reason");
        foreach (var entry in listed.Where(entry => !missing.Any(entry.Explains)))
            yield return new(List, 1, $"{entry.Key} has a source now, or is no fact", "take it out");
    }

    /// <summary>The fact as the list names it.</summary>
    internal static string Key(DecisionKind kind, string path) => $"{kind.Name} {path}";
}
