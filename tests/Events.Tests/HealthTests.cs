using System.Net;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Ips.Events.Tests;

/// <summary>A service is ready when requests work. No broker runs here.</summary>
public sealed class HealthTests : IAsyncLifetime
{
    private TestDb database = null!;
    private TestService service = null!;
    private HttpClient http = null!;

    public async Task InitializeAsync()
    {
        database = await TestDb.CreateAsync();
        await TestService.CreateTables(database.ConnectionString);
        service = await TestService.Start(
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:test-db"] = database.ConnectionString,
                ["ConnectionStrings:bus"] = "amqp://unknown:nothing@127.0.0.1:1",
            },
            builder =>
            {
                builder.AddUseCases();
                builder.AddDatabase<TestServiceDb>("test-db");
                builder.AddMessaging<TestServiceDb>(bus => bus.AddConsumer<TeamFormedConsumer>());
            });
        http = new() { BaseAddress = service.Http };
    }

    public async Task DisposeAsync()
    {
        http.Dispose();
        await service.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_broker_a_service_is_ready_and_reports_that_it_is_degraded()
    {
        using var answer = await http.GetAsync("/health");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.StartsWith("{\"status\":\"Degraded\"", body);
        Assert.Contains("\"bus\":{\"status\":\"Degraded\"", body);
        Assert.Contains("\"consumers\":{\"status\":\"Degraded\"", body);
    }

    [Theory]
    [InlineData("default_transaction_read_only = on", "PostgreSQL is read-only")]
    [InlineData("temp_file_limit = 0", "PostgreSQL refuses to write (SQLSTATE 53400)")]
    public async Task A_service_whose_database_takes_no_writes_is_not_ready(string setting, string reason)
    {
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/ready")).StatusCode);
        await database.ScalarAsync($"alter database {new NpgsqlConnectionStringBuilder(database.ConnectionString).Database} set {setting}");
        // The setting counts for new connections.
        service.Services.GetRequiredService<NpgsqlDataSource>().Clear();

        foreach (var path in new[] { "/ready", "/health" })
        {
            using var answer = await http.GetAsync(path);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Contains(reason, await answer.Content.ReadAsStringAsync());
        }
    }
}
