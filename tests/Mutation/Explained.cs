namespace Ips.Mutation;

/// <summary>Changes that no row can notice, and why: the answer stays the same, or a test of another kind proves the place.</summary>
/// <param name="Key">The mutant as it is printed, without folder and line; with <c>*</c> at the end, everything that begins so.</param>
/// <param name="Why">The reason.</param>
internal sealed record Explained(string Key, string Why)
{
    /// <summary>Reads entries: one or more changes, a line each, and their reason indented below. Lines that begin with # are for people.</summary>
    public static IReadOnlyList<Explained> Read(string file)
    {
        var lines = File.ReadAllLines(file).Where(l => l.Length > 0 && l[0] != '#').ToList();
        List<Explained> entries = [];
        List<string> keys = [];
        foreach (var line in lines)
        {
            if (line[0] != ' ')
            {
                keys.Add(line);
                continue;
            }

            if (keys.Count == 0)
                throw new InvalidDataException($"{file}: a reason without a change above it: {line.Trim()}");
            entries.AddRange(keys.Select(k => new Explained(k, line.Trim())));
            keys.Clear();
        }

        return keys.Count == 0 ? entries : throw new InvalidDataException($"{file}: {keys[0]} has no reason below it");
    }

    /// <summary>Whether the entry is about the mutant.</summary>
    public bool Explains(Mutant mutant) => Key[^1] == '*' ? mutant.Key.StartsWith(Key[..^1], StringComparison.Ordinal) : mutant.Key == Key;
}
