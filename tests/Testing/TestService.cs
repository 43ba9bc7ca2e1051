using System.Collections.Concurrent;
using Ips.Contracts.Events;
using Ips.Platform.OpenApi;
using Ips.ServiceDefaults;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ips.Testing;

/// <summary>A thing with a version, for what is stored beside events.</summary>
public sealed class Thing : IVersioned
{
    public required Guid Id { get; init; }
    public int Version { get; set; } = 1;
    public required string Name { get; set; }
}

/// <summary>One row per effect of a consumed event. No key on the event: an effect done twice is two rows.</summary>
public sealed class Effect
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid EventId { get; init; }
    public required string Subject { get; init; }
    public required long Sequence { get; init; }
}

/// <summary>The same for events that were processed in groups.</summary>
public sealed class GroupEffect
{
    public int Id { get; init; }
    public required Guid EventId { get; init; }
    public required string Subject { get; init; }
    public required long Sequence { get; init; }
}

public sealed class TestServiceDb(DbContextOptions<TestServiceDb> options) : EventDb(options)
{
    public DbSet<Thing> Things => Set<Thing>();
    public DbSet<Effect> Effects => Set<Effect>();
    public DbSet<GroupEffect> GroupEffects => Set<GroupEffect>();
}

public sealed class ThingMap : IEntityTypeConfiguration<Thing>
{
    public void Configure(EntityTypeBuilder<Thing> builder) => builder.HasVersion();
}

public sealed class EffectMap : IEntityTypeConfiguration<Effect>
{
    public void Configure(EntityTypeBuilder<Effect> builder) => builder.HasIndex(e => e.EventId);
}

/// <summary>Records every event it processes.</summary>
public sealed class TeamFormedConsumer(Requests requests, TimeProvider clock) : IConsumer<TeamFormedV1>
{
    public Task Consume(ConsumeContext<TeamFormedV1> context) => requests.Store(context, clock, context.Message.Subject, context.Message.Sequence);
}

/// <summary>What the consumers of the tests do.</summary>
public static class Effects
{
    /// <summary>Stores an effect of the event, once.</summary>
    public static Task Store(this Requests requests, ConsumeContext<TeamFormedV1> context, TimeProvider clock, string subject, long sequence) =>
        requests.Run(context.Row(clock), _ =>
        {
            Changes changes = new(clock.GetUtcNow());
            changes.Insert(new Effect { EventId = context.Message.EventId, Subject = subject, Sequence = sequence });
            return Task.FromResult<Result<Changes>>(changes);
        }, context.CancellationToken);
}

/// <summary>
/// Records every event it processes, in groups. PostgreSQL refuses the events of the program <see cref="Poison"/>, and with them their group.
/// </summary>
public sealed class TeamsFormedConsumer(NpgsqlDataSource database, TimeProvider clock) : GroupConsumer(database, clock), IGroupConsumer<TeamFormedV1>
{
    public const string Poison = "poison";

    private readonly ConcurrentQueue<IReadOnlyList<DomainEvent>> groups = new();

    /// <summary>The events of every attempt to store a group.</summary>
    public IReadOnlyCollection<IReadOnlyList<DomainEvent>> Groups => groups;

    protected override string Effects(IReadOnlyList<DomainEvent> events, NpgsqlParameterCollection parameters)
    {
        groups.Enqueue(events);
        parameters.AddWithValue("events", events.Select(happened => happened.EventId).ToArray());
        parameters.AddWithValue("subjects", events.Select(happened => happened.Subject).ToArray());
        parameters.AddWithValue("sequences", events.Select(happened => happened.Sequence).ToArray());
        parameters.AddWithValue("poisoned", events.Cast<TeamFormedV1>().Select(happened => happened.Program == Poison ? 0 : 1).ToArray());
        return """
            effects as (
              insert into group_effects (event_id, subject, sequence)
              select event_id, subject, sequence / poisoned
              from unnest(@events, @subjects, @sequences, @poisoned) as sent (event_id, subject, sequence, poisoned) join fresh using (event_id))
            """;
    }
}

/// <summary>A service built with the platform alone, on real servers, in this process.</summary>
public sealed class TestService : IAsyncDisposable
{
    private TestService(WebApplication app) => App = app;

    public WebApplication App { get; }

    public IServiceProvider Services => App.Services;

    /// <summary>HTTP/1.1 address.</summary>
    public Uri Http { get; private set; } = null!;

    /// <summary>HTTP/2 address, prior knowledge.</summary>
    public Uri Grpc { get; private set; } = null!;

    /// <summary>Builds and starts; <paramref name="settings"/> are configuration keys.</summary>
    public static async Task<TestService> Start(
        IReadOnlyDictionary<string, string?> settings, Action<WebApplicationBuilder>? configure = null, Action<WebApplication>? map = null,
        string environment = "Production")
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { EnvironmentName = environment, ApplicationName = typeof(TestService).Assembly.GetName().Name });
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>("WarmUp", "false")]);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenOnBoth());
        builder.AddServiceDefaults();
        builder.AddRpc();
        configure?.Invoke(builder);
        var service = new TestService(builder.Build());
        service.App.MapDefaultEndpoints().MapRpc().MapOpenApiDocument();
        map?.Invoke(service.App);
        await service.App.StartAsync();
        (service.Http, service.Grpc) = service.Services.Addresses();
        return service;
    }

    /// <summary>Whether the service ended by itself.</summary>
    public bool Ended => Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;

    /// <summary>Waits until every check passes: from then on the queues of its consumers exist and receive every event.</summary>
    public async Task<TestService> UntilHealthy()
    {
        using var http = new HttpClient { BaseAddress = Http };
        var body = "";
        try
        {
            await Poll.Until(async () =>
            {
                using var answer = await http.GetAsync("/health");
                body = await answer.Content.ReadAsStringAsync();
                return HealthPage.Listens(body);
            }, TimeSpan.FromSeconds(60));
        }
        catch (Xunit.Sdk.XunitException late)
        {
            throw new Xunit.Sdk.XunitException($"{late.Message}; the service reported {body}", late);
        }

        return this;
    }

    /// <summary>Runs with a scope's database.</summary>
    public async Task<T> With<T>(Func<TestServiceDb, Task<T>> work)
    {
        await using var scope = Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TestServiceDb>());
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
    }

    /// <summary>Makes the tables.</summary>
    public static async Task CreateTables(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var db = new TestServiceDb(
            (DbContextOptions<TestServiceDb>)Database.Configure(new DbContextOptionsBuilder<TestServiceDb>(), source).Options);
        await db.Database.EnsureCreatedAsync();
        await db.Database.ExecuteSqlRawAsync(GroupWriter.Schema);
    }

    /// <summary>An event about a team.</summary>
    public static TeamFormedV1 Formed(Guid team) => new()
    {
        TeamId = new(team),
        Provider = "agency-one",
        Program = "nc-core",
        OperationStart = new DateOnly(2026, 1, 5),
    };
}
