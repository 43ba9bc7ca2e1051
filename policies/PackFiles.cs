using System.Reflection;

namespace Ips.Policies;

/// <summary>The text of pack files by path below the packs folder, such as <c>nc-state/eligibility.yaml</c>.</summary>
public static class PackFiles
{
    /// <summary>The files that ship in this assembly.</summary>
    public static IReadOnlyDictionary<string, string> Shipped() => Embedded("packs/");

    /// <summary>The files of released packs that ship in this assembly, such as <c>nc-state/2023.3-1f0c.../eligibility.yaml</c>.</summary>
    public static IReadOnlyDictionary<string, string> Released() => Embedded("released/");

    /// <summary>The files of a released pack, without its parent's, by path below the packs folder.</summary>
    public static IReadOnlyDictionary<string, string> Of(Pack released)
    {
        var folder = ReleasedPacks.FolderOf(released) + "/";
        return Released().Where(f => f.Key.StartsWith(folder, StringComparison.Ordinal))
            .ToDictionary(f => $"{released.Id}/{f.Key[folder.Length..]}", f => f.Value, StringComparer.Ordinal);
    }

    /// <summary>The files below a folder; rows are left out, they are tests.</summary>
    public static IReadOnlyDictionary<string, string> Below(string folder) =>
        Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories)
            .Select(f => (Path: Path.GetRelativePath(folder, f).Replace('\\', '/'), File: f))
            .Where(f => !f.Path.Contains("/rows/", StringComparison.Ordinal))
            .ToDictionary(f => f.Path, f => File.ReadAllText(f.File), StringComparer.Ordinal);

    /// <summary>The files with a draft in the place of the file of the same path.</summary>
    /// <param name="files">The files.</param>
    /// <param name="program">The program whose folder is meant when the draft's own folder is none of a pack.</param>
    /// <param name="draft">The path of the draft, such as <c>drafts/nc-core/eligibility.yaml</c>.</param>
    /// <exception cref="InvalidDataException">The draft replaces no file and belongs to no pack.</exception>
    public static IReadOnlyDictionary<string, string> With(IReadOnlyDictionary<string, string> files, string program, string draft)
    {
        var parts = Path.GetFullPath(draft).Replace('\\', '/').Split('/');
        var byFolder = $"{parts[^2]}/{parts[^1]}";
        var byProgram = $"{program}/{parts[^1]}";
        var target = files.ContainsKey(byFolder) ? byFolder : files.ContainsKey(byProgram) ? byProgram
            : files.ContainsKey($"{parts[^2]}/pack.yaml") ? byFolder
            : throw new InvalidDataException($"{draft} has the path of no pack file: name it as the file it replaces, such as {program}/eligibility.yaml");
        return new Dictionary<string, string>(files, StringComparer.Ordinal) { [target] = File.ReadAllText(draft) };
    }

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
