using Npgsql;

namespace Ips.Testing;

/// <summary>A fresh, empty database on the shared PostgreSQL. Dropped when disposed, even with open connections.</summary>
public sealed class TestDb : IAsyncDisposable
{
    private static int number;
    private readonly string name;
    private readonly string server;

    private TestDb(string name, string server)
    {
        (this.name, this.server) = (name, server);
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 30, IncludeErrorDetail = true }.ConnectionString;
    }

    public string ConnectionString { get; }

    public static async Task<TestDb> CreateAsync()
    {
        var db = new TestDb($"test_{Interlocked.Increment(ref number)}_{Path.GetRandomFileName().Replace(".", "")}", await TestServers.PostgresAsync());
        await db.OnServerAsync($"create database {db.name} template template0");
        return db;
    }

    /// <summary>Runs one statement and returns its first value, or null.</summary>
    public async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is { } value and not DBNull ? value : null;
    }

    public async ValueTask DisposeAsync()
    {
        await using (var pool = new NpgsqlConnection(ConnectionString)) NpgsqlConnection.ClearPool(pool);
        await OnServerAsync($"drop database if exists {name} with (force)");
    }

    private async Task OnServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
