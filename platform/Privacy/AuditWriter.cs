using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Ips.Platform.Privacy;

/// <summary>
/// Stores reads. The entries of many requests go into one statement, so that several reads share a commit;
/// each request waits until its own is stored, and fails when it cannot be: no record is shown without an entry.
/// </summary>
public sealed class AuditWriter(RequestDatabase requests) : IHostedService
{
    private const int Largest = 500;

    private readonly Groups<AuditEntry?, bool> groups = new("audit-reads", Largest, async calls =>
    {
        await Store(requests, [.. calls.OfType<AuditEntry>()]);
        return new bool[calls.Count];
    });

    private volatile bool stops;

    /// <summary>Stores an entry; completes when it is committed.</summary>
    /// <exception cref="NpgsqlException">The database did not store it.</exception>
    /// <exception cref="TimeoutException">The service stops.</exception>
    public Task Write(AuditEntry entry, CancellationToken cancellationToken) =>
        stops ? throw new TimeoutException("The service stops; ask again.") : groups.Run(entry, cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Refuses what comes from now on and waits until what came before is stored: groups keep their order, so an empty one is the last.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        stops = true;
        // A failed group was reported to its own callers.
        await ((Task)groups.Run(null, cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task Store(RequestDatabase requests, AuditEntry[] entries)
    {
        if (entries.Length == 0)
            return;
        await using var connection = await requests.Source.OpenConnectionAsync();
        await using NpgsqlBatch batch = new(connection);
        batch.BatchCommands.Add(AuditInsert.Of(entries));
        await batch.ExecuteNonQueryAsync();
    }
}
