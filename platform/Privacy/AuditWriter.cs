using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace Ips.Platform.Privacy;

/// <summary>
/// Stores reads. The entries of many requests go into one statement, so that several reads share a commit;
/// each request waits until its own are stored, and fails when they cannot be: no record is shown without an entry.
/// </summary>
public sealed class AuditWriter(RequestDatabase requests) : BackgroundService
{
    private const int Most = 500;

    private const string Insert =
        """
        insert into audit_entries (id, at, action, role, organization, caller, rpc, person, disclosure, trace)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """;

    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>(new() { SingleReader = true });

    /// <summary>Stores entries; completes when they are committed.</summary>
    /// <exception cref="NpgsqlException">The database did not store them.</exception>
    public Task Write(IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken)
    {
        Waiting waiting = new(entries, new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!_waiting.Writer.TryWrite(waiting))
            throw new TimeoutException("The service stops; ask again.");
        return waiting.Stored.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<Waiting> batch = [];
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var entries = 0;
            while (entries < Most && _waiting.Reader.TryRead(out var waiting))
            {
                batch.Add(waiting);
                entries += waiting.Entries.Count;
            }

            try
            {
                await Store([.. batch.SelectMany(w => w.Entries)]);
                batch.ForEach(w => w.Stored.TrySetResult());
            }
            catch (Exception down)
            {
                batch.ForEach(w => w.Stored.TrySetException(down));
            }

            batch.Clear();
        }
    }

    /// <inheritdoc/>
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        return base.StopAsync(cancellationToken);
    }

    private async Task Store(AuditEntry[] entries)
    {
        await using var command = requests.Source.CreateCommand(Insert);
        Column(NpgsqlDbType.Uuid, e => e.Id);
        Column(NpgsqlDbType.TimestampTz, e => e.At);
        Column(NpgsqlDbType.Text, e => e.Action);
        Column(NpgsqlDbType.Text, e => e.Role);
        Column(NpgsqlDbType.Text, e => e.Organization);
        Column(NpgsqlDbType.Text, e => e.Caller);
        Column(NpgsqlDbType.Text, e => e.Rpc);
        Column(NpgsqlDbType.Uuid, e => e.Person);
        Column(NpgsqlDbType.Uuid, e => e.Disclosure);
        Column(NpgsqlDbType.Text, e => e.Trace);
        await command.ExecuteNonQueryAsync();

        void Column<T>(NpgsqlDbType type, Func<AuditEntry, T> of) =>
            command.Parameters.Add(new NpgsqlParameter { Value = Array.ConvertAll(entries, e => of(e)), NpgsqlDbType = NpgsqlDbType.Array | type });
    }

    private sealed record Waiting(IReadOnlyList<AuditEntry> Entries, TaskCompletionSource Stored);
}
