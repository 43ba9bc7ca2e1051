using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Ips.Eligibility.Db;
using Ips.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace Ips.Eligibility.Tests;

/// <summary>One running service for all tests; each test creates its own people and organizations.</summary>
[CollectionDefinition("eligibility")]
public sealed class EligibilityServices : ICollectionFixture<EligibilityService>;

/// <summary>
/// The service as its Program.cs builds it, on real ports, PostgreSQL and RabbitMQ. Its clock stays at noon of 2026-03-02 until a test advances it.
/// </summary>
public sealed class EligibilityService : IAsyncLifetime
{
    private const string Tables =
        "individuals,individual_identifiers,facts,career_profiles,career_profile_versions,determinations,determination_steps,service_orders,"
        + "authorizations,unit_draws,act_spans,deadlines,referrals,dvrs_messages,disclosures,decisions,outbox_rows,answered_requests";

    private Host host = null!;
    private TestDb database = null!;
    private Uri http = null!;

    /// <summary>More configuration; set it before the service starts.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    public IServiceProvider Services => host.Services;

    /// <summary>Connection to the database as superuser.</summary>
    public string ConnectionString => database.ConnectionString;

    public FixedClock Clock { get; } = FixedClock.At("2026-03-02");

    /// <summary>HTTP/2 with prior knowledge.</summary>
    public GrpcChannel Channel { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        database = await TestDb.CreateAsync();
        Dictionary<string, string> settings = new()
        {
            ["ConnectionStrings:eligibility-db"] = database.ConnectionString,
            ["ConnectionStrings:bus"] = await TestServers.RabbitMqAsync(),
            ["Authentication:Authority"] = TestIssuer.Authority,
            ["PersonalData:Current"] = "k1",
            ["PersonalData:Keys:k1"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["PersonalData:HashKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Feed:HeartbeatSeconds"] = "1",
            // Its own queues: the service of another test class on the same broker must not take its messages.
            ["OTEL_SERVICE_NAME"] = NewCode("eligibility"),
            // Deadlines are published only when a test calls Sweep, never between two lines of another test.
            ["Deadlines:Interval"] = "1.00:00:00",
        };
        foreach (var (name, value) in Settings)
            settings[name] = value;
        host = new(Clock, settings);
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

    /// <summary>The day that many days after the clock's day, YYYY-MM-DD.</summary>
    public string Day(int days = 0) => Clock.GetUtcNow().UtcDateTime.AddDays(days).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    public Metadata As(string role, string organization, string subject = "client-one") =>
        new() { { "authorization", $"Bearer {Token(role, organization, subject)}" } };

    public HttpClient Http(string role, string organization)
    {
        HttpClient client = new() { BaseAddress = http };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(role, organization));
        return client;
    }

    /// <summary>A database context that sees everyone.</summary>
    public async Task<T> WithDb<T>(Func<EligibilityDb, Task<T>> use)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using EligibilityDb db = new(
            (DbContextOptions<EligibilityDb>)Ips.Platform.Data.Database.Configure(new DbContextOptionsBuilder<EligibilityDb>(), source).Options, Caller.None);
        return await use(db);
    }

    public async Task<long> Count(string from) => (long)(await database.ScalarAsync($"select count(*) from {from}"))!;

    public Task<object?> Scalar(string sql) => database.ScalarAsync(sql);

    /// <summary>
    /// Publishes the deadlines reached that many days after the clock's day, through a replica whose clock is that far ahead. Nothing else changes.
    /// </summary>
    public Task<int> SweepAhead(int days) => new DeadlineSweeper<EligibilityDb>(
        host.Services.GetRequiredService<IServiceScopeFactory>(), host.Services.GetRequiredService<CreateDeadlineEvent>(),
        Microsoft.Extensions.Options.Options.Create(new DeadlineOptions()),
        new FixedClock(Clock.GetUtcNow().AddDays(days)), Microsoft.Extensions.Logging.Abstractions.NullLogger<DeadlineSweeper<EligibilityDb>>.Instance)
            .Sweep(default);

    /// <summary>The published stages of a subject's deadline, in order: "due_soon 45, due".</summary>
    public async Task<string> PublishedStages(string about, string kind) => (string)(await database.ScalarAsync(
        $"select coalesce(string_agg(concat_ws(' ', body->>'state', body->>'leadDays'), ', ' order by sequence), '') from outbox_rows "
            + $"where body->>'about' = '{about}' and body->>'kind' = '{kind}'"))!;

    /// <summary>A use case as another part of the service runs it, in its own scope.</summary>
    public async Task Use<T>(Func<T, Task> use) where T : notnull
    {
        await using var scope = host.Services.CreateAsyncScope();
        await use(scope.ServiceProvider.GetRequiredService<T>());
    }

    /// <summary>Rows of every table that a call could write. Tests run one after the other, so only the test's own calls change the result.</summary>
    public async Task<string> Everything()
    {
        // The service consumes one of its own events: wait, so that its effects are not counted for the next call.
        await Poll.Until(async () => await Count(
            """
            outbox_rows o where type = 'ips.eligibility.act-started.v1'
            and not exists (select from inbox_rows i where i.message_id = o.id)
            """) == 0);
        return (string)(await database.ScalarAsync(
        "select concat_ws(' ', " + string.Join(", ", Tables.Split(',').Select(t => $"'{t}', (select count(*) from {t})")) + ")"))!;
    }

    /// <summary>Expects the service to refuse the call and returns the code, the message, and the fields named.</summary>
    public static async Task<Refusal> Refused(Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        var details = refused.Trailers.GetValueBytes("grpc-status-details-bin");
        var status = details is null ? null : Google.Rpc.Status.Parser.ParseFrom(details);
        var bad = status?.Details.FirstOrDefault(d => d.Is(BadRequest.Descriptor))?.Unpack<BadRequest>();
        return new(refused.StatusCode, refused.Status.Detail, [.. bad?.FieldViolations.Select(v => v.Field) ?? []]);
    }

    /// <summary>The same, and checks that nothing was stored.</summary>
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

    private string Token(string role, string organization, string subject = "client-one") => TestIssuer.Token(role, organization, subject);

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
