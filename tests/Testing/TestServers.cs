using System.Net;
using System.Net.Sockets;
using DotNet.Testcontainers.Configurations;
using LocalServers;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace Ips.Testing;

/// <summary>
/// One PostgreSQL and one RabbitMQ per test process, started when the first test needs them and stopped when the process ends:
/// containers where a container engine answers, private local servers where none does.
/// Tests share them, so each takes a database or queue names of its own.
/// </summary>
public static class TestServers
{
    private static readonly bool HasEngine = TestcontainersSettings.OS.DockerEndpointAuthConfig is not null;

    private static readonly Lazy<Task<string>> Postgres = new(async () =>
    {
        if (!HasEngine)
        {
            var local = await LocalPostgres.StartAsync(new()
            {
                DataDirectory = OwnDirectory("postgres"),
                Settings = new Dictionary<string, string> { ["max_connections"] = "400", ["fsync"] = "off" },
            });
            StopAtExit(local);
            return local.ConnectionString;
        }

        var container = new PostgreSqlBuilder("postgres:18.3").WithCommand("-c", "max_connections=400").Build();
        StopAtExit(container);
        await container.StartAsync();
        return container.GetConnectionString();
    });

    private static readonly Lazy<Task<string>> RabbitMq = new(async () =>
    {
        if (!HasEngine)
        {
            var local = await LocalRabbitMq.StartAsync(new() { DataDirectory = OwnDirectory("rabbitmq") });
            StopAtExit(local);
            return local.ConnectionString;
        }

        var container = new RabbitMqBuilder("rabbitmq:4.3").Build();
        StopAtExit(container);
        await container.StartAsync();
        return container.GetConnectionString();
    });

    /// <summary>Connection string of the superuser, for the maintenance database. For data use <see cref="TestDb"/>.</summary>
    public static Task<string> PostgresAsync() => Postgres.Value;

    /// <summary>The broker shared by the tests of this process, as amqp://user:password@host:port/.</summary>
    public static Task<string> RabbitMqAsync() => RabbitMq.Value;

    /// <summary>A broker for one test, which may kill it and start it again on the same data. Dispose it, then delete its data.</summary>
    public static Task<LocalRabbitMq> OwnRabbitMqAsync(bool management = false) =>
        LocalRabbitMq.StartAsync(new() { DataDirectory = OwnDirectory("rabbitmq"), Management = management });

    /// <summary>A database server for one test, which may kill it and start it again on the same data. Dispose it, then delete its data.</summary>
    public static Task<LocalPostgres> OwnPostgresAsync() => LocalPostgres.StartAsync(new()
    {
        DataDirectory = OwnDirectory("postgres"),
        Settings = new Dictionary<string, string> { ["max_connections"] = "400" },
    });

    /// <summary>An SFTP server for one fixture. Dispose it, then delete its data.</summary>
    public static Task<LocalSsh> OwnSshAsync() => LocalSsh.StartAsync(OwnDirectory("ssh"));

    private static string OwnDirectory(string name)
    {
        Leftovers.Remove(Path.GetTempPath(), $"ips-own-{name}-");
        return Path.Combine(Path.GetTempPath(), $"ips-own-{name}-{Path.GetRandomFileName()}");
    }

    private static void StopAtExit(IAsyncDisposable server) =>
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(10));

    /// <summary>A port on which nothing listens now; for a process that cannot choose one itself.</summary>
    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
