namespace Ips.Policies;

/// <summary>A version of a pack that was released: receipts name it, so it never changes.</summary>
/// <param name="Id">The pack.</param>
/// <param name="Version">Its version.</param>
/// <param name="Hash">Its content hash.</param>
/// <param name="Pack">The pack as it was read then.</param>
public sealed record ReleasedPack(string Id, string Version, string Hash, Pack Pack);

/// <summary>
/// Every released version of every pack, by content hash. Only the pack's own files are kept for each; the parent's release is the one with which the hash is
/// right.
/// </summary>
public static class ReleasedPacks
{
    private static readonly Lazy<Dictionary<string, ReleasedPack>> Shipped =
        new(() => Read(PackFiles.Released()).ToDictionary(r => r.Hash, StringComparer.Ordinal));

    /// <summary>The releases that ship in this assembly.</summary>
    public static IReadOnlyCollection<ReleasedPack> All => Shipped.Value.Values;

    /// <summary>The pack with that content hash, or <see langword="null"/> where it was never released.</summary>
    public static Pack? Find(string hash) => Shipped.Value.GetValueOrDefault(hash)?.Pack;

    /// <summary>The pack of files that were kept elsewhere, or <see langword="null"/> where they have not the hash.</summary>
    /// <param name="id">The pack.</param>
    /// <param name="files">Its own files by path, as <see cref="PackFiles.Of"/> gives them.</param>
    /// <param name="parent">The pack that it extends.</param>
    /// <param name="hash">Its content hash.</param>
    public static Pack? Restore(string id, IReadOnlyDictionary<string, string> files, Pack? parent, string hash) =>
        PackReader.HashOf(id, files, parent?.Hash) == hash ? PackReader.ReadReleased(id, files, parent) : null;

    /// <summary>The folder of a release, below the folder of releases.</summary>
    public static string FolderOf(Pack pack) => $"{pack.Id}/{pack.Version}-{pack.Hash[..12]}";

    /// <summary>Reads releases.</summary>
    /// <param name="files">Text by path, such as <c>nc-state/2023.3-1f0c2d3e4f5a/eligibility.yaml</c>.</param>
    /// <exception cref="BadPackException">A release was changed, or its parent's release is missing.</exception>
    public static IReadOnlyList<ReleasedPack> Read(IReadOnlyDictionary<string, string> files)
    {
        var waiting = files.GroupBy(f => string.Join('/', f.Key.Split('/')[..2]), StringComparer.Ordinal).ToDictionary(
            g => g.Key, g => g.ToDictionary(f => f.Key.Split('/')[0] + f.Key[g.Key.Length..], f => f.Value, StringComparer.Ordinal), StringComparer.Ordinal);
        List<ReleasedPack> read = [];
        while (waiting.Count > 0)
        {
            var found = waiting.SelectMany(release => Under(read, release.Key, release.Value)).ToList();
            if (found.Count == 0)
            {
                throw new BadPackException([.. waiting.Keys.Order(StringComparer.Ordinal).Select(folder => new PackProblem(
                    folder, 1, "is not what was released under its name", "restore the files; a change is a new version of the pack"))]);
            }

            foreach (var release in found)
                waiting.Remove(FolderOf(release.Pack));
            read.AddRange(found);
        }

        return read;
    }

    // The release, when its content has the hash of its name under one of the packs that were read.
    private static IEnumerable<ReleasedPack> Under(IReadOnlyList<ReleasedPack> read, string folder, IReadOnlyDictionary<string, string> files)
    {
        var id = folder.Split('/')[0];
        foreach (var parent in (Pack?[])[null, .. read.Select(r => r.Pack)])
        {
            var hash = PackReader.HashOf(id, files, parent?.Hash);
            if (folder.EndsWith("-" + hash[..12], StringComparison.Ordinal) && PackReader.ReadReleased(id, files, parent) is { } pack
                && FolderOf(pack) == folder)
                yield return new(id, pack.Version, hash, pack);
        }
    }
}
