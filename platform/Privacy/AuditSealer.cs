using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace Ips.Platform.Privacy;

/// <summary>
/// Links stored entries into the chain in ranges, after the requests that wrote them. One replica at a time; the others find the lock taken
/// and try again later. The last seal's number and hash go to the log, where a copy of them remains even if someone rewrites the database.
/// </summary>
public sealed partial class AuditSealer(NpgsqlDataSource database, IOptions<ProtectionOptions> options, TimeProvider clock, ILogger<AuditSealer> log)
    : BackgroundService
{
    private const int Stretch = 5_000;

    /// <summary>Seals the entries that are complete now. Returns their number.</summary>
    public async Task<int> Seal(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlCommand alone = new("select pg_try_advisory_xact_lock(hashtext('ips_audit_seal'))", connection, transaction))
        {
            if (await alone.ExecuteScalarAsync(cancellationToken) is not true)
                return 0;
        }

        var (number, from, hash) = await Last(connection, cancellationToken);
        if (await Before(connection, from, cancellationToken) is not { } before)
            return 0;
        List<byte> marks = [];
        var entries = 0;
        await using (var read = Range(AuditChain.Range, connection, from, before))
        {
            await using var reader = await read.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                hash = AuditChain.Next(hash, reader);
                marks.AddRange(hash.AsSpan(0, AuditChain.Mark));
                entries++;
            }
        }

        await using (NpgsqlCommand seal = new(
            "insert into audit_seals (number, from_xid, before_xid, entries, marks, hash, sealed_at, form) values ($1, $2, $3, $4, $5, $6, $7, 2)",
            connection, transaction))
        {
            seal.Parameters.Add(new() { Value = number + 1 });
            seal.Parameters.Add(new() { Value = from, NpgsqlDbType = NpgsqlDbType.Xid8 });
            seal.Parameters.Add(new() { Value = before, NpgsqlDbType = NpgsqlDbType.Xid8 });
            seal.Parameters.Add(new() { Value = entries });
            seal.Parameters.Add(new() { Value = marks.ToArray() });
            seal.Parameters.Add(new() { Value = hash });
            seal.Parameters.Add(new() { Value = clock.GetUtcNow() });
            await seal.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        Sealed(log, number + 1, entries, Convert.ToHexStringLower(hash));
        return entries;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await Seal(stoppingToken) < Stretch)
                    await Pause.For(options.Value.SealEvery, stoppingToken);
            }
            catch (Exception broken) when (!stoppingToken.IsCancellationRequested)
            {
                SealingWaits(log, broken.GetBaseException().GetType());
                await Pause.For(options.Value.SealEvery * 5, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    internal static NpgsqlCommand Range(string sql, NpgsqlConnection connection, ulong from, ulong before)
    {
        NpgsqlCommand command = new(sql, connection);
        command.Parameters.Add(new() { Value = from, NpgsqlDbType = NpgsqlDbType.Xid8 });
        command.Parameters.Add(new() { Value = before, NpgsqlDbType = NpgsqlDbType.Xid8 });
        return command;
    }

    private static async Task<(long Number, ulong Before, byte[] Hash)> Last(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand last = new("select number, before_xid, hash from audit_seals order by number desc limit 1", connection);
        await using var reader = await last.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt64(0), reader.GetFieldValue<ulong>(1), (byte[])reader[2]) : (0, 0, AuditChain.Start);
    }

    /// <summary>
    /// The transaction before which a stretch from <paramref name="from"/> ends: whole transactions, none that still runs. Null when there is nothing.
    /// </summary>
    private static async Task<ulong?> Before(NpgsqlConnection connection, ulong from, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand oldest = new("select pg_snapshot_xmin(pg_current_snapshot())", connection);
        var running = (ulong)(await oldest.ExecuteScalarAsync(cancellationToken))!;
        if (running < from)
            throw new InvalidOperationException(
                "The server's transaction counter is behind the audit log: the database was restored onto another server. "
                    + "Raise the counter (pg_resetwal --next-transaction-id) first.");
        await using var many = Range(
            $"select xid from {AuditSchema.Xids} where xid >= $1 and xid < $2 order by xid offset {Stretch} limit 1", connection, from, running);
        if (await many.ExecuteScalarAsync(cancellationToken) is ulong cut)
        {
            await using var first = Range($"select min(xid) from {AuditSchema.Xids} where xid >= $1 and xid < $2", connection, from, running);
            return cut > (ulong)(await first.ExecuteScalarAsync(cancellationToken))! ? cut : cut + 1;
        }

        await using var any = Range($"select exists (select from {AuditSchema.Xids} where xid >= $1 and xid < $2)", connection, from, running);
        return await any.ExecuteScalarAsync(cancellationToken) is true ? running : null;
    }

    [LoggerMessage(1201, LogLevel.Information, "Audit seal {Number} holds {Entries} entries; the chain is at {Code}")]
    private static partial void Sealed(ILogger log, long number, int entries, string code);

    [LoggerMessage(1202, LogLevel.Warning, "Sealing the audit log waits ({Fault}); entries are kept and sealed later")]
    private static partial void SealingWaits(ILogger log, Type fault);
}
