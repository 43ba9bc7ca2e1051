using System.Data.Common;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Grpc.Net.ClientFactory;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ips.Platform.Data;

/// <summary>The service's one PostgreSQL database.</summary>
public static partial class Database
{
    private const string History = "migrations_history";

    /// <summary>
    /// Registers <typeparamref name="TDb"/>, also as <see cref="ServiceDb"/>, with its data source and health check. Every <see cref="IInterceptor"/> of the
    /// container is added to its contexts, and no gRPC client may be called while one has an open transaction.
    /// <paramref name="name"/> is the connection string's name and the health check's.
    /// </summary>
    public static WebApplicationBuilder AddDatabase<TDb>(this WebApplicationBuilder builder, string name)
        where TDb : ServiceDb
    {
        var services = builder.Services;
        services.AddSingleton(new DatabaseName(name));
        services.AddSingleton(sp => Source(sp, name).Build());
        services.AddDbContext<TDb>((sp, options) =>
        {
            sp.GetRequiredService<ICallerConnections>().Use(options, sp.GetRequiredService<Caller>());
            options.AddInterceptors(sp.GetServices<IInterceptor>());
        });
        services.TryAddScoped<ServiceDb>(sp => sp.GetRequiredService<TDb>());
        services.TryAddSingleton<ICallerConnections, OwnerConnections>();
        services.AddSingleton<CallerContexts<TDb>>();
        services.AddSingleton<GroupWriter>();
        services.Configure<SweepOptions>(builder.Configuration.GetSection("Sweeps"));
        services.AddSingleton<SweepClock>();
        services.AddTransient<IServiceCommand, ConfirmClock>().AddTransient<IServiceCommand, ReturnSwept>();
        services.AddSingleton<IRowReader, RowReader>();
        services.AddSingleton<IChangesWriter>(sp => sp.GetRequiredService<GroupWriter>());
        services.ConfigureAll<GrpcClientFactoryOptions>(NoCallInTransaction.Guard);
        services.AddSingleton<IWarmsUp>(sp => new WarmDatabase<TDb>(sp.GetRequiredService<IServiceScopeFactory>(), services));
        services.AddHealthChecks()
            .Add(new HealthCheckRegistration(
            name, sp => new DatabaseHealth(sp.GetRequiredService<NpgsqlDataSource>()), HealthStatus.Unhealthy, ["ready"], TimeSpan.FromSeconds(5)))
            .Add(new HealthCheckRegistration("clock", sp => sp.GetRequiredService<SweepClock>(), HealthStatus.Degraded, []));
        return builder;
    }

    /// <summary>
    /// <c>dotnet Eligibility.dll migrate</c>: brings the database up to date and answers true; anything else answers false and the service starts.
    /// A failure is thrown, so the process ends with a code other than 0 and services that wait for it do not start.
    /// </summary>
    public static async Task<bool> RanMigrations<TDb>(this WebApplication app, string[] args)
        where TDb : ServiceDb
    {
        if (!args.Contains("migrate"))
            return false;
        await app.Services.BringUpToDate<TDb>();
        return true;
    }

    /// <summary>
    /// Brings the database up to date; skips the migration check if this build already ran it, which it records in the database. Several processes may run it
    /// at once: an advisory lock lets one of them work, and the others then find nothing to do.
    /// </summary>
    /// <returns>True when the migration check ran.</returns>
    public static async Task<bool> BringUpToDate<TDb>(this IServiceProvider services)
        where TDb : ServiceDb
    {
        await using var connection = await services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await Execute("select pg_advisory_lock(hashtext('ips_migrations'))");
        try
        {
            return await Upgrade<TDb>(services, Execute);
        }
        finally
        {
            await Execute("select pg_advisory_unlock(hashtext('ips_migrations'))");
        }

        async Task<object?> Execute(string sql)
        {
            await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
            return await command.ExecuteScalarAsync();
        }
    }

    private static async Task<bool> Upgrade<TDb>(IServiceProvider services, Func<string, Task<object?>> execute)
        where TDb : ServiceDb
    {
        var log = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Database).FullName!);
        var build = $"up to date with {typeof(TDb).Module.ModuleVersionId:N}{typeof(Database).Module.ModuleVersionId:N}";
        if (await execute($"select obj_description(to_regclass('{History}'))") as string == build)
        {
            Migrated(log, 0);
            return false;
        }

        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        // Created before it is read, so that the first start does not log PostgreSQL's error about a missing table.
        await db.GetService<IHistoryRepository>().CreateIfNotExistsAsync();
        // Removed first and written last, so that a build that fails half way leaves no record, neither its own nor its predecessor's.
        await execute($"comment on table {History} is null");
        var pending = (await db.Database.GetPendingMigrationsAsync()).Count();
        await db.Migrate();
        await execute($"comment on table {History} is '{build}'");
        Migrated(log, pending);
        return true;
    }

    /// <summary>
    /// Brings the database up to date: migrations, then <see cref="ServiceDb.AfterMigrations"/>. Safe to run again and beside a running service.
    /// </summary>
    public static async Task Migrate(this ServiceDb db, CancellationToken cancellationToken = default)
    {
        await db.Database.MigrateAsync(cancellationToken);
        var script = GroupWriter.Schema + db.AfterMigrations;
        var lastMigration = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).LastOrDefault();
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            var connection = (NpgsqlConnection)db.Database.GetDbConnection();
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await Run("select pg_advisory_xact_lock(hashtext('ips_after_migrations'))");
            // After a new migration it runs again too: a recreated table has lost its policies. So it does for another owner, whom the policies name.
            var fingerprint = Fingerprint(script + lastMigration + await Scalar("select current_user"));
            // The policies' locks are short but exclusive: they are taken only when there is something to change.
            if (await Scalar("select obj_description(to_regclass('answered_requests'))") as string == fingerprint)
                return;
            await Run(script);
            await Run($"comment on table answered_requests is '{fingerprint}'");
            await transaction.CommitAsync(cancellationToken);

            Task Run(string sql) => Scalar(sql);

            async Task<object?> Scalar(string sql)
            {
                await using NpgsqlCommand command = new(sql, connection, transaction);
                return await command.ExecuteScalarAsync(cancellationToken);
            }
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    private static string Fingerprint(string script) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script)));

    /// <summary>What a context needs, at run time and at design time.</summary>
    public static DbContextOptionsBuilder Configure(DbContextOptionsBuilder options, NpgsqlDataSource database) =>
        options.UseNpgsql(database, npgsql => npgsql.MigrationsHistoryTable(History).UseQuerySplittingBehavior(QuerySplittingBehavior.SplitQuery))
            // SQL needs no quotes.
            .UseSnakeCaseNamingConvention()
            // Each data source needs services of its own. A process of tests has many: a warning, not the end of every call.
            .ConfigureWarnings(warnings => warnings.Log(CoreEventId.ManyServiceProvidersCreatedWarning));

    /// <summary>The data source of the connection string <paramref name="name"/>, to be completed and built.</summary>
    public static NpgsqlDataSourceBuilder Source(IServiceProvider services, string name)
    {
        var given = services.GetRequiredService<IConfiguration>().GetConnectionString(name)
            ?? throw new InvalidOperationException(
            $"The connection string \"{name}\" is missing; set ConnectionStrings__{name} to Host=...;Port=...;Username=...;Password=...;Database=....");
        NpgsqlConnectionStringBuilder connection = new(
            given)
        { ApplicationName = services.GetRequiredService<ServiceIdentity>().Name, IncludeErrorDetail = false };
        // Npgsql's own builder reports every keyword it knows as present, even when it is absent.
        DbConnectionStringBuilder keywords = new() { ConnectionString = given };
        if (!keywords.ContainsKey("Maximum Pool Size"))
            connection.MaxPoolSize = 40;
        if (!keywords.ContainsKey("Timeout"))
            connection.Timeout = 5;
        if (!keywords.ContainsKey("Keepalive"))
            connection.KeepAlive = 10;
        // A use case sends the same dozen statements each time: PostgreSQL parses and plans them once per connection.
        if (!keywords.ContainsKey("Max Auto Prepare"))
            connection.MaxAutoPrepare = 100;
        // What a connection keeps between uses is the caller whose rights it has, and each use checks that; resetting costs five statements each time.
        if (!keywords.ContainsKey("No Reset On Close"))
            connection.NoResetOnClose = true;
        var source = new NpgsqlDataSourceBuilder(connection.ConnectionString);
        // Within a request or a message only: polling, sweeps and health checks would fill the traces with spans of nothing.
        source.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(_ => Activity.Current is not null)
            .ConfigureBatchFilter(_ => Activity.Current is not null)
            .ConfigureCommandSpanNameProvider(command => SqlSpanName.Of(command.CommandText))
            .ConfigureBatchSpanNameProvider(SqlSpanName.Of)
            .EnablePhysicalOpenTracing(false)
            .EnableFirstResponseEvent(false));
        source.UseLoggerFactory(services.GetRequiredService<ILoggerFactory>());
        return source;
    }

    /// <summary>
    /// Whether requests that write can work: PostgreSQL accepts changes, and has disk space for the write-ahead log and for a new file. Nothing is stored: a
    /// message in the log that no one reads, and a set of rows that does not fit in memory, whose temporary file goes with the transaction.
    /// </summary>
    private sealed class DatabaseHealth(NpgsqlDataSource database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await using NpgsqlBatch probe = new(connection, transaction)
                {
                    BatchCommands =
                    {
                        new("select current_setting('transaction_read_only')"),
                        new("set local work_mem = '64kB'"),
                        new("select count(*) from generate_series(1, 20000)"),
                        new("select pg_logical_emit_message(true, 'ips', 'health')"),
                    },
                };
                if (await probe.ExecuteScalarAsync(cancellationToken) is "on")
                    return HealthCheckResult.Unhealthy("PostgreSQL is read-only");
                await transaction.CommitAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (PostgresException refused)
            {
                return HealthCheckResult.Unhealthy($"PostgreSQL refuses to write (SQLSTATE {refused.SqlState})", refused);
            }
            catch (Exception down)
            {
                return HealthCheckResult.Unhealthy("PostgreSQL does not answer", down);
            }
        }
    }

    [LoggerMessage(1103, LogLevel.Information, "Applied {Count} migrations; the database is up to date")]
    private static partial void Migrated(ILogger log, int count);
}

/// <summary>The connection string's name of the service's database.</summary>
public sealed record DatabaseName(string Name);
