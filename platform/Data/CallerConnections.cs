using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ips.Platform.Data;

/// <summary>Connections on which a caller's statements run, as the caller: what the database lets each caller see and write holds on them.</summary>
public interface ICallerConnections
{
    /// <summary>Opens one. Who asks for it disposes it.</summary>
    ValueTask<NpgsqlConnection> Open(Caller caller, CancellationToken cancellationToken);

    /// <summary>Makes a context open its connections as the caller.</summary>
    void Use(DbContextOptionsBuilder options, Caller caller);
}

/// <summary>The connections of a service without row-level security: everyone's are the owner's.</summary>
internal sealed class OwnerConnections(NpgsqlDataSource database) : ICallerConnections
{
    public ValueTask<NpgsqlConnection> Open(Caller caller, CancellationToken cancellationToken) => database.OpenConnectionAsync(cancellationToken);

    public void Use(DbContextOptionsBuilder options, Caller caller) => Database.Configure(options, database);
}

/// <summary>Contexts outside of a request's scope: for the requests of several callers of one organization together, or for the service itself.</summary>
public sealed class CallerContexts<TDb>(IServiceProvider services, ICallerConnections connections)
    where TDb : ServiceDb
{
    private readonly ConcurrentDictionary<CallerSight, DbContextOptions<TDb>> options = new();

    /// <summary>A context that sees what the caller sees; <see cref="Caller.None"/> sees every row. Who asks for it disposes it.</summary>
    public TDb Open(Caller caller) =>
        ActivatorUtilities.CreateInstance<TDb>(services, options.GetOrAdd(caller.Sight, _ => Options(caller)), caller);

    private DbContextOptions<TDb> Options(Caller caller)
    {
        DbContextOptionsBuilder<TDb> builder = new();
        connections.Use(builder, caller);
        builder.UseApplicationServiceProvider(services).AddInterceptors(services.GetServices<IInterceptor>());
        return builder.Options;
    }
}
