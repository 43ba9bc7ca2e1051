using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using Ips.Contracts.Events;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ips.Testing;

/// <summary>
/// A service as its Program.cs builds it, on real ports, a migrated PostgreSQL database of its own and the shared RabbitMQ. The fixture of a service's tests
/// derives from it and adds settings and clients.
/// </summary>
/// <typeparam name="TMarker">Any type of the service.</typeparam>
/// <typeparam name="TDb">Its database context.</typeparam>
public abstract class RunningService<TMarker, TDb> : IAsyncLifetime
    where TMarker : class
    where TDb : ServiceDb
{
    private readonly string connection;
    private readonly Func<DbContextOptions<TDb>, TDb> context;
    private readonly FixedClock? clock;
    private WebHost<TMarker>? host;

    /// <param name="connection">Name of its connection string.</param>
    /// <param name="context">Creates a database context that sees all rows.</param>
    /// <param name="clock">Its clock; without one it is the system's.</param>
    protected RunningService(string connection, Func<DbContextOptions<TDb>, TDb> context, FixedClock? clock = null) =>
        (this.connection, this.context, this.clock) = (connection, context, clock);

    /// <summary>More configuration; set it before the service starts.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>Its database, opened as superuser.</summary>
    public TestDb Database { get; private set; } = null!;

    public IServiceProvider Services => host!.Services;

    /// <summary>HTTP/1.1 address.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>HTTP/2 address, prior knowledge.</summary>
    public Uri GrpcAddress { get; private set; } = null!;

    /// <summary>A channel to <see cref="GrpcAddress"/>.</summary>
    public GrpcChannel Channel { get; private set; } = null!;

    public FixedClock Clock => clock ?? throw new InvalidOperationException("The service runs on the system's clock; give the fixture a FixedClock.");

    /// <summary>Tables that a call can write, besides those of the platform.</summary>
    protected virtual IEnumerable<string> Tables => [];

    public virtual async Task InitializeAsync()
    {
        Database = await TestDb.CreateAsync();
        Dictionary<string, string> settings = new()
        {
            [$"ConnectionStrings:{connection}"] = Database.ConnectionString,
            ["ConnectionStrings:bus"] = await TestServers.RabbitMqAsync(),
            ["Authentication:Authority"] = TestIssuer.Authority,
            ["WarmUp"] = "false",
            // A sweep between two looks at the tables would count as the call's own writes: it runs once, at the start; a test that needs one says so.
            ["Deadlines:Interval"] = "1.00:00:00",
            ["PersonalData:Current"] = "k1",
            ["PersonalData:Keys:k1"] = NewKey(),
            ["PersonalData:HashKey"] = NewKey(),
        };
        // A fixed clock agrees with no other.
        if (clock is not null)
            (settings["Sweeps:AllowedDifference"], settings["Sweeps:AllowedJump"]) = (FixedClock.Anything, FixedClock.Anything);
        foreach (var (name, value) in Settings)
            settings[name] = value;
        await WithDb(async db =>
        {
            await db.Migrate();
            return true;
        });
        host = new(settings, "Production", clock);
        host.UseKestrel(kestrel => kestrel.ListenOnBoth());
        host.StartServer();
        (Address, GrpcAddress) = Services.Addresses();
        Channel = GrpcChannel.ForAddress(GrpcAddress);
        using HttpClient http = new() { BaseAddress = Address };
        await Poll.Until(async () => await HealthPage.Listens(http));
    }

    public virtual async Task DisposeAsync()
    {
        Channel?.Dispose();
        if (host is not null)
            await host.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>The day that many days after the clock's day, YYYY-MM-DD.</summary>
    public string Day(int days = 0) => Clock.GetUtcNow().UtcDateTime.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>gRPC headers of a caller.</summary>
    public Metadata As(string role, string organization, string subject = "client-one", string? client = null) =>
        new() { { "authorization", $"Bearer {TestIssuer.Token(role, organization, subject, client: client)}" } };

    /// <summary>gRPC headers of another service's own call, for a provider or for none.</summary>
    public static Metadata AsService(string service, string? actingFor = null)
    {
        Metadata headers = new() { { "authorization", $"Bearer {TestIssuer.Token(Roles.Ops, Tokens.OwnOrganization, service)}" } };
        if (actingFor is not null)
            headers.Add(ServiceCalls.ActingForHeader, actingFor);
        return headers;
    }

    /// <summary>The HTTP/JSON endpoint for a caller.</summary>
    public HttpClient Http(string role, string organization)
    {
        HttpClient http = new() { BaseAddress = Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestIssuer.Token(role, organization));
        return http;
    }

    /// <summary>A database context that sees all rows.</summary>
    public async Task<T> WithDb<T>(Func<TDb, Task<T>> use)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(Database.ConnectionString);
        await using var db = context((DbContextOptions<TDb>)Platform.Data.Database.Configure(new DbContextOptionsBuilder<TDb>(), source).Options);
        return await use(db);
    }

    public async Task<long> Count(string from) => (long)(await Database.ScalarAsync($"select count(*) from {from}"))!;

    public Task<object?> Scalar(string sql) => Database.ScalarAsync(sql);

    /// <summary>A use case as another part of the service runs it, in its own scope.</summary>
    public async Task Use<T>(Func<T, Task> use) where T : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        await use(scope.ServiceProvider.GetRequiredService<T>());
    }

    /// <summary>Rows of every table that a call can write. Tests run one after the other, so only the test's own calls change the result.</summary>
    public virtual async Task<string> Everything()
    {
        var counts = Tables.Concat(["outbox_rows", "answered_requests"]).Select(table => $"'{table}', (select count(*) from {table})");
        return (string)(await Scalar($"select concat_ws(' ', {string.Join(", ", counts)})"))!;
    }

    /// <summary>
    /// Sends events as another service's relay does, each the given number of times. One without an id or a time gets that of the clock, and one without a
    /// sequence is the first of its subject.
    /// </summary>
    public async Task Send(IEnumerable<DomainEvent> events, int times = 1)
    {
        var now = (clock ?? TimeProvider.System).GetUtcNow();
        await using RabbitSender sender = new(new Uri(await TestServers.RabbitMqAsync()), new ServiceIdentity("other"));
        OutboxEntry[] entries = [.. events.SelectMany(e => Enumerable.Repeat(Stamped(e).ToEntry(), times))];
        Assert.Equal(entries.Length, (await sender.Send(entries, default)).Confirmed.Count);

        DomainEvent Stamped(DomainEvent happened) => happened with
        {
            EventId = happened.EventId == Guid.Empty ? Guid.CreateVersion7(now) : happened.EventId,
            OccurredAt = happened.OccurredAt == default ? now : happened.OccurredAt,
            Sequence = Math.Max(1, happened.Sequence),
        };
    }

    /// <summary>Expects the service to refuse the call.</summary>
    public static Task<Refusal> Refused(Func<Task> call) => Refusal.Of(call);

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

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
