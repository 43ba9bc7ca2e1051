namespace Ips.Policies.Tool;

/// <summary>A change that no row can notice, and why: the answer stays the same, or a test of another kind proves the place.</summary>
/// <param name="Key">The change as it is listed; with <c>*</c> at the end, everything that begins so.</param>
/// <param name="Why">The reason.</param>
public sealed record Unproved(string Key, string Why)
{
    /// <summary>Reads entries: one or more changes, a line each, and their reason indented below. Lines that begin with # are for people.</summary>
    /// <exception cref="InvalidDataException">A change has no reason, or a reason no change.</exception>
    public static IReadOnlyList<Unproved> Read(TextReader text)
    {
        List<Unproved> entries = [];
        List<string> keys = [];
        while (text.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line[0] != ' ')
            {
                keys.Add(line);
                continue;
            }

            if (keys.Count == 0)
                throw new InvalidDataException($"a reason without a change above it: {line.Trim()}");
            entries.AddRange(keys.Select(k => new Unproved(k, line.Trim())));
            keys.Clear();
        }

        return keys.Count == 0 ? entries : throw new InvalidDataException($"{keys[0]} has no reason below it");
    }

    /// <summary>Whether the entry is about the change.</summary>
    public bool Explains(string change) => Key[^1] == '*' ? change.StartsWith(Key[..^1], StringComparison.Ordinal) : change == Key;
}
