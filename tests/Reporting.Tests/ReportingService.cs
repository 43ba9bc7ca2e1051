using System.Net;
using System.Text.Json;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Reporting.Db;
using Ips.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Ips.Reporting.Tests;

/// <summary>The service as its Program.cs makes it, on real ports, PostgreSQL and RabbitMQ.</summary>
public sealed class ReportingService : IAsyncLifetime
{
    private Host host = null!;
    private TestDb database = null!;

    /// <summary>The issuer whose tokens it accepts.</summary>
    public string Authority { get; init; } = TestIssuer.Authority;

    public string Broker { get; private set; } = "";

    /// <summary>HTTP/1.1 address.</summary>
    public Uri Http { get; private set; } = null!;

    /// <summary>HTTP/2 address, prior knowledge.</summary>
    public Uri Grpc { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        (database, Broker) = (await TestDb.CreateAsync(), await TestServers.RabbitMqAsync());
        host = new(new()
        {
            ["ConnectionStrings:reporting-db"] = database.ConnectionString,
            ["ConnectionStrings:bus"] = Broker,
            ["Authentication:Authority"] = Authority,
            // Its queues are its own: another service on the same broker must not take its messages.
            ["OTEL_SERVICE_NAME"] = $"reporting-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N")[^10..]}",
        });
        host.UseKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        await using (var source = Npgsql.NpgsqlDataSource.Create(database.ConnectionString))
        {
            await using ReportingDb db = new(
                (DbContextOptions<ReportingDb>)Database.Configure(new DbContextOptionsBuilder<ReportingDb>(), source).Options, Caller.None);
            await db.Migrate();
        }

        host.StartServer();
        var addresses = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        (Http, Grpc) = (new Uri(addresses[0]), new Uri(addresses[1]));
        await Poll.Until(async () => (await new HttpClient { BaseAddress = Http }.GetAsync("/health")).IsSuccessStatusCode, TimeSpan.FromSeconds(60));
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        await database.DisposeAsync();
    }

    public string Token(string role = Roles.State, string organization = "nc-dhhs") => TestIssuer.Token(role, organization);

    /// <summary>Sends events as another service's relay does, each the given number of times.</summary>
    public async Task Send(IEnumerable<DomainEvent> events, int times = 1)
    {
        await using RabbitSender sender = new(new Uri(Broker), new ServiceIdentity("neighbour"));
        OutboxEntry[] entries = [.. events.SelectMany(e => Enumerable.Repeat(Entry(e), times))];
        Assert.Equal(entries.Length, (await sender.Send(entries, default)).Confirmed.Count);
    }

    public async Task<long> Stored(IReadOnlyList<DomainEvent> events) =>
        (long)(await database.ScalarAsync(
            $"select count(distinct event_id) from event_facts where event_id in ({string.Join(',', events.Select(e => $"'{e.EventId}'"))})"))!;

    private static OutboxEntry Entry(DomainEvent e) => new(
        0, e.EventId, EventCatalog.Of(e.GetType()).WireName, MassTransit.MessageUrn.ForTypeString(e.GetType()), e.Subject, e.Sequence, e.OccurredAt,
        JsonSerializer.Serialize(e, e.GetType(), EventCatalog.Json), null, null, e.Tenant);

    private sealed class Host(Dictionary<string, string> settings) : WebApplicationFactory<ProgramDays>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            foreach (var (name, value) in settings)
                builder.UseSetting(name, value);
            builder.UseEnvironment("Production");
            builder.ConfigureLogging(logging => logging.ClearProviders());
        }
    }
}
