using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Ips.Staffing.Db;
using Ips.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace Ips.Staffing.Tests;

/// <summary>One running service for all tests; each test makes people and organizations of its own.</summary>
[CollectionDefinition("staffing")]
public sealed class StaffingServices : ICollectionFixture<StaffingService>;

/// <summary>
/// The service as its Program.cs makes it, on real ports, PostgreSQL and RabbitMQ. Its clock stands at noon of 2026-03-02 until a test moves it on.
/// </summary>
public sealed class StaffingService : IAsyncLifetime
{
    private const string Tables = "organizations,teams,staff,credentials,roles_held,assignments,decisions,outbox_rows,answered_requests";

    private Host host = null!;
    private TestDb database = null!;
    private Uri http = null!;

    public FixedClock Clock { get; } = FixedClock.At("2026-03-02");

    /// <summary>HTTP/2, prior knowledge.</summary>
    public GrpcChannel Channel { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        database = await TestDb.CreateAsync();
        host = new(Clock, new()
        {
            ["ConnectionStrings:staffing-db"] = database.ConnectionString,
            ["ConnectionStrings:bus"] = await TestServers.RabbitMqAsync(),
            ["Authentication:Authority"] = TestIssuer.Authority,
            ["PersonalData:Current"] = "k1",
            ["PersonalData:Keys:k1"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["PersonalData:HashKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        });
        host.UseKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        await WithDb(async db =>
        {
            await db.Migrate();
            return true;
        });
        host.StartServer();
        var addresses = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        http = new Uri(addresses[0]);
        Channel = GrpcChannel.ForAddress(addresses[1]);
        using var client = Http(Roles.Ops, "platform");
        await Poll.Until(async () => (await client.GetAsync("/health")).IsSuccessStatusCode, TimeSpan.FromSeconds(90));
    }

    public async Task DisposeAsync()
    {
        Channel.Dispose();
        await host.DisposeAsync();
        await database.DisposeAsync();
    }

    /// <summary>The day so many days from the clock's, YYYY-MM-DD.</summary>
    public string Day(int days = 0) => Clock.GetUtcNow().UtcDateTime.AddDays(days).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    public Metadata As(string role, string organization) => new() { { "authorization", $"Bearer {Token(role, organization)}" } };

    public HttpClient Http(string role, string organization)
    {
        HttpClient client = new() { BaseAddress = http };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(role, organization));
        return client;
    }

    /// <summary>A database context that sees all rows.</summary>
    public async Task<T> WithDb<T>(Func<StaffingDb, Task<T>> use)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using StaffingDb db = new(
            (DbContextOptions<StaffingDb>)Ips.Platform.Data.Database.Configure(new DbContextOptionsBuilder<StaffingDb>(), source).Options, Caller.None);
        return await use(db);
    }

    public async Task<long> Count(string from) => (long)(await database.ScalarAsync($"select count(*) from {from}"))!;

    public Task<object?> Scalar(string sql) => database.ScalarAsync(sql);

    /// <summary>Rows of every table that a call could write. Tests run one after the other, so only the test's own calls change it.</summary>
    public async Task<string> Everything() => (string)(await database.ScalarAsync(
        "select concat_ws(' ', " + string.Join(", ", Tables.Split(',').Select(t => $"'{t}', (select count(*) from {t})")) + ")"))!;

    /// <summary>Expects the call to be refused and returns the code, the message, and the named fields.</summary>
    public static async Task<Refusal> Refused(Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        var details = refused.Trailers.GetValueBytes("grpc-status-details-bin");
        var status = details is null ? null : Google.Rpc.Status.Parser.ParseFrom(details);
        var bad = status?.Details.FirstOrDefault(d => d.Is(BadRequest.Descriptor))?.Unpack<BadRequest>();
        return new(refused.StatusCode, refused.Status.Detail, [.. bad?.FieldViolations.Select(v => v.Field) ?? []]);
    }

    /// <summary>The same, and nothing may have been stored by it.</summary>
    public async Task<Refusal> RefusedWithoutTrace(Func<Task> call)
    {
        var before = await Everything();
        var refusal = await Refused(call);
        Assert.Equal(before, await Everything());
        return refusal;
    }

    public static string NewId() => Guid.CreateVersion7().ToString();

    /// <summary>A code that no other test uses.</summary>
    public static string NewCode(string kind) => $"{kind}-{Guid.CreateVersion7().ToString("N")[^10..]}";

    private string Token(string role, string organization) => TestIssuer.Token(role, organization);

    private sealed class Host(TimeProvider clock, Dictionary<string, string> settings) : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            foreach (var (name, value) in settings)
                builder.UseSetting(name, value);
            builder.UseEnvironment("Production");
            builder.ConfigureLogging(logging => logging.ClearProviders());
            builder.ConfigureTestServices(services => services.AddSingleton(clock));
        }
    }
}

/// <summary>How a call was refused.</summary>
public sealed record Refusal(StatusCode Code, string Message, IReadOnlyList<string> Fields);
