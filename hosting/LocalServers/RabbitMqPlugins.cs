using System.Text.RegularExpressions;

namespace LocalServers;

/// <summary>
/// The part of RabbitMQ's plugins directory that a node needs. Erlang looks for each of a thousand modules in every directory that it is given, and seventy of
/// them belong to plugins that are off: without those a node is ready in two thirds of the time.
/// </summary>
internal static partial class RabbitMqPlugins
{
    /// <summary>The directories of these applications and of all that they build on.</summary>
    /// <returns>Null when one of them is not a directory: then the node gets all of <paramref name="plugins"/>.</returns>
    public static IReadOnlyList<string>? Needed(string plugins, params string[] wanted)
    {
        if (!Directory.Exists(plugins)) return null;
        var files = Directory.GetDirectories(plugins)
            .SelectMany(directory => Directory.Exists(Path.Combine(directory, "ebin")) ? Directory.GetFiles(Path.Combine(directory, "ebin"), "*.app") : [])
            .ToLookup(file => Path.GetFileNameWithoutExtension(file));
        if (!wanted.All(files.Contains)) return null;
        var needed = new Dictionary<string, string>();
        for (var open = new Queue<string>(wanted); open.TryDequeue(out var name);)
        {
            // An application without a directory here is part of Erlang.
            if (files[name].FirstOrDefault() is not { } file || !needed.TryAdd(name, Directory.GetParent(file)!.Parent!.FullName)) continue;
            foreach (var used in Applications().Match(File.ReadAllText(file)).Groups["names"].Value.Split(',')) open.Enqueue(used.Trim().Trim('\''));
        }
        return [.. needed.Values];
    }

    /// <summary>Makes <paramref name="directory"/> hold links to these and nothing else.</summary>
    public static void Link(IReadOnlyList<string> needed, string directory)
    {
        if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);   // of links: what they point at stays
        Directory.CreateDirectory(directory);
        foreach (var plugin in needed) Directory.CreateSymbolicLink(Path.Combine(directory, Path.GetFileName(plugin)), plugin);
    }

    [GeneratedRegex(@"\{applications,\s*\[(?<names>[^\]]*)\]", RegexOptions.None, 1000)]
    private static partial Regex Applications();
}
