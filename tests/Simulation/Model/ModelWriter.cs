using System.Text.Json;
using Ips.Contracts;
using Ips.Contracts.Events;
using MassTransit;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ips.Simulation.Model;

/// <summary>
/// Keeps the promises of <see cref="GroupWriter"/> on a <see cref="ModelStore"/>: all of a use case's changes or none; rows compared by their versions; a
/// request or message once; the constraints of PostgreSQL by their names; events with the next sequence of their subject.
/// </summary>
internal sealed class ModelWriter(ModelStore store, IServiceScopeFactory scopes) : IChangesWriter
{
    /// <summary>The tables.</summary>
    public Rows Rows => rows.Value;

    private readonly Lazy<Rows> rows = new(() => new(store.Connection, scopes.Model()));

    /// <summary>One call runs at a time, so a turn is always free.</summary>
    public SemaphoreSlim Again(Caller caller) => new(1);

    public Task<Written> Write(Caller caller, Changes changes, CancellationToken cancellationToken) => Task.FromResult(Write(changes));

    private Written Write(Changes changes)
    {
        var stored = false;
        store.Execute("begin");
        try
        {
            stored = TryWrite(changes);
            return stored ? Written.Stored : Written.Changed;
        }
        catch (SqliteException refused) when (refused.SqliteErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT)
        {
            var constraint = rows.Value.Refused(refused);
            return constraint.SqlState == PostgresErrorCodes.UniqueViolation && rows.Value.Marks(changes, constraint.TableName)
                ? Written.Repeated : throw constraint;
        }
        finally
        {
            store.Execute(stored ? "commit" : "rollback");
        }
    }

    // In the order of the writer: tables in the order of their references, and of each what is held, removed, updated and inserted.
    private bool TryWrite(Changes changes)
    {
        var all = rows.Value;
        var read = changes.Updated.Concat(changes.Removed).Concat(changes.Expected.Select(e => KeyValuePair.Create((object)e.Key, e.Value)));
        var held = read.Where(row => row.Key is IVersioned).ToLookup(row => all.TableOf(row.Key));
        var (removed, updated) = (changes.Removed.Keys.ToLookup(all.TableOf), changes.Updated.Keys.ToLookup(all.TableOf));
        var inserted = changes.Inserted.ToLookup(all.TableOf);
        foreach (var table in held.Select(t => t.Key).Concat(removed.Select(t => t.Key)).Concat(updated.Select(t => t.Key)).Concat(inserted.Select(t => t.Key))
            .Distinct().OrderBy(table => table.Order))
        {
            if (held[table].Any(row => table.VersionOf(row.Key) != row.Value) || removed[table].Any(row => !table.Delete(row))
                || updated[table].Any(row => !table.Update(row)))
                return false;
            foreach (var row in inserted[table])
                table.Insert(row);
        }

        foreach (var person in changes.Rows.Select(Spans).Distinct())
            all.CheckExclusiveSpans(person);
        foreach (var pending in changes.Events)
            all.Append(pending.Event);
        return true;
    }

    // The person whose exclusive days the row may change.
    private static IndividualId? Spans(object row) => row switch
    {
        Eligibility.Authorizations.Authorization authorization => authorization.IndividualId,
        Eligibility.Authorizations.ActSpan act => act.IndividualId,
        Eligibility.Individuals.IdentifierHash identifier => identifier.IndividualId,
        _ => null,
    };
}

/// <summary>The statements of every table of a model, on SQLite.</summary>
internal sealed class Rows
{
    private readonly SqliteConnection connection;
    private readonly IModel model;
    private readonly IReadOnlyDictionary<Type, Lazy<TableStatements>> statements;
    private readonly Dictionary<Type, Table> tables = [];
    private readonly SqliteCommand sequence;
    private readonly SqliteCommand overlap;

    public Rows(SqliteConnection connection, IModel model)
    {
        (this.connection, this.model, statements) = (connection, model, TableStatements.Of(model));
        sequence = Command(
            "insert into outbox_subjects (subject, sequence) values ($1, 1) on conflict (subject) do update set sequence = sequence + 1 returning sequence");
        sequence.Parameters.Add(new("$1", SqliteType.Text));
        overlap = Command(
            """
            with mine as materialized (select system, hash from individual_identifiers where individual_id = $person),
            others as materialized (
              select distinct o.individual_id, o.system, o.hash from mine m join individual_identifiers o on o.system = m.system and o.hash = m.hash)
            select a.service = 'ips' and b.service = 'ips' from spans_of a
              join others o on true join spans_of b on b.individual_id = o.individual_id and b.source_id <> a.source_id
            where a.individual_id = $person and (a.service <> b.service or (a.service = 'ips' and a.provider <> b.provider))
              and a.from_day <= coalesce(b.through_day, '9999-12-31') and b.from_day <= coalesce(a.through_day, '9999-12-31')
            limit 1
            """);
        overlap.Parameters.Add(new("$person", SqliteType.Text));
    }

    public Table TableOf(object row)
    {
        if (tables.TryGetValue(row.GetType(), out var table))
            return table;
        var of = statements.GetValueOrDefault(row.GetType())?.Value
            ?? throw new InvalidOperationException($"{row.GetType().Name} is not a row of this service's database.");
        table = tables.Values.FirstOrDefault(t => t.Name == of.Name) ?? new(this, of);
        return tables[row.GetType()] = table;
    }

    public bool Marks(Changes changes, string? table) => changes.Inserted.OfType<IProcessedOnce>().Any(mark => TableOf(mark).Name == table);

    /// <summary>The error of PostgreSQL for what SQLite refused.</summary>
    public PostgresException Refused(SqliteException refused)
    {
        // UNIQUE constraint failed: claim_lines.milestone_id, claim_lines.state
        var at = refused.Message.LastIndexOf("failed: ", StringComparison.Ordinal);
        if (at < 0 || !refused.Message.Contains("UNIQUE", StringComparison.Ordinal))
            return Refusal(refused.Message, PostgresErrorCodes.ForeignKeyViolation, null, null);
        var columns = refused.Message[(at + "failed: ".Length)..].TrimEnd('.', '\'').Split(", ");
        var name = columns[0].Split('.')[0];
        var names = columns.Select(column => column.Split('.')[1]).ToHashSet();
        var table = model.GetRelationalModel().Tables.Single(t => t.Name == name);
        var constraint = table.Indexes.Where(index => index.IsUnique).Select(index => (index.Name, index.Columns))
            .Concat(table.UniqueConstraints.Select(key => (key.Name, key.Columns)))
            .First(key => key.Columns.Select(c => c.Name).ToHashSet().SetEquals(names));
        return Refusal(refused.Message, PostgresErrorCodes.UniqueViolation, constraint.Name, name);
    }

    public void CheckExclusiveSpans(IndividualId? person)
    {
        if (person is null)
            return;
        overlap.Parameters[0].Value = person.Value.Value;
        if (overlap.ExecuteScalar() is not long both)
            return;
        var name = both == 1 ? "ex_exclusive_spans_provider" : "ex_exclusive_spans_service";
        throw Refusal("days are taken", PostgresErrorCodes.ExclusionViolation, name, "exclusive_spans");
    }

    /// <summary>Stores an event with the next sequence of its subject.</summary>
    public void Append(DomainEvent happened)
    {
        sequence.Parameters[0].Value = happened.Subject;
        var numbered = happened with { Sequence = (long)sequence.ExecuteScalar()! };
        OutboxRow row = new()
        {
            Id = numbered.EventId,
            Type = EventCatalog.Of(numbered.GetType()).WireName,
            Urn = MessageUrn.ForTypeString(numbered.GetType()),
            Subject = numbered.Subject,
            Sequence = numbered.Sequence,
            Turn = 0,
            Provider = numbered.Tenant,
            OccurredAt = numbered.OccurredAt,
            Body = JsonSerializer.Serialize(numbered, numbered.GetType(), EventCatalog.Json),
        };
        TableOf(row).Insert(row);
    }

    private SqliteCommand Command(string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private static PostgresException Refusal(string message, string state, string? constraint, string? table) =>
        new(message, "ERROR", "ERROR", state, constraintName: constraint, tableName: table);

    internal sealed class Table
    {
        private readonly TableStatements of;
        private readonly SqliteCommand insert;
        private readonly SqliteCommand add;
        private readonly SqliteCommand update;
        private readonly SqliteCommand delete;
        private readonly SqliteCommand version;

        public Table(Rows rows, TableStatements of)
        {
            this.of = of;
            var same = string.Join(" and ", of.Keys.Select(key => $"{key.Name} = {Parameter(key)}"));
            var values = $"into {Name} ({string.Join(", ", of.Columns.Select(c => c.Name))}) values ({string.Join(", ", of.Columns.Select(Parameter))})";
            insert = Of(rows, of.Columns, $"insert {values}");
            add = Of(rows, of.Columns, $"insert or ignore {values}");
            update = Of(rows, of.Columns, of.Columns.Count == of.Keys.Count ? $"select 1"
                : $"update {Name} set {string.Join(", ", of.Columns.Except(of.Keys).Select(c => $"{c.Name} = {Parameter(c)}"))} where {same}");
            delete = Of(rows, of.Keys, $"delete from {Name} where {same}");
            version = Of(rows, of.Keys, $"select version from {Name} where {same}");
        }

        public string Name => of.Name;

        public int Order => of.Order;

        public int? VersionOf(object row) => With(version, of.Keys, row).ExecuteScalar() is long found ? (int)found : null;

        public bool Delete(object row) => With(delete, of.Keys, row).ExecuteNonQuery() == 1;

        public bool Update(object row) => With(update, of.Columns, row).ExecuteNonQuery() == 1;

        public void Insert(object row) => With(insert, of.Columns, row).ExecuteNonQuery();

        /// <summary>Inserts the row unless its key is there already.</summary>
        public bool TryInsert(object row) => With(add, of.Columns, row).ExecuteNonQuery() == 1;

        private string Parameter(TableStatements.Column column) => $"${of.Columns.TakeWhile(c => c != column).Count()}";

        private SqliteCommand Of(Rows rows, IReadOnlyList<TableStatements.Column> columns, string sql)
        {
            var command = rows.Command(sql);
            foreach (var column in columns)
                command.Parameters.Add(new SqliteParameter { ParameterName = Parameter(column) });
            return command;
        }

        private static SqliteCommand With(SqliteCommand command, IReadOnlyList<TableStatements.Column> columns, object row)
        {
            for (var i = 0; i < columns.Count; i++)
                command.Parameters[i].Value = columns[i].Read(row) ?? DBNull.Value;
            return command;
        }
    }
}
