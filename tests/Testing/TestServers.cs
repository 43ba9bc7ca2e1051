using LocalServers;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace Ips.Testing;

/// <summary>
/// One PostgreSQL and one RabbitMQ per test process, started when the first test asks, ended by the kernel when the process ends.
/// Tests share them, so each takes a database or queue names of its own.
/// </summary>
public static class TestServers
{
    private static readonly Lazy<Task<PostgreSqlContainer>> Postgres = new(async () =>
    {
        var postgres = new PostgreSqlBuilder().WithImage("postgres:18.3").WithCommand("-c", "max_connections=400").Build();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => postgres.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(10));
        await postgres.StartAsync();
        return postgres;
    });

    private static readonly Lazy<Task<RabbitMqContainer>> RabbitMq = new(async () =>
    {
        var rabbit = new RabbitMqBuilder().WithImage("rabbitmq:4.3").Build();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => rabbit.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(10));
        await rabbit.StartAsync();
        return rabbit;
    });

    /// <summary>Connection string of the superuser, for the maintenance database. For data use <see cref="TestDb"/>.</summary>
    public static async Task<string> PostgresAsync() => (await Postgres.Value).GetConnectionString();

    /// <summary>The broker shared by the tests of this process, as amqp://user:password@host:port/.</summary>
    public static async Task<string> RabbitMqAsync() => (await RabbitMq.Value).GetConnectionString();

    /// <summary>A broker for one test, which may kill it and start it again on the same data. Dispose it, then delete its data.</summary>
    public static Task<LocalRabbitMq> OwnRabbitMqAsync() => LocalRabbitMq.StartAsync(new() { DataDirectory = OwnDirectory("rabbitmq") });

    /// <summary>A database server for one test, which may kill it and start it again on the same data. Dispose it, then delete its data.</summary>
    public static Task<LocalPostgres> OwnPostgresAsync() => LocalPostgres.StartAsync(new() { DataDirectory = OwnDirectory("postgres") });

    private static string OwnDirectory(string name)
    {
        Leftovers.Remove(Path.GetTempPath(), $"ips-own-{name}-");
        return Path.Combine(Path.GetTempPath(), $"ips-own-{name}-{Path.GetRandomFileName()}");
    }
}
