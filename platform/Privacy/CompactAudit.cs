using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ips.Platform.Privacy;

/// <summary>
/// <c>compact-rows</c> for the audit log: moves entries that an older version stored into today's form, one seal at a time, beside serving replicas. A seal
/// covers what its entries say and not their form, so it stays as it is, and the move of a seal is committed only when the moved entries still give its hash.
/// The command can be ended in any way and goes on when it is run again. Entries that are not sealed yet, or whose seal does not hold, stay as they are.
/// </summary>
public sealed partial class CompactAudit(NpgsqlDataSource database, AuditSealer sealer, ILogger<CompactAudit> log) : IServiceCommand
{
    /// <summary>What a run did.</summary>
    /// <param name="Moved">Entries in today's form now.</param>
    /// <param name="Left">Entries still in the older form.</param>
    public sealed record Outcome(long Moved, long Left);

    // A trace that is not 16 bytes in hexadecimal would be lost: such an entry stays.
    private const string Move =
        """
        with gone as (
          delete from audit_entries where xid >= $1 and xid < $2 and (trace = '' or trace ~ '^[0-9a-f]{32}$') returning *),
        named as materialized (
          select *, ips_audit_context(action, role, organization, caller, rpc) as code
          from (select distinct action, role, organization, caller, rpc from gone order by 1, 2, 3, 4, 5) n)
        insert into audit_log (xid, id, at, context, trace, person, disclosure)
        select g.xid, g.id, g.at, n.code, nullif(g.trace, '')::uuid, g.person, g.disclosure
        from gone g join named n using (action, role, organization, caller, rpc) order by g.xid, g.id
        """;

    /// <inheritdoc/>
    public string Name => "compact-rows";

    /// <inheritdoc/>
    public async Task<int> Run(CancellationToken cancellationToken) => (await Compact(cancellationToken)).Left == 0 ? 0 : 1;

    /// <summary>Goes through all sealed entries of the older form.</summary>
    public async Task<Outcome> Compact(CancellationToken cancellationToken)
    {
        while (await sealer.Seal(cancellationToken) > 0)
        {
            // What a replica of the version before wrote last is sealed first.
        }

        var (moved, number) = (0L, 0L);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        while (await Next(connection, number, cancellationToken) is { } seal)
        {
            number = seal.Number;
            moved += await MoveEntries(connection, seal, cancellationToken);
        }

        await using NpgsqlCommand rest = new("select count(*) from audit_entries", connection);
        Outcome outcome = new(moved, (long)(await rest.ExecuteScalarAsync(cancellationToken))!);
        Compacted(log, outcome.Moved, outcome.Left);
        return outcome;
    }

    private async Task<int> MoveEntries(NpgsqlConnection connection, AuditSeal seal, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // The lock of sealing and retention: a seal is moved or trimmed, one after the other.
        await using (NpgsqlCommand alone = new(
            "select pg_advisory_xact_lock(hashtext('ips_audit_seal')), set_config('ips.compacting', 'on', true)", connection, transaction))
            await alone.ExecuteNonQueryAsync(cancellationToken);
        await using NpgsqlCommand before = new("select hash from audit_seals where number = $1", connection);
        before.Parameters.Add(new() { Value = seal.Number - 1 });
        var hash = await before.ExecuteScalarAsync(cancellationToken) as byte[] ?? AuditChain.Start;
        await using var move = AuditSealer.Range(Move, connection, seal.From, seal.Before);
        var moved = await move.ExecuteNonQueryAsync(cancellationToken);
        if (moved == 0)
            return 0;
        var (broken, _, _) = await seal.Check(connection, hash, cancellationToken);
        if (broken is not null)
        {
            Stays(log, broken);
            return 0;
        }

        await transaction.CommitAsync(cancellationToken);
        return moved;
    }

    /// <summary>The next seal with entries of the older form, after the last one moved.</summary>
    private static async Task<AuditSeal?> Next(NpgsqlConnection connection, long after, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = new(
            $"""
            select {AuditSeal.Columns} from audit_seals s
            where number > $1 and exists (select from audit_entries e where e.xid >= s.from_xid and e.xid < s.before_xid) order by number limit 1
            """, connection);
        select.Parameters.Add(new() { Value = after });
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? AuditSeal.Read(reader) : null;
    }

    [LoggerMessage(1208, LogLevel.Information, "Moved {Count} audit entries of an older form; {Left} stay in it")]
    private static partial void Compacted(ILogger log, long count, long left);

    [LoggerMessage(1209, LogLevel.Error, "Audit entries of an older form stay as they are, because their seal does not hold: {Code}")]
    private static partial void Stays(ILogger log, string code);
}
