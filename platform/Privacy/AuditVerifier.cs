using System.Globalization;
using Npgsql;

namespace Ips.Platform.Privacy;

/// <summary>The result of a check of the chain.</summary>
/// <param name="Break">The first break in words, or null when the chain holds.</param>
/// <param name="Seals">Seals that were checked.</param>
/// <param name="Entries">Entries in them.</param>
/// <param name="Waiting">Entries not sealed yet; they are not checked.</param>
/// <param name="Last">Number and hash of the last seal, as <c>12:ab34...</c>; store it elsewhere and pass it to a later check.</param>
public sealed record AuditFinding(string? Break, long Seals, long Entries, long Waiting, string Last);

/// <summary>Walks the audit log from its start, or from what retention left, and names the first entry that was changed, removed, added or moved.</summary>
public static class AuditVerifier
{
    /// <param name="database">The owner's connections.</param>
    /// <param name="expected">Number and hash of a seal from an earlier check; a truncated or rebuilt chain does not contain it.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    public static async Task<AuditFinding> Verify(NpgsqlDataSource database, string? expected = null, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        // One snapshot for the whole check, so that sealing and retention can run at the same time.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var seals = await Seals(connection, cancellationToken);
        var trimmed = await Scalar<long>(connection, "select coalesce(max(through), 0) from audit_trims", cancellationToken);
        var (hash, next, entries) = (AuditChain.Start, 0ul, 0L);
        AuditFinding Broken(string what, long at) => new(what, at, entries, 0, "");

        for (var i = 0; i < seals.Count; i++)
        {
            var seal = seals[i];
            if (seal.Number != i + 1)
                return Broken($"seal {i + 1} is missing", i);
            if (seal.From != next || seal.Before <= seal.From)
                return Broken($"seal {seal.Number} does not start where the one before ends", i);
            next = seal.Before;
            if (expected is not null && expected.StartsWith(seal.Number.ToString(CultureInfo.InvariantCulture) + ":", StringComparison.Ordinal)
                && expected != seal.Name)
                return Broken($"seal {seal.Number} is not the one that was noted", i);
            if (seal.Number <= trimmed)
            {
                hash = seal.Hash;
                continue;
            }

            (var broken, hash, var read) = await seal.Check(connection, hash, cancellationToken);
            entries += read;
            if (broken is not null)
                return Broken(broken, i);
        }

        var last = seals.Count == 0 ? "" : seals[^1].Name;
        if (expected is not null && long.TryParse(expected.Split(':')[0], CultureInfo.InvariantCulture, out var noted) && noted > seals.Count)
            return Broken($"seal {noted} was noted and is missing", seals.Count);
        await using var rest = AuditSealer.Range(
            $"select count(*) from {AuditSchema.Xids} where xid >= $1 and xid < $2", connection, next, ulong.MaxValue >> 1);
        return new(null, seals.Count, entries, (long)(await rest.ExecuteScalarAsync(cancellationToken))!, last);
    }

    private static async Task<T> Scalar<T>(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, connection);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<List<AuditSeal>> Seals(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new($"select {AuditSeal.Columns} from audit_seals order by number", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<AuditSeal> seals = [];
        while (await reader.ReadAsync(cancellationToken))
            seals.Add(AuditSeal.Read(reader));
        return seals;
    }
}

/// <summary>A seal: the range of transactions whose entries it covers, eight bytes of the hash of each, and the hash of the last.</summary>
internal sealed record AuditSeal(long Number, ulong From, ulong Before, int Entries, byte[] Marks, byte[] Hash)
{
    public const string Columns = "number, from_xid, before_xid, entries, marks, hash";

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Number}:{Convert.ToHexStringLower(Hash)}");

    public static AuditSeal Read(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetFieldValue<ulong>(1), row.GetFieldValue<ulong>(2), row.GetInt32(3), (byte[])row[4], (byte[])row[5]);

    /// <summary>Reads the entries of the range, in both forms, and compares them with the seal.</summary>
    /// <param name="connection">The owner's connection, in a transaction.</param>
    /// <param name="hash">The hash of the seal before.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <returns>The first break in words, or null; the hash of the last good entry; the number of good entries.</returns>
    public async Task<(string? Break, byte[] Hash, int Entries)> Check(NpgsqlConnection connection, byte[] hash, CancellationToken cancellationToken)
    {
        await using var read = AuditSealer.Range(AuditChain.Range, connection, From, Before);
        await using var reader = await read.ExecuteReaderAsync(cancellationToken);
        var at = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            var next = AuditChain.Next(hash, reader);
            if (at >= Entries || !next.AsSpan(0, AuditChain.Mark).SequenceEqual(Marks.AsSpan(at * AuditChain.Mark, AuditChain.Mark)))
            {
                var found = $"the entry of transaction {reader.GetFieldValue<ulong>(0)} at {reader.GetFieldValue<DateTimeOffset>(2).UtcDateTime:O}";
                return ($"seal {Number}, place {at + 1} of {Entries}: {found} is not the one that was sealed there", hash, at);
            }

            (hash, at) = (next, at + 1);
        }

        var problem = at < Entries ? $"seal {Number}, place {at + 1} of {Entries}: the entry is missing"
            : hash.AsSpan().SequenceEqual(Hash) ? null : $"seal {Number} does not have the hash of its entries";
        return (problem, hash, at);
    }
}
