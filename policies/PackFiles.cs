using System.Reflection;

namespace Ips.Policies;

/// <summary>The text of pack files by path below the packs folder, such as <c>nc-state/eligibility.yaml</c>.</summary>
public static class PackFiles
{
    private const string Prefix = "packs/";

    /// <summary>The files that ship in this assembly.</summary>
    public static IReadOnlyDictionary<string, string> Shipped()
    {
        var assembly = typeof(PackFiles).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(n => n[Prefix.Length..].Replace('\\', '/'), n => ReadAll(assembly, n), StringComparer.Ordinal);
    }

    /// <summary>The files below a folder; rows are left out, they are tests.</summary>
    public static IReadOnlyDictionary<string, string> Below(string folder) =>
        Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories)
            .Select(f => (Path: Path.GetRelativePath(folder, f).Replace('\\', '/'), File: f))
            .Where(f => !f.Path.Contains("/rows/", StringComparison.Ordinal))
            .ToDictionary(f => f.Path, f => File.ReadAllText(f.File), StringComparer.Ordinal);

    private static string ReadAll(Assembly assembly, string name)
    {
        using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
