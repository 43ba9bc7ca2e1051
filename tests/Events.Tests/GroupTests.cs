using Ips.Contracts.Events;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using Xunit;

namespace Ips.Events.Tests;

/// <summary>A consumer that stores events in groups. Events are sent as another service's relay sends them, many at once.</summary>
[Collection("broker")]
public sealed class GroupTests : IAsyncLifetime
{
    private readonly string own = "t" + Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal);
    private TestDb database = null!;
    private TestService service = null!;
    private string broker = "";

    private string Queue => $"{own}.teams-formed";

    private TeamsFormedConsumer Consumer => service.Services.GetRequiredService<TeamsFormedConsumer>();

    public async Task InitializeAsync()
    {
        (database, broker) = (await TestDb.CreateAsync(), await TestServers.RabbitMqAsync());
        await TestService.CreateTables(database.ConnectionString);
        service = await TestService.Start(
            new Dictionary<string, string?>
            {
                ["OTEL_SERVICE_NAME"] = own,
                ["ConnectionStrings:test-db"] = database.ConnectionString,
                ["ConnectionStrings:bus"] = broker,
            },
            builder =>
            {
                builder.AddDatabase<TestServiceDb>("test-db");
                builder.AddMessaging<TestServiceDb>(bus => bus.AddGroupConsumer<TeamsFormedConsumer>());
            });
        await service.UntilHealthy();
    }

    public async Task DisposeAsync()
    {
        await service.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Messages_that_arrive_together_are_stored_together()
    {
        await Send(Events(300));
        await Poll.Until(async () => await Effects() == 300);
        Assert.Equal(300L, await database.ScalarAsync($"select count(*) from inbox_rows where consumer = '{Queue}'"));
        Assert.InRange(Consumer.Groups.Count, 2, 150);
        Assert.All(Consumer.Groups, group => Assert.InRange(group.Count, 1, 200));
        await Poll.Until(async () => await Depth(Queue) == 0);
    }

    [Fact]
    public async Task A_poisoned_message_fails_alone()
    {
        using Counted failed = new("ips.messages.failed", Queue);
        var events = Events(100);
        events[50] = events[50] with { Program = TeamsFormedConsumer.Poison };
        await Send(events);
        await Poll.Until(async () => await Effects() == 99);
        await Poll.Until(async () => await Depth($"{Queue}_error") == 1);
        Assert.Equal(1, failed.Total);
        Assert.Equal(99L, await database.ScalarAsync("select count(distinct event_id) from group_effects"));
        Assert.Equal(0L, await database.ScalarAsync($"select count(*) from inbox_rows where message_id = '{events[50].EventId}'"));
        // Messages came in groups, and it is tried once alone: PostgreSQL would refuse it again. Which others share its first group depends on how the broker
        // delivers.
        Assert.Contains(Consumer.Groups, group => group.Count > 1);
        Assert.Equal(1, Consumer.Groups.Count(group => group.Count == 1 && group[0].EventId == events[50].EventId));
    }

    [Fact]
    public async Task Repetitions_within_a_group_and_between_groups_are_dropped_and_counted()
    {
        using Counted repeated = new("ips.messages.repeated", Queue);
        var events = Events(20);
        await Send([.. Enumerable.Repeat(events, 5).SelectMany(same => same)]);
        await Poll.Until(() => repeated.Total == 80);
        await Send(events);
        await Poll.Until(() => repeated.Total == 100);
        Assert.Equal(20, await Effects());
        Assert.Equal(0, await Depth($"{Queue}_error") + await Depth($"{Queue}_skipped"));
    }

    [Fact]
    public async Task A_message_without_the_id_of_its_event_goes_to_the_error_queue()
    {
        var happened = Events(1)[0];
        await using RabbitSender sender = new(new(broker), new("other"));
        Assert.Null((await sender.Send([happened.ToEntry() with { Id = Guid.CreateVersion7() }], default)).Failure);
        await Poll.Until(async () => await Depth($"{Queue}_error") == 1);
        Assert.Equal(0, await Effects());
    }

    private static TeamFormedV1[] Events(int count)
    {
        var team = Guid.CreateVersion7();
        return [.. Enumerable.Range(1, count).Select(sequence => TestService.Formed(team) with
        {
            EventId = Guid.CreateVersion7(),
            OccurredAt = TimeProvider.System.GetUtcNow(),
            Sequence = sequence,
        })];
    }

    private async Task Send(IReadOnlyCollection<TeamFormedV1> events)
    {
        await using RabbitSender sender = new(new(broker), new("other"));
        Assert.Null((await sender.Send([.. events.Select(happened => happened.ToEntry())], default)).Failure);
    }

    private async Task<long> Effects() => (long)(await database.ScalarAsync("select count(*) from group_effects"))!;

    private async Task<long> Depth(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = new(broker) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return 0;
        }
    }
}
