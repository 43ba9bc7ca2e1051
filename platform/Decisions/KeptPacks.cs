using System.Collections.Concurrent;
using System.Text.Json;
using Ips.Policies;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Ips.Platform.Decisions;

/// <summary>
/// The packs that a service can decide by, by content hash: those that its build ships or has released, and every release that was in force or accepted in this database,
/// which keeps its files. A later build may leave an old release out, and what was decided by it is still repeated.
/// </summary>
/// <param name="database">Keeps the files.</param>
/// <param name="released">The releases of this build.</param>
/// <param name="clock">Says when a release is kept.</param>
public sealed class KeptPacks(NpgsqlDataSource database, IReadOnlyCollection<ReleasedPack> released, TimeProvider clock)
{
    private readonly Dictionary<string, ReleasedPack> _released = released.ToDictionary(r => r.Hash, StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Pack> _loaded = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _kept = new(StringComparer.Ordinal);

    /// <summary>The pack; null when it was never released. The first use of one that this build does not have costs a query.</summary>
    /// <exception cref="InvalidDataException">The kept files were changed, or those of its parent.</exception>
    public Pack? Find(string hash)
    {
        if (PolicyEngine.Shipped.Programs.Values.FirstOrDefault(p => p.Hash == hash) is { } shipped)
            return shipped;
        if (_released.TryGetValue(hash, out var release))
            return release.Pack;
        if (_loaded.TryGetValue(hash, out var loaded))
            return loaded;
        return Load(hash) is { } pack ? _loaded.GetOrAdd(hash, pack) : null;
    }

    /// <summary>The releases of a program that this build has.</summary>
    public IEnumerable<Pack> ReleasesOf(string program) => released.Where(r => r.Id == program).Select(r => r.Pack);

    /// <summary>Keeps the files of releases, with those of their parents. A pack that was never released is not kept: it ends with its build.</summary>
    internal async Task Keep(IEnumerable<Pack> packs, CancellationToken cancellationToken)
    {
        List<Pack> missing = [.. packs.SelectMany(WithParents).DistinctBy(p => p.Hash).Where(p => _released.ContainsKey(p.Hash) && !_kept.ContainsKey(p.Hash))];
        if (missing.Count == 0)
            return;
        await using var insert = database.CreateCommand(
            """
            insert into kept_packs (pack_hash, program, pack_version, parent_hash, files, first_used_at)
            select hash, program, version, parent, files, $6 from unnest($1, $2, $3, $4, $5) as pack (hash, program, version, parent, files) order by hash
            on conflict do nothing
            """);
        insert.Parameters.Add(new() { Value = missing.ConvertAll(p => p.Hash).ToArray() });
        insert.Parameters.Add(new() { Value = missing.ConvertAll(p => p.Id).ToArray() });
        insert.Parameters.Add(new() { Value = missing.ConvertAll(p => p.Version).ToArray() });
        insert.Parameters.Add(new() { Value = missing.ConvertAll(p => p.Parent?.Hash).ToArray() });
        insert.Parameters.Add(new() { Value = missing.ConvertAll(p => JsonSerializer.Serialize(PackFiles.Of(p))).ToArray() });
        insert.Parameters.Add(new() { Value = clock.GetUtcNow().ToUniversalTime() });
        await insert.ExecuteNonQueryAsync(cancellationToken);
        foreach (var pack in missing)
            _kept[pack.Hash] = true;
    }

    private Pack? Load(string hash)
    {
        string id, files;
        string? parentHash;
        using (var select = database.CreateCommand("select program, parent_hash, files from kept_packs where pack_hash = $1"))
        {
            select.Parameters.Add(new() { Value = hash });
            using var row = select.ExecuteReader();
            if (!row.Read())
                return null;
            (id, parentHash, files) = (row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetString(2));
        }

        var parent = parentHash is null ? null : Find(parentHash)
            ?? throw new InvalidDataException($"The pack {parentHash[..12]} of kept_packs is missing; restore it from a backup.");
        return ReleasedPacks.Restore(id, JsonSerializer.Deserialize<Dictionary<string, string>>(files)!, parent, hash)
            ?? throw new InvalidDataException($"The pack {id} {hash[..12]} of kept_packs was changed; restore it from a backup.");
    }

    private static IEnumerable<Pack> WithParents(Pack pack) => pack.Parent is { } parent ? [.. WithParents(parent), pack] : [pack];
}

/// <summary>A release that was in force or accepted in this database, with its files.</summary>
public sealed class KeptPack
{
    /// <summary>The content hash.</summary>
    public required string PackHash { get; init; }

    /// <summary>The pack's id: a program, or a pack that lends its rules to one.</summary>
    public required string Program { get; init; }

    /// <summary>Its version.</summary>
    public required string PackVersion { get; init; }

    /// <summary>The content hash of the pack that it extends; null for none.</summary>
    public required string? ParentHash { get; init; }

    /// <summary>Its own files: a JSON object of text by path.</summary>
    public required string Files { get; init; }

    /// <summary>When it was kept, UTC.</summary>
    public required DateTimeOffset FirstUsedAt { get; init; }
}
