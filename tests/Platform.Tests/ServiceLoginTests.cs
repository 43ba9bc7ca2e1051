using Aspire.Hosting;
using Aspire.Hosting.Testing;
using Ips.AppHost;
using Ips.Contracts.Events;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Xunit;

namespace Ips.Platform.Tests;

/// <summary>What a service's own logins at the servers allow. That each can do its work with them is what every other test of the platform shows.</summary>
[Collection("platform")]
public sealed class ServiceLoginTests(Platform platform)
{
    private readonly ServiceLogins logins = new(platform.Data);

    [Fact]
    public async Task A_service_owns_its_database_and_can_open_no_other()
    {
        foreach (var service in Platform.Services)
        {
            foreach (var database in Platform.Services)
            {
                await using NpgsqlConnection connection = new(await AddressAsync(service, database) + ";Pooling=false");
                if (service == database)
                    await connection.OpenAsync();
                else
                    Assert.Equal((service, database, "42501"),
                        (service, database, (await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync())).SqlState));
            }
        }
    }

    [Fact]
    public async Task No_service_is_a_superuser_or_makes_roles()
    {
        await using var source = NpgsqlDataSource.Create(await AddressAsync("reporting", "reporting"));
        await using var command = source.CreateCommand(
            "select count(*) from pg_roles where rolname = any($1) and rolcanlogin and not (rolsuper or rolcreaterole or rolcreatedb or rolbypassrls)");
        command.Parameters.Add(new() { Value = Platform.Services });
        Assert.Equal((long)Platform.Services.Length, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_service_publishes_its_own_events_and_no_others()
    {
        foreach (var service in Platform.Services)
        {
            foreach (var type in EventCatalog.All.DistinctBy(type => type.Service))
            {
                var mayPublish = type.Service == service;
                Assert.Equal((service, type.WireName, mayPublish), (service, type.WireName, await PublishesAsync(service, type.WireName, type.WireName)));
                Assert.Equal((service, type.WireName, mayPublish), (service, type.WireName, await PublishesAsync(service, "ips.events", type.WireName)));
            }
        }
    }

    [Theory]
    [InlineData("billing.person-changed")]
    [InlineData("billing.person-changed_error")]
    public async Task A_service_reads_and_fills_no_queue_of_another(string queue)
    {
        Assert.False(await PublishesAsync("reporting", queue, ""));
        Assert.False(await PublishesAsync("reporting", "", queue));
        await using var connection = await ConnectAsync("reporting");
        await using var channel = await connection.CreateChannelAsync();
        var refused = await Assert.ThrowsAsync<OperationInterruptedException>(() => channel.BasicGetAsync(queue, autoAck: false));
        Assert.Equal(Constants.AccessRefused, refused.ShutdownReason!.ReplyCode);
    }

    [Fact]
    public async Task A_service_binds_no_events_of_a_service_that_it_does_not_listen_to()
    {
        await using var connection = await ConnectAsync("staffing");
        await using var channel = await connection.CreateChannelAsync();
        var refused = await Assert.ThrowsAsync<OperationInterruptedException>(
            () => channel.QueueBindAsync("staffing.team-reviewed", "ips.billing.claim-line-decided.v1", ""));
        Assert.Equal(Constants.AccessRefused, refused.ShutdownReason!.ReplyCode);
    }

    // Not routed anywhere that stores it: the message has no type, so its consumers would put it into their error queues.
    private async Task<bool> PublishesAsync(string service, string exchange, string routingKey)
    {
        await using var connection = await ConnectAsync(service);
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            // As the relay does before its first event.
            if (exchange == "ips.events")
                await channel.ExchangeDeclareAsync(exchange, ExchangeType.Topic, durable: true);
            else if (exchange.StartsWith($"ips.{service}.", StringComparison.Ordinal))
                await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
            await channel.TxSelectAsync();
            await channel.BasicPublishAsync(exchange, routingKey, "{}"u8.ToArray());
            await channel.TxRollbackAsync();
            return true;
        }
        catch (OperationInterruptedException refused) when (refused.ShutdownReason?.ReplyCode == Constants.AccessRefused)
        {
            return false;
        }
    }

    private async Task<string> AddressAsync(string service, string database) =>
        logins.Database(service, (await platform.App.GetConnectionStringAsync($"{database}-db"))!);

    private async Task<IConnection> ConnectAsync(string service) =>
        await new ConnectionFactory { Uri = new(logins.Bus(service, (await platform.App.GetConnectionStringAsync("bus"))!)) }.CreateConnectionAsync();
}
