namespace Ips.Contracts.Tests;

/// <summary>Compares what was promised with what is there.</summary>
internal static class Baseline
{
    /// <summary>Promises that are gone, and lines that are new.</summary>
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

    /// <summary>New fields whose comment begins with "Required" in a message that was there before: an old client does not send them.</summary>
    public static IReadOnlyList<string> Required(IEnumerable<string> frozen, IEnumerable<string> added, IEnumerable<string[]> sources)
    {
        var messages = Named("message", frozen);
        var required = sources.SelectMany(RequiredFields).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. from line in added
               where line.StartsWith("field ", StringComparison.Ordinal)
               let field = line.Split(' ')[1]
               where messages.Contains(field[..field.LastIndexOf('.')]) && required.Contains(field)
               select line,
        ];
    }

    private static HashSet<string> Named(string kind, IEnumerable<string> lines) =>
        lines.Where(line => line.StartsWith(kind + " ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> RequiredFields(string[] lines)
    {
        var (package, message, comment) = ("", "", "");
        foreach (var line in lines.Select(line => line.Trim()))
        {
            if (line.StartsWith("//", StringComparison.Ordinal))
            {
                comment += line;
                continue;
            }

            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["package", var name])
                package = name.TrimEnd(';');
            else if (words is ["message", var type, ..])
                message = type;
            else if (Array.IndexOf(words, "=") is > 0 and var equals && comment.StartsWith("// Required", StringComparison.Ordinal))
                yield return $"{package}.{message}.{words[equals - 1]}";
            comment = "";
        }
    }
}
