using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ips.Platform.Data;

/// <summary>What became of a use case's changes.</summary>
public enum Written
{
    /// <summary>All of them are committed.</summary>
    Stored,

    /// <summary>None is stored, because the row that marks the request or message as processed is there already: it ran before.</summary>
    Repeated,

    /// <summary>None is stored, because a row that the use case read has changed since. It reads and decides again.</summary>
    Changed,
}

/// <summary>What a part of the platform writes with every group, such as events and audit entries.</summary>
public interface IGroupPart
{
    /// <summary>Whether it stores the events; without a part that does, events cannot be published.</summary>
    bool StoresEvents => false;

    /// <summary>Adds its statements; they run after those of the rows.</summary>
    void AddTo(NpgsqlBatch batch, IReadOnlyList<Changes> group);

    /// <summary>The group is committed.</summary>
    void Committed(IReadOnlyList<Changes> group);
}

/// <summary>Stores the changes of use cases: <see cref="GroupWriter"/>, or in a simulation a model of it.</summary>
public interface IChangesWriter
{
    /// <summary>Stores the changes of one use case, all of them or none; completes when they are committed.</summary>
    /// <param name="caller">Whose rights the rows are written with; <see cref="Caller.None"/> is the service itself.</param>
    /// <param name="changes">The rows and events. Do not change them after this call.</param>
    /// <param name="cancellationToken">The caller gives up. Changes whose group has begun may still be stored.</param>
    /// <exception cref="PostgresException">A constraint or a policy of the database refuses a row.</exception>
    /// <exception cref="NpgsqlException">The database does not answer; whether the changes are stored is not known.</exception>
    /// <exception cref="InvalidOperationException">They have events, and the service has no messaging.</exception>
    Task<Written> Write(Caller caller, Changes changes, CancellationToken cancellationToken);

    /// <summary>
    /// Use cases of an organization that decide again take turns, so that many changes of one row wait for each other here and not in the database.
    /// </summary>
    SemaphoreSlim Again(Caller caller);
}

/// <summary>
/// Writes the changes of use cases. The changes of calls that arrive together go into one batch: one round trip, one transaction, one commit. Each caller's
/// changes are stored entirely or not at all: when a group fails, its members are written again one by one, so that only the one at fault fails.
/// </summary>
/// <remarks>
/// A group holds calls of callers who see the same only, because its connection carries the caller's rights (row-level security). Locks are always taken in
/// one order: tables in the order of their references, rows in the order of their keys, subjects of events last.
/// </remarks>
public sealed class GroupWriter(IServiceScopeFactory scopes, ICallerConnections connections, IEnumerable<IGroupPart> parts) : IChangesWriter
{
    /// <summary>The function by which a statement fails when a row is not as it was read.</summary>
    public const string Schema =
        """
        create or replace function ips_expect(changed text, expected bigint, counted bigint) returns void language plpgsql as $$
        begin
          if counted <> expected then
            raise exception '% of % rows of % are not as they were read', expected - counted, expected, changed using errcode = 'IPS01';
          end if;
        end $$;

        """;

    private const string ChangedSinceRead = "IPS01";
    private const int Largest = 100;
    private const int Attempts = 5;

    private readonly IGroupPart[] parts = [.. parts];
    private readonly ConcurrentDictionary<CallerSight, Lane> lanes = new();
    private readonly Lazy<IReadOnlyDictionary<Type, Lazy<TableStatements>>> tables = new(() => TableStatements.Of(scopes.Model()));

    /// <inheritdoc/>
    public async Task<Written> Write(Caller caller, Changes changes, CancellationToken cancellationToken)
    {
        if (changes.Events.Count > 0 && !parts.Any(part => part.StoresEvents))
        {
            throw new InvalidOperationException(
                $"{changes.Events[0].Event.GetType().Name} is published, but this service stores no events; "
                    + "add builder.AddMessaging<TDb>() to its Program.cs.");
        }

        var outcome = await LaneOf(caller).Groups.Run(changes, cancellationToken);
        return outcome.Refused is { } refused ? throw refused : outcome.Written;
    }

    /// <inheritdoc/>
    public SemaphoreSlim Again(Caller caller) => LaneOf(caller).Again;

    private Lane LaneOf(Caller caller) => lanes.GetOrAdd(caller.Sight,
        _ => new(new("write", Largest, group => Write(caller, group)), new(1)));

    private async Task<IReadOnlyList<Outcome>> Write(Caller caller, IReadOnlyList<Changes> group)
    {
        Dictionary<Changes, Outcome> outcomes = new(group.Count, ReferenceEqualityComparer.Instance);
        await using var connection = await connections.Open(caller, CancellationToken.None);
        foreach (var apart in Apart(group))
        {
            var together = await Try(connection, apart);
            foreach (var one in apart)
                outcomes[one] = apart.Count == 1 || together.IsStored ? together : await Try(connection, [one]);
        }

        return [.. group.Select(changes => outcomes[changes])];
    }

    // Two use cases that touch the same row are not written together: the second rests on a version that the first replaces.
    private List<List<Changes>> Apart(IReadOnlyList<Changes> group)
    {
        List<(HashSet<string> Touched, List<Changes> Members)> parted = [];
        foreach (var changes in group)
        {
            var touched = Touched(changes).ToList();
            var place = parted.FindIndex(part => !part.Touched.Overlaps(touched));
            if (place < 0)
            {
                place = parted.Count;
                parted.Add(([], []));
            }

            parted[place].Touched.UnionWith(touched);
            parted[place].Members.Add(changes);
        }

        return [.. parted.Select(part => part.Members)];
    }

    private IEnumerable<string> Touched(Changes changes) =>
        changes.Updated.Keys.Concat(changes.Removed.Keys).Concat(changes.Expected.Keys).Concat(changes.Inserted.OfType<IProcessedOnce>())
            .Select(row => TableOf(row).KeyOf(row));

    private async Task<Outcome> Try(NpgsqlConnection connection, IReadOnlyList<Changes> group)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Send(connection, group);
                foreach (var part in parts)
                    part.Committed(group);
                return new(Written.Stored, null);
            }
            catch (PostgresException refused) when (Faults.IsOutage(refused))
            {
                throw;
            }
            catch (PostgresException refused) when (
                refused.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure && attempt < Attempts)
            {
                // The same rows may be sent again: nothing of them is stored, and their versions are checked again.
            }
            catch (PostgresException refused)
            {
                return refused switch
                {
                    { SqlState: ChangedSinceRead } => new(Written.Changed, null),
                    { SqlState: PostgresErrorCodes.UniqueViolation } when Marks(group, refused.TableName) => new(Written.Repeated, null),
                    _ => new(default, refused),
                };
            }
        }
    }

    private bool Marks(IReadOnlyList<Changes> group, string? table) =>
        group.SelectMany(changes => changes.Inserted).OfType<IProcessedOnce>().Any(mark => TableOf(mark).Name == table);

    private async Task Send(NpgsqlConnection connection, IReadOnlyList<Changes> group)
    {
        await using NpgsqlBatch batch = new(connection);
        var rows = group.SelectMany(RowsOf).ToLookup(row => row.Table);
        foreach (var table in rows.Select(table => table.Key).OrderBy(table => table.Order))
        {
            if (Versions(rows[table]) is { Count: > 0 } held)
                batch.BatchCommands.Add(table.Hold(held));
            Add(table.Delete, rows[table], Change.Remove);
            Add(table.Update, rows[table], Change.Update);
            Add(table.Insert, rows[table], Change.Insert);
        }

        foreach (var part in parts)
            part.AddTo(batch, group);
        if (batch.BatchCommands.Count > 0)
        {
            batch.BatchCommands.Insert(0, new(KeyedPlans.Use));
            await batch.ExecuteNonQueryAsync();
        }

        void Add(Func<IReadOnlyList<object>, NpgsqlBatchCommand> command, IEnumerable<ChangedRow> of, Change change)
        {
            List<object> changed = [.. of.Where(row => row.Change == change).Select(row => row.Row)];
            if (changed.Count > 0)
                batch.BatchCommands.Add(command(changed));
        }
    }

    private static List<KeyValuePair<object, int>> Versions(IEnumerable<ChangedRow> rows) =>
        [.. rows.Where(row => row is { Row: IVersioned, Change: not Change.Insert }).Select(row => KeyValuePair.Create(row.Row, row.Version))];

    private IEnumerable<ChangedRow> RowsOf(Changes changes) =>
    [
        .. changes.Inserted.Select(row => new ChangedRow(TableOf(row), row, Change.Insert, 0)),
        .. changes.Updated.Select(row => new ChangedRow(TableOf(row.Key), row.Key, Change.Update, row.Value)),
        .. changes.Removed.Select(row => new ChangedRow(TableOf(row.Key), row.Key, Change.Remove, row.Value)),
        .. changes.Expected.Select(row => new ChangedRow(TableOf(row.Key), row.Key, Change.Expect, row.Value)),
    ];

    private TableStatements TableOf(object row) => tables.Value.GetValueOrDefault(row.GetType())?.Value
        ?? throw new InvalidOperationException($"{row.GetType().Name} is not a row of this service's database.");

    private sealed record Lane(Groups<Changes, Outcome> Groups, SemaphoreSlim Again);

    private enum Change { Insert, Update, Remove, Expect }

    private sealed record ChangedRow(TableStatements Table, object Row, Change Change, int Version);

    private sealed record Outcome(Written Written, PostgresException? Refused)
    {
        public bool IsStored => Refused is null && Written == Written.Stored;
    }
}

/// <summary>A row whose key says that a request or message was processed: a second insert of it means a repetition.</summary>
public interface IProcessedOnce
{
    /// <summary>It was there already, so nothing was stored: what is counted then.</summary>
    void Repeated()
    {
    }
}
