using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Ips.Platform.Privacy;

/// <summary>
/// Connections for requests: they start as <see cref="TenantPolicies.RequestRole"/> and the caller is set before a query of the request runs on them.
/// </summary>
/// <remarks>
/// The caller is set on a connection only when the connection last had another one, or another day, so that a busy caller's queries cost no extra round trip.
/// Three things make that safe: connections are not reset when they go back to the pool, the caller is set outside of any transaction (a rollback cannot undo
/// it), and the entry of a connection is removed before its caller changes, so that after a failure it is unknown.
/// </remarks>
public sealed class RequestDatabase : ICallerConnections, IAsyncDisposable
{
    private const string SetCallerSql =
        "select set_config('ips.role', $1, false), set_config('ips.organization', $2, false), set_config('ips.provider', $3, false), "
            + "set_config('ips.payer', $4, false), set_config('ips.vr_agency', $5, false), set_config('ips.programs', $6, false), "
            + "set_config('ips.today', $7, false), set_config('ips.caseloads', $8, false)";

    private readonly ConcurrentDictionary<int, (CallerSight Sight, DateOnly Today)> _known = new();
    private readonly NpgsqlDataSource _owner;
    private readonly TimeProvider _clock;

    internal RequestDatabase(NpgsqlDataSourceBuilder builder, NpgsqlDataSource owner, TimeProvider clock)
    {
        (_owner, _clock) = (owner, clock);
        builder.ConnectionStringBuilder.Options = $"-c role={TenantPolicies.RequestRole}";
        builder.ConnectionStringBuilder.NoResetOnClose = true;
        builder.UsePhysicalConnectionInitializer(c => _known.TryRemove(c.ProcessID, out _), c =>
        {
            _known.TryRemove(c.ProcessID, out _);
            return Task.CompletedTask;
        });
        Source = builder.Build();
    }

    /// <summary>The pool.</summary>
    public NpgsqlDataSource Source { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Source.DisposeAsync();

    /// <summary>A request runs as its caller, everything else as the owner.</summary>
    public async ValueTask<NpgsqlConnection> Open(Caller caller, CancellationToken cancellationToken)
    {
        if (caller.Role.Length == 0)
            return await _owner.OpenConnectionAsync(cancellationToken);
        var connection = await Source.OpenConnectionAsync(cancellationToken);
        try
        {
            await Take(connection, caller, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc cref="Open"/>
    public void Use(DbContextOptionsBuilder options, Caller caller)
    {
        if (caller.Role.Length == 0)
            Database.Configure(options, _owner);
        else
            Database.Configure(options, Source).AddInterceptors(new TakeConnections(this, caller));
    }

    /// <summary>Makes an open connection of the pool the caller's. Call it outside of any transaction.</summary>
    public async Task Take(NpgsqlConnection connection, Caller caller, CancellationToken cancellationToken)
    {
        var id = connection.ProcessID;
        var today = _clock.UtcDay();
        var sight = caller.Sight;
        if (_known.TryGetValue(id, out var known) && known == (sight, today))
            return;
        _known.TryRemove(id, out _);
        await using NpgsqlCommand setCaller = new(SetCallerSql, connection);
        setCaller.Parameters.Add(new() { Value = caller.Role });
        setCaller.Parameters.Add(new() { Value = caller.Organization });
        setCaller.Parameters.Add(new() { Value = caller.OrganizationAs(Roles.Provider) });
        setCaller.Parameters.Add(new() { Value = caller.OrganizationAs(Roles.Mco) });
        setCaller.Parameters.Add(new() { Value = caller.OrganizationAs(Roles.Dvrs) });
        setCaller.Parameters.Add(new() { Value = string.Join(' ', Sight.ProgramsOf(caller)) });
        setCaller.Parameters.Add(new() { Value = today.Day() });
        setCaller.Parameters.Add(new() { Value = sight.Caseloads });
        await setCaller.ExecuteNonQueryAsync(cancellationToken);
        _known[id] = (sight, today);
    }
}

/// <summary>Makes every connection that a context opens its caller's.</summary>
internal sealed class TakeConnections(RequestDatabase requests, Caller caller) : DbConnectionInterceptor
{
    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default) =>
        requests.Take((NpgsqlConnection)connection, caller, cancellationToken);

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) =>
        throw new NotSupportedException("Open connections with await; opening one without would block a thread and forget the caller.");
}
