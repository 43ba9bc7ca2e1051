using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ips.Platform.Data;

/// <summary>
/// A row as it was before a sweep removed or emptied it. It stays for <see cref="SweepOptions.KeepSwept"/>, so that a sweep under a wrong clock can be undone
/// (<see cref="ReturnSwept"/>).
/// </summary>
public sealed class SweptRow
{
    /// <summary>Grows.</summary>
    public required long Id { get; init; }

    /// <summary>The table it was in.</summary>
    public required string TableName { get; init; }

    /// <summary>Its columns as JSON; encrypted values stay encrypted.</summary>
    public required string Row { get; init; }

    /// <summary>When it was removed, UTC.</summary>
    public required DateTimeOffset SweptAt { get; init; }

    /// <summary>Deletes rows and keeps them here, in one statement, which names the time as <c>@now</c>.</summary>
    public static string Delete(string table, string where) =>
        $"with gone as (delete from {table} where {where} returning *) {Insert(table)} from gone";

    /// <summary>Keeps rows here before a statement changes them; it names the time as <c>@now</c>.</summary>
    public static string Copy(string table, string where) => $"{Insert(table)} from {table} gone where {where}";

    private static string Insert(string table) =>
        $"insert into swept_rows (table_name, row, swept_at) select '{table}', row_to_json(gone), @now";
}

/// <summary>
/// <c>return-swept --since TIME</c>: puts back what sweeps removed at that time or later. A row that was changed after the sweep keeps its change. Rows of
/// tables without a model, which are those of the audit log, stay in <c>swept_rows</c>.
/// </summary>
public sealed partial class ReturnSwept(ServiceDb db, IConfiguration configuration, ILogger<ReturnSwept> log) : IServiceCommand
{
    /// <inheritdoc/>
    public string Name => "return-swept";

    /// <inheritdoc/>
    public async Task<int> Run(CancellationToken cancellationToken)
    {
        if (!ServiceCommands.ReadSince(configuration, log, out var since))
            return 2;
        foreach (var (table, rows) in await Return(since, cancellationToken))
            Returned(log, rows, table);
        return 0;
    }

    /// <summary>Puts the rows back, all or none.</summary>
    /// <returns>The number of rows of each table.</returns>
    public async Task<IReadOnlyDictionary<string, int>> Return(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        Dictionary<string, int> returned = [];
        foreach (var table in db.Model.GetRelationalModel().Tables.Where(table => table.Schema is null && table.Name != "swept_rows"))
        {
            var rows = await db.Database.ExecuteSqlRawAsync(Statement(table), [new NpgsqlParameter("since", since.ToUniversalTime())], cancellationToken);
            await db.Database.ExecuteSqlRawAsync("delete from swept_rows where table_name = @table and swept_at >= @since",
                [new NpgsqlParameter("table", table.Name), new NpgsqlParameter("since", since.ToUniversalTime())], cancellationToken);
            if (rows > 0)
                returned[table.Name] = rows;
        }

        await transaction.CommitAsync(cancellationToken);
        return returned;
    }

    // A row swept twice is put back as it was at first. A sweep that empties a row raises its version by one: a higher version is a later change.
    private static string Statement(ITable table)
    {
        var keys = table.PrimaryKey!.Columns.Select(column => column.Name).ToList();
        var others = table.Columns.Select(column => column.Name).Except(keys).ToList();
        var (key, columns) = (Quoted(keys), Quoted(table.Columns.Select(column => column.Name)));
        var update = others.Count == 0 ? "nothing" : "update set " + string.Join(", ", others.Select(column =>
            column == "version" ? $"version = {table.Name}.version + 1" : $"\"{column}\" = excluded.\"{column}\""))
            + (others.Contains("version") ? $" where {table.Name}.version <= excluded.version + 1" : "");
        return $"""
            insert into {table.Name} ({columns}) select distinct on ({key}) {columns} from (
              select r.*, s.id as swept_id from swept_rows s, json_populate_record(null::{table.Name}, s.row) r
              where s.table_name = '{table.Name}' and s.swept_at >= @since) as swept
            order by {key}, swept_id
            on conflict ({key}) do {update}
            """;
    }

    // A column may have the name of a keyword.
    private static string Quoted(IEnumerable<string> columns) => string.Join(", ", columns.Select(column => $"\"{column}\""));

    [LoggerMessage(1135, LogLevel.Information, "Put {Rows} rows back into {Table}")]
    private static partial void Returned(ILogger log, int rows, string table);
}
