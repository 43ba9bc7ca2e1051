using Ips.Testing;
using Npgsql;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;
using Xunit;

namespace Ips.Compat.Tests.Servers;

public sealed class TestcontainersTests
{
    [Fact]
    public async Task A_database_is_there_under_the_names_given_and_survives_a_stop()
    {
        await using var postgres = new PostgreSqlBuilder().WithImage("postgres:18.3").WithDatabase("orders").WithUsername("ann").WithPassword("p;w").WithCommand("-c", "max_connections=33").Build();
        Assert.Contains("StartAsync", Assert.Throws<InvalidOperationException>(postgres.GetConnectionString).Message);
        await postgres.StartAsync();
        Assert.Equal(new NpgsqlConnectionStringBuilder(postgres.GetConnectionString()).Port, postgres.GetMappedPublicPort(5432));
        Assert.Equal("orders ann 33 off", await AskAsync(postgres, "select current_database() || ' ' || current_user || ' ' || current_setting('max_connections') || ' ' || current_setting('fsync')"));
        await AskAsync(postgres, "create table kept (n int)");
        await postgres.StopAsync();
        await postgres.StartAsync();
        Assert.Equal("0", await AskAsync(postgres, "select count(*)::text from kept"));
    }

    [Fact]
    public async Task Tests_share_one_broker_and_one_database_server_and_have_databases_of_their_own()
    {
        Assert.Equal(await TestServers.RabbitMqAsync(), await TestServers.RabbitMqAsync());
        var factory = new RabbitMQ.Client.ConnectionFactory { Uri = new(await TestServers.RabbitMqAsync()) };
        await using var connection = await factory.CreateConnectionAsync();
        Assert.True(connection.IsOpen);

        await using var one = await TestDb.CreateAsync();
        await using var other = await TestDb.CreateAsync();
        await one.ScalarAsync("create table mine (n int)");
        Assert.Null(await other.ScalarAsync("select to_regclass('mine')::text"));
    }

    [Fact]
    public void A_builder_is_not_changed_by_what_is_built_from_it()
    {
        var common = new RabbitMqBuilder();
        var empty = common.WithPassword("");
        common.Build();
        Assert.Throws<InvalidOperationException>(empty.Build);
    }

    private static async Task<string?> AskAsync(PostgreSqlContainer postgres, string sql)
    {
        await using var connection = new NpgsqlConnection($"{postgres.GetConnectionString()};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() as string;
    }
}
