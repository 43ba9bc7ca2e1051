using System.Reflection;

namespace Ips.Policies;

/// <summary>The text of pack files by path below the packs folder, such as <c>nc-state/eligibility.yaml</c>.</summary>
public static class PackFiles
{
    /// <summary>The files that ship in this assembly.</summary>
    public static IReadOnlyDictionary<string, string> Shipped() => Embedded("packs/");

    /// <summary>The files of released packs that ship in this assembly, such as <c>nc-state/2023.3-1f0c.../eligibility.yaml</c>.</summary>
    public static IReadOnlyDictionary<string, string> Released() => Embedded("released/");

    /// <summary>The files below a folder; rows are left out, they are tests.</summary>
    public static IReadOnlyDictionary<string, string> Below(string folder) =>
        Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories)
            .Select(f => (Path: Path.GetRelativePath(folder, f).Replace('\\', '/'), File: f))
            .Where(f => !f.Path.Contains("/rows/", StringComparison.Ordinal))
            .ToDictionary(f => f.Path, f => File.ReadAllText(f.File), StringComparer.Ordinal);

    private static Dictionary<string, string> Embedded(string prefix)
    {
        var assembly = typeof(PackFiles).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(n => n[prefix.Length..].Replace('\\', '/'), n => ReadAll(assembly, n), StringComparer.Ordinal);
    }

    private static string ReadAll(Assembly assembly, string name)
    {
        using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
