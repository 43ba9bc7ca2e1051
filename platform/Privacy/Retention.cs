using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Ips.Platform.Privacy;

/// <summary>Removes personal data from records after their retention time, for a service that stores people. A record under legal hold stays.</summary>
public interface IRetiresRecords
{
    /// <summary>
    /// Erases records with nothing newer than <paramref name="before"/>; what they were stays in <c>swept_rows</c> for a while. Returns their number; each is
    /// in the audit log as <c>erase</c>.
    /// </summary>
    Task<int> Retire(DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>
/// Removes data after its retention time: original responses, personal data of old records, and audit entries in whole sealed ranges, so that the chain
/// continues from the hash of the last range. What it removes stays in <c>swept_rows</c> for a while. Any number of replicas may run it; while the clock is
/// doubted (<see cref="SweepClock"/>) it removes nothing. Events and inbox rows are swept by the relay.
/// </summary>
public sealed partial class Retention(
    NpgsqlDataSource database, IServiceScopeFactory scopes, IOptions<ProtectionOptions> options, IOptions<SweepOptions> sweeps, SweepClock trusted,
    ILogger<Retention> log) : BackgroundService
{
    private const string TrimAudit =
        """
        with last as (
          select number, before_xid from audit_seals where sealed_at < $1 and number > (select coalesce(max(through), 0) from audit_trims)
          order by number desc limit 1),
        gone as (delete from audit_log where xid < (select before_xid from last) returning *),
        older as (delete from audit_entries where xid < (select before_xid from last) returning *),
        swept as (
          insert into swept_rows (table_name, row, swept_at)
          select 'audit_log', row_to_json(gone), $2 from gone union all select 'audit_entries', row_to_json(older), $2 from older)
        insert into audit_trims (through, entries, trimmed_at) select number, (select count(*) from gone) + (select count(*) from older), $2 from last
        """;

    private static readonly string Answers =
        $"delete from swept_rows where swept_at < @emptied; {SweptRow.Delete("answered_requests", "answered_at < @before")}";

    /// <summary>Sweeps once, if the clock is trusted.</summary>
    public async Task Sweep(CancellationToken cancellationToken)
    {
        if (await trusted.Now(cancellationToken) is not { } now)
            return;
        await using (var answers = database.CreateCommand(Answers))
        {
            answers.Parameters.AddWithValue("now", now);
            answers.Parameters.AddWithValue("before", now - options.Value.KeepAnswers);
            answers.Parameters.AddWithValue("emptied", now - sweeps.Value.KeepSwept);
            await answers.ExecuteNonQueryAsync(cancellationToken);
        }

        await TrimLog(now, cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        foreach (var records in scope.ServiceProvider.GetServices<IRetiresRecords>())
        {
            var retired = await records.Retire(now - options.Value.KeepRecords, now, cancellationToken);
            if (retired > 0)
                Retired(log, retired);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Pause.For(options.Value.SweepEvery, stoppingToken);
            try
            {
                if (!stoppingToken.IsCancellationRequested)
                    await Sweep(stoppingToken);
            }
            catch (Exception broken) when (!stoppingToken.IsCancellationRequested)
            {
                SweepWaits(log, broken.GetBaseException().GetType());
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task TrimLog(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlCommand alone = new(
            "select pg_advisory_xact_lock(hashtext('ips_audit_seal')), set_config('ips.trimming', 'on', true)", connection, transaction))
            await alone.ExecuteNonQueryAsync(cancellationToken);
        await using NpgsqlCommand trim = new(TrimAudit, connection, transaction);
        trim.Parameters.Add(new() { Value = now - options.Value.KeepAudit });
        trim.Parameters.Add(new() { Value = now });
        await trim.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    [LoggerMessage(1206, LogLevel.Information, "Retired {Records} records whose time is over")]
    private static partial void Retired(ILogger log, int records);

    [LoggerMessage(1207, LogLevel.Warning, "The retention sweep failed ({Fault}) and is tried again at its next turn")]
    private static partial void SweepWaits(ILogger log, Type fault);
}
