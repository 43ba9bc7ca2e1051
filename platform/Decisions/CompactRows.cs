using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ips.Platform.Decisions;

/// <summary>
/// <c>compact-rows</c>: rewrites decisions that an older version stored, in batches, beside serving replicas. Each batch is committed by itself and leaves
/// nothing to do for its rows: the command can be ended in any way and goes on when it is run again. A row that changes meanwhile keeps its change.
/// </summary>
public sealed partial class CompactRows(
    NpgsqlDataSource database, ReceiptDictionaries dictionaries, CompactTexts texts, ILogger<CompactRows> log) : IServiceCommand
{
    /// <summary>What a run did.</summary>
    /// <param name="Rows">Decisions rewritten.</param>
    /// <param name="Before">Bytes of their facts and receipts before.</param>
    /// <param name="After">The same after.</param>
    /// <param name="Left">Decisions that could not be read and stay as they are.</param>
    public sealed record Outcome(long Rows, long Before, long After, long Left);

    private sealed record Row(Guid Id, string Program, string Question, byte[] Facts, byte[] Receipt);

    /// <inheritdoc/>
    public string Name => "compact-rows";

    /// <summary>Rows of a batch.</summary>
    public int Batch { get; init; } = 500;

    /// <inheritdoc/>
    public async Task<int> Run(CancellationToken cancellationToken) => (await Compact(cancellationToken)).Left == 0 ? 0 : 1;

    /// <summary>Goes through all rows of an older form.</summary>
    public async Task<Outcome> Compact(CancellationToken cancellationToken)
    {
        Outcome outcome = new(0, 0, 0, 0);
        var last = Guid.Empty;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        while (await Next(connection, last, cancellationToken) is { Count: > 0 } rows)
        {
            last = rows[^1].Id;
            List<(Row Old, Row New)> compacted = [];
            foreach (var row in rows)
            {
                if (await Compact(row, cancellationToken) is { } compact)
                    compacted.Add((row, compact));
            }

            var written = await Write(connection, compacted, cancellationToken);
            outcome = new(
                outcome.Rows + written,
                outcome.Before + compacted.Sum(c => c.Old.Facts.Length + c.Old.Receipt.Length),
                outcome.After + compacted.Sum(c => c.New.Facts.Length + c.New.Receipt.Length),
                outcome.Left + rows.Count - compacted.Count);
        }

        Compacted(log, outcome.Rows, outcome.Before, outcome.After, outcome.Left);
        return outcome;
    }

    /// <summary>The row in today's form; null when it cannot be read.</summary>
    private async Task<Row?> Compact(Row row, CancellationToken cancellationToken)
    {
        try
        {
            // The pack that ships today helps rows of its predecessors too: most of a receipt is the same.
            var dictionary = await dictionaries.Store(row.Program, row.Question, cancellationToken);
            return row with { Facts = Written(row.Facts, dictionary), Receipt = Written(row.Receipt, dictionary) };
        }
        catch (Exception e) when (e is CryptographicException or InvalidDataException)
        {
            Unreadable(log, row.Id);
            return null;
        }
    }

    private byte[] Written(byte[] stored, ReceiptDictionary dictionary) =>
        stored is [] ? stored : texts.Write(Encoding.UTF8.GetBytes(texts.Read(stored)), dictionary);

    /// <summary>The next rows of an older form, after the last one read.</summary>
    private async Task<List<Row>> Next(NpgsqlConnection connection, Guid last, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = new(
            $"""
            select id, program, question, facts, receipt from decisions
            where id > $1 and ({CompactTexts.IsOlder("receipt")} or {CompactTexts.IsOlder("facts")}) order by id limit {Batch}
            """, connection);
        select.Parameters.Add(new() { Value = last });
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        List<Row> rows = [];
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(new(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<byte[]>(3), reader.GetFieldValue<byte[]>(4)));
        return rows;
    }

    private static async Task<int> Write(NpgsqlConnection connection, List<(Row Old, Row New)> rows, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand update = new(
            """
            update decisions d set facts = r.facts, receipt = r.receipt
            from unnest($1, $2, $3, $4, $5) as r(id, old_facts, old_receipt, facts, receipt)
            where d.id = r.id and d.facts = r.old_facts and d.receipt = r.old_receipt
            """, connection);
        update.Parameters.Add(new() { Value = rows.ConvertAll(r => r.Old.Id) });
        update.Parameters.Add(new() { Value = rows.ConvertAll(r => r.Old.Facts) });
        update.Parameters.Add(new() { Value = rows.ConvertAll(r => r.Old.Receipt) });
        update.Parameters.Add(new() { Value = rows.ConvertAll(r => r.New.Facts) });
        update.Parameters.Add(new() { Value = rows.ConvertAll(r => r.New.Receipt) });
        return await update.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(1302, LogLevel.Information,
        "Compacted {Count} decisions: {Before} bytes of facts and receipts became {After}; {Left} could not be read and stay as they are")]
    private static partial void Compacted(ILogger log, long count, long before, long after, long left);

    [LoggerMessage(1303, LogLevel.Error, "The decision {Decision} cannot be read: it was changed, or its key is not in the ring")]
    private static partial void Unreadable(ILogger log, Guid decision);
}
