using LocalServers;
using Npgsql;

namespace Testcontainers.PostgreSql;

/// <summary>
/// A PostgreSQL for tests: a container where a container engine answers, else a private server of this machine. It starts empty,
/// listens on loopback, ends with this process at the latest, and leaves nothing behind.
/// </summary>
public sealed class PostgreSqlContainer : IAsyncDisposable
{
    private readonly PostgreSqlConfiguration configuration;
    private DockerContainer? container;
    private LocalPostgres? local;
    private ushort port;

    internal PostgreSqlContainer(PostgreSqlConfiguration configuration) => this.configuration = configuration;

    public string Hostname => "127.0.0.1";

    public string Name { get; } = $"ips-test-postgres-{Path.GetRandomFileName().Replace(".", "")}";

    /// <summary>The port on this machine for <paramref name="containerPort"/>, which can only be 5432.</summary>
    public ushort GetMappedPublicPort(int containerPort) =>
        containerPort == PostgreSqlBuilder.PostgreSqlPort ? Started() : throw new InvalidOperationException($"Port {containerPort} is not exposed; PostgreSQL is on 5432.");

    public string GetConnectionString() => ConnectionString(configuration.Database);

    public async Task StartAsync(CancellationToken ct = default)
    {
        if (local is not null) await local.StartAsync(ct);
        else if (container is not null) await container.StartAgainAsync(ct);
        else if (await DockerContainer.EngineAnswersAsync(ct)) await StartContainerAsync(ct);
        else await StartLocalAsync(ct);
        await CreateDatabaseAsync(ct);
    }

    public async Task StopAsync(CancellationToken ct = default)
    {
        if (container is not null) await container.StopAsync();
        if (local is not null) await local.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (container is not null) await container.DisposeAsync();
        if (local is null) return;
        await local.DisposeAsync();
        local.DeleteData();
        local = null;
    }

    private async Task StartContainerAsync(CancellationToken ct)
    {
        port = (ushort)Ports.Free();
        container = await DockerContainer.StartAsync(new(configuration.Image)
        {
            Name = Name,
            Keep = true,
            Ready = (exited, stop) => Login.PostgresAsync(GetConnectionString(), exited, TimeSpan.FromMinutes(5), stop),
            Arguments = configuration.Command,
            Environment = new Dictionary<string, string> { ["POSTGRES_USER"] = configuration.Username, ["POSTGRES_PASSWORD"] = configuration.Password, ["POSTGRES_DB"] = configuration.Database },
            Ports = new Dictionary<int, int> { [port] = PostgreSqlBuilder.PostgreSqlPort },
            StopSignal = Native.SigInt,
        }, stop: ct);
    }

    private async Task StartLocalAsync(CancellationToken ct)
    {
        Leftovers.Remove(Path.GetTempPath(), "ips-test-postgres-");
        local = await LocalPostgres.StartAsync(new()
        {
            DataDirectory = Path.Combine(Path.GetTempPath(), Name),
            Username = configuration.Username,
            Password = configuration.Password,
            Settings = configuration.Settings(),
        }, ct);
        port = (ushort)local.Port;
    }

    private async Task CreateDatabaseAsync(CancellationToken ct)
    {
        if (local is null || configuration.Database == "postgres") return;
        await using var connection = new NpgsqlConnection($"{ConnectionString("postgres")};Pooling=false");
        await connection.OpenAsync(ct);
        // There already at a second start of the same container.
        await using var known = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = configuration.Database } } };
        if (await known.ExecuteScalarAsync(ct) is not null) return;
        await using var create = new NpgsqlCommand($"create database \"{configuration.Database.Replace("\"", "\"\"")}\"", connection);
        await create.ExecuteNonQueryAsync(ct);
    }

    private string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = Hostname,
        Port = Started(),
        Database = database,
        Username = configuration.Username,
        Password = configuration.Password,
    }.ConnectionString;

    private ushort Started() => port != 0 ? port : throw new InvalidOperationException("The container is not started yet: call StartAsync first.");
}
