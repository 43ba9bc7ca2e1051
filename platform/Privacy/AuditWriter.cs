using Microsoft.Extensions.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace Ips.Platform.Privacy;

/// <summary>
/// Stores reads. The entries of many requests go into one statement, so that several reads share a commit;
/// each request waits until its own are stored, and fails when they cannot be: no record is shown without an entry.
/// </summary>
public sealed class AuditWriter(RequestDatabase requests) : IHostedService
{
    private const int Largest = 500;

    private const string Insert =
        """
        insert into audit_entries (id, at, action, role, organization, caller, rpc, person, disclosure, trace)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """;

    private readonly Groups<IReadOnlyList<AuditEntry>, bool> groups = new("audit-reads", Largest, async calls =>
    {
        await Store(requests, [.. calls.SelectMany(entries => entries)]);
        return new bool[calls.Count];
    });

    private volatile bool stops;

    /// <summary>Stores entries; completes when they are committed.</summary>
    /// <exception cref="NpgsqlException">The database did not store them.</exception>
    /// <exception cref="TimeoutException">The service stops.</exception>
    public Task Write(IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken) =>
        stops ? throw new TimeoutException("The service stops; ask again.") : groups.Run(entries, cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Refuses what comes from now on and waits until what came before is stored: groups keep their order, so an empty one is the last.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        stops = true;
        // A failed group was reported to its own callers.
        await ((Task)groups.Run([], cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task Store(RequestDatabase requests, AuditEntry[] entries)
    {
        if (entries.Length == 0)
            return;
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
}
