using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace Ips.Platform.Privacy;

/// <summary>Renews keyed hashes, for a service that stores them: afterwards there is a hash of every key in the ring, and no other.</summary>
public interface IRotatesHashes
{
    /// <summary>Goes through all rows in batches; running it again continues. Returns the number of hashes added and removed.</summary>
    Task<long> Rotate(CancellationToken cancellationToken);
}

/// <summary>
/// Encrypts every encrypted value again with the current key of the ring, in batches, while the service runs. The next run continues an interrupted one:
/// it skips values of the current key. A value that is changed at the same time keeps the change.
/// </summary>
public static class KeyRotation
{
    private const int Batch = 500;

    /// <summary>What a run did, and how many values still have another key: 0 when the old key can be removed.</summary>
    public sealed record Outcome(long Encrypted, long Hashes, long Left);

    /// <summary>A column of encrypted values.</summary>
    /// <param name="Table">Its table.</param>
    /// <param name="Column">Its name.</param>
    /// <param name="Key">Columns of the table's primary key.</param>
    public sealed record EncryptedColumn(string Table, string Column, IReadOnlyList<string> Key);

    /// <summary>Every property of bytes but hashes and parts of documents.</summary>
    public static IReadOnlyList<EncryptedColumn> Columns(IModel model) =>
    [
        .. from entity in model.GetEntityTypes()
           where entity.GetTableName() is not null
           from property in entity.GetProperties()
           // The parts of a document are encrypted with a key of their own; that key is renewed.
           let isPlain = property.Name.EndsWith("Hash", StringComparison.Ordinal) || property.Name is "Fingerprint" or "PartBytes"
           where property.ClrType == typeof(byte[]) && !isPlain
           select new EncryptedColumn(
               entity.GetTableName()!, property.GetColumnName(), [.. entity.FindPrimaryKey()!.Properties.Select(p => p.GetColumnName())]),
    ];

    /// <summary>Rotates. Run it as the owner, outside of a request.</summary>
    public static async Task<Outcome> Run(
        ServiceDb db, PersonalDataProtector protector, IEnumerable<IRotatesHashes> hashes, CancellationToken cancellationToken = default)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var (renewed, left, rehashed) = (0L, 0L, 0L);
        foreach (var column in Columns(db.Model))
        {
            renewed += await Rotate(connection, column, protector, cancellationToken);
            left += await Left(connection, column, protector, cancellationToken);
        }

        foreach (var rotates in hashes)
            rehashed += await rotates.Rotate(cancellationToken);
        return new(renewed, rehashed, left);
    }

    private static async Task<long> Rotate(
        NpgsqlConnection connection, EncryptedColumn column, PersonalDataProtector protector, CancellationToken cancellationToken)
    {
        var renewed = 0L;
        object[]? last = null;
        while (true)
        {
            var rows = await Next(connection, column, last, protector, cancellationToken);
            if (rows.Count == 0)
                return renewed;
            last = rows[^1].Key;
            await using NpgsqlBatch batch = new(connection);
            foreach (var (key, old) in rows)
            {
                NpgsqlBatchCommand update = new(
                    $"update {column.Table} set {column.Column} = $1 where {column.Column} = $2 and ({string.Join(", ", column.Key)}) = ({Places(column, 3)})");
                update.Parameters.Add(new() { Value = protector.Renew(old) });
                update.Parameters.Add(new() { Value = old });
                foreach (var part in key)
                    update.Parameters.Add(new() { Value = part });
                batch.BatchCommands.Add(update);
            }

            renewed += await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>The next rows that are encrypted with another key, after the last one read.</summary>
    private static async Task<List<(object[] Key, byte[] Value)>> Next(
        NpgsqlConnection connection, EncryptedColumn column, object[]? last, PersonalDataProtector protector, CancellationToken cancellationToken)
    {
        var key = string.Join(", ", column.Key);
        var after = last is null ? "" : $" and ({key}) > ({Places(column, 2)})";
        await using NpgsqlCommand select = new(
            $"select {key}, {column.Column} from {column.Table} where {Old(column)}{after} order by {key} limit {Batch}", connection);
        select.Parameters.Add(new() { Value = protector.CurrentHeader });
        foreach (var part in last ?? [])
            select.Parameters.Add(new() { Value = part });
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        List<(object[], byte[])> rows = [];
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(([.. column.Key.Select((_, i) => reader.GetValue(i))], reader.GetFieldValue<byte[]>(column.Key.Count)));
        return rows;
    }

    private static async Task<long> Left(
        NpgsqlConnection connection, EncryptedColumn column, PersonalDataProtector protector, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand count = new($"select count(*) from {column.Table} where {Old(column)}", connection);
        count.Parameters.Add(new() { Value = protector.CurrentHeader });
        return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
    }

    // An empty value was erased, or belongs to a request that is being answered. One that begins as JSON (7b) or with 80 was stored by a service without keys.
    // From 81 on there is a head in front of the encrypted value.
    private static string Old(EncryptedColumn column)
    {
        var (value, front) = (column.Column, $"case when {column.Column} >= '\\x81' then get_byte({column.Column}, 0) - 127 else 0 end");
        return $"length({value}) > 0 and (({value} < '\\x7b') or ({value} >= '\\x81')) and substring({value} from 1 + {front} for length($1)) <> $1";
    }

    private static string Places(EncryptedColumn column, int first) => string.Join(", ", column.Key.Select((_, i) => $"${first + i}"));
}
