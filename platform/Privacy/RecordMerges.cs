using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Common.V1;

namespace Ips.Platform.Privacy;

/// <summary>
/// A row that a merge moved to another person, and the person for whom it was recorded. It stays when the row is changed later, so that the undo of the merge
/// finds what came from whom.
/// </summary>
/// <param name="TableName">The table of the row.</param>
/// <param name="RowKey">Its primary key without the version, as text; parts are joined by a slash.</param>
/// <param name="RecordedFor">The person for whom it was recorded. A second merge of the row does not change it.</param>
/// <param name="Provider">Code of the provider.</param>
public sealed record MovedRow(string TableName, string RowKey, IndividualId RecordedFor, string Provider);

/// <summary>
/// A merge of two records as a service that follows it last received it. Events of the same two records are ordered by their sequence, so one that arrives late
/// or twice changes nothing, and an undo may arrive before its merge.
/// </summary>
public sealed class FollowedMerge : IVersioned
{
    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>The record that was merged.</summary>
    public required IndividualId MergedId { get; init; }

    /// <summary>The record that it was merged into.</summary>
    public required IndividualId SurvivorId { get; init; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The sequence of the last event about it.</summary>
    public long Sequence { get; set; }

    /// <summary>Whether that event was the undo.</summary>
    public bool Undone { get; set; }

    /// <summary>Whether the rows of the merged record are at the survivor now.</summary>
    public bool Applied { get; set; }

    /// <summary>When they were merged, the last time, UTC; null until that is known.</summary>
    public DateTimeOffset? MergedAt { get; set; }

    /// <summary>When the merge was undone, the last time, UTC; null while that is not known.</summary>
    public DateTimeOffset? UndoneAt { get; set; }
}

/// <summary>The merges of a provider's records, as a service follows them.</summary>
public sealed class FollowedMerges
{
    private readonly List<FollowedMerge> merges;
    private readonly string provider;

    private FollowedMerges(List<FollowedMerge> merges, string provider) => (this.merges, this.provider) = (merges, provider);

    /// <summary>Reads them.</summary>
    public static async Task<FollowedMerges> Read(DbContext db, string provider, CancellationToken cancellationToken) =>
        new(await db.Set<FollowedMerge>().AsNoTracking().Where(m => m.Provider == provider).ToListAsync(cancellationToken), provider);

    /// <summary>The record under which a person's rows are now.</summary>
    public IndividualId Survivor(IndividualId person)
    {
        for (var steps = 0; steps < merges.Count && merges.Find(m => m.Applied && m.MergedId == person) is { } merge; steps++)
            person = merge.SurvivorId;
        return person;
    }

    /// <summary>
    /// Records a merge. It is not applied when it was undone later, or while the record is at another survivor whose undo has not arrived.
    /// </summary>
    /// <returns>What has to move; null when nothing has.</returns>
    public PersonMove? Join(IndividualId survivor, IndividualId merged, long sequence, DateTimeOffset at, Changes changes)
    {
        var merge = Of(survivor, merged, changes);
        merge.MergedAt = merge.MergedAt > at ? merge.MergedAt : at;
        if (merge.Sequence > sequence)
            return null;
        (merge.Sequence, merge.Undone) = (sequence, false);
        if (merges.Exists(m => m.Applied && m.MergedId == merged))
            return null;
        merge.Applied = true;
        return new(merged, Survivor(merged), Names(merged));
    }

    /// <summary>Records the undo of a merge. A merge of the same record that arrived before is applied then.</summary>
    /// <returns>What has to move; null when nothing has.</returns>
    public PersonMove? Separate(IndividualId survivor, IndividualId merged, long sequence, DateTimeOffset at, Changes changes)
    {
        var merge = Of(survivor, merged, changes);
        merge.UndoneAt = merge.UndoneAt > at ? merge.UndoneAt : at;
        if (merge.Sequence > sequence)
            return null;
        var (applied, from) = (merge.Applied, Survivor(merged));
        (merge.Sequence, merge.Undone, merge.Applied) = (sequence, true, false);
        if (!applied)
            return null;
        if (merges.Find(m => m.MergedId == merged && !m.Undone) is { } waiting)
            changes.Update(waiting).Applied = true;
        return new(from, Survivor(merged), Names(merged));
    }

    /// <summary>The last merge of the record that was undone, with the times of both; a problem when there is none.</summary>
    private Result<FollowedMerge> Undone(IndividualId merged)
    {
        if (merges.Where(m => m.MergedId == merged).MaxBy(m => m.UndoneAt) is not { UndoneAt: not null } merge)
            return new Problem.NotFound("undone merge of the individual", merged.Name);
        return merge is { Undone: true, MergedAt: not null } ? merge
            : new Problem.Conflict("merge", "was made again, or its events have not arrived yet; read again after the undo");
    }

    /// <summary>What was recorded for the survivor of the last merge of a record until it was undone: a person has to look whose records they are.</summary>
    /// <param name="merged">The record that was merged and is apart again.</param>
    /// <param name="page">The page, in the order of recording.</param>
    /// <param name="own">What was recorded for a person and did not come to it by a merge.</param>
    public async Task<Result<(IndividualId Survivor, IReadOnlyList<Proto.MadeWhileMerged> Records, string NextPageToken)>> MadeMeanwhile(
        IndividualId merged, Paging page, Func<IndividualId, Task<IEnumerable<MadeWhileMerged>>> own)
    {
        if (!Undone(merged).Is(out var merge, out var problem))
            return problem;
        var survivor = Survivor(merge.SurvivorId);
        var (records, next) = (await own(survivor)).Where(row => row.IsWithin(merge)).ToPage(page, row => row.Code);
        return (survivor, records.ConvertAll(row => row.ToProto()), next);
    }

    /// <summary>The record and those that were merged into it, also by way of others.</summary>
    private List<IndividualId> Names(IndividualId person)
    {
        List<IndividualId> names = [person];
        for (var i = 0; i < names.Count; i++)
            names.AddRange(merges.Where(m => m.Applied && m.SurvivorId == names[i] && !names.Contains(m.MergedId)).Select(m => m.MergedId));
        return names;
    }

    private FollowedMerge Of(IndividualId survivor, IndividualId merged, Changes changes)
    {
        if (merges.Find(m => m.SurvivorId == survivor && m.MergedId == merged) is { } known)
            return changes.Update(known);
        FollowedMerge first = new() { MergedId = merged, SurvivorId = survivor, Provider = provider };
        merges.Add(first);
        return changes.Insert(first);
    }
}

/// <summary>A row that was recorded for the survivor of a merge before the merge was undone.</summary>
/// <param name="Kind">Its table.</param>
/// <param name="Name">Its resource name.</param>
/// <param name="RecordedAt">When it was recorded, UTC.</param>
public sealed record MadeWhileMerged(string Kind, string Name, DateTimeOffset RecordedAt)
{
    /// <summary>When a row was recorded whose id was made then: an id of version 7 begins with its milliseconds. Null for any other id.</summary>
    public static DateTimeOffset? TimeOf(Guid id) =>
        id.Version == 7 ? DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(id.ToString("N")[..12], 16)) : null;

    /// <summary>Its place in the list, which is in the order of recording.</summary>
    public string Code => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{RecordedAt.UtcTicks:D19} {Name[(Name.LastIndexOf('/') + 1)..]}");

    /// <summary>Whether it was recorded while a merge stood.</summary>
    public bool IsWithin(FollowedMerge merge) => merge.MergedAt <= RecordedAt && RecordedAt <= merge.UndoneAt;

    /// <summary>As the contract shows it.</summary>
    public Proto.MadeWhileMerged ToProto() => new() { Kind = Kind, Name = Name, CreateTime = RecordedAt.ToTimestamp() };
}

/// <summary>What moves because of a merge or its undo.</summary>
/// <param name="From">The record that has the rows now.</param>
/// <param name="To">The record that gets them.</param>
/// <param name="Names">The record that was merged or separated, and those that were merged into it: rows that were recorded for one of them move.</param>
public sealed record PersonMove(IndividualId From, IndividualId To, IReadOnlyList<IndividualId> Names)
{
    /// <summary>Whether the rows go back to the person for whom they were recorded.</summary>
    public bool IsUndo => From != Names[0];

    /// <summary>The rows that merges moved and that were recorded for one of these people.</summary>
    public async Task<Dictionary<(string Table, string Key), MovedRow>> Moved(DbContext db, CancellationToken cancellationToken)
    {
        var names = Names;
        return await db.Set<MovedRow>().AsNoTracking().Where(r => names.Contains(r.RecordedFor))
            .ToDictionaryAsync(r => (r.TableName, r.RowKey), cancellationToken);
    }
}

/// <summary>Maps what is kept about merges.</summary>
public static class RecordMerges
{
    /// <summary>Maps <see cref="MovedRow"/>.</summary>
    public static ModelBuilder HasMovedRows(this ModelBuilder model) => model.Entity<MovedRow>(row =>
    {
        row.ToTable("moved_rows").HasKey(r => new { r.TableName, r.RowKey });
        row.Property(r => r.TableName).HasMaxLength(60);
        row.HasIndex(r => r.RecordedFor);
    });

    /// <summary>Maps <see cref="FollowedMerge"/> and <see cref="MovedRow"/>, for a service that follows the merges of Eligibility.</summary>
    public static ModelBuilder HasFollowedMerges(this ModelBuilder model) => model.HasMovedRows().Entity<FollowedMerge>(merge =>
    {
        merge.ToTable("followed_merges").HasKey(m => new { m.MergedId, m.SurvivorId });
        merge.HasVersion();
        merge.HasIndex(m => m.Provider);
    });
}
