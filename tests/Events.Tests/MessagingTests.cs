using System.Text;
using System.Text.Json;
using Ips.Contracts.Events;
using Ips.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using Xunit;

namespace Ips.Events.Tests;

/// <summary>Tests of the shared broker that count the messages of one type: they run one after the other.</summary>
[CollectionDefinition("broker")]
public sealed class BrokerTests;

/// <summary>Two services on one broker: one publishes, the other consumes. Each test has databases and queue names of its own.</summary>
[Collection("broker")]
public sealed class MessagingTests : IAsyncLifetime
{
    private readonly string own = "t" + Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal);
    private TestDb publisherDb = null!;
    private TestDb consumerDb = null!;
    private string broker = "";

    public async Task InitializeAsync()
    {
        (publisherDb, consumerDb, broker) = (await TestDb.CreateAsync(), await TestDb.CreateAsync(), await TestServers.RabbitMqAsync());
        await TestService.CreateTables(publisherDb.ConnectionString);
        await TestService.CreateTables(consumerDb.ConnectionString);
    }

    public async Task DisposeAsync()
    {
        await publisherDb.DisposeAsync();
        await consumerDb.DisposeAsync();
    }

    [Fact]
    public async Task External_consumers_get_raw_json_with_CloudEvents_headers_from_the_topic_exchange()
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(RabbitSender.EventsExchange, ExchangeType.Topic, durable: true);
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        await channel.QueueBindAsync(queue, RabbitSender.EventsExchange, "ips.staffing.#");
        await using var publisher = await Publisher();
        var team = Guid.CreateVersion7();
        var happened = await Publish(publisher, TestService.Formed(team));

        var got = await Poll.For(async () =>
        {
            // Other tests of this class use the same exchange.
            var message = await channel.BasicGetAsync(queue, autoAck: true);
            return message?.BasicProperties.MessageId == happened.EventId.ToString() ? message : null;
        });
        string Header(string name) => Encoding.UTF8.GetString((byte[])got.BasicProperties.Headers![name]!);
        Assert.Equal("ips.staffing.team-formed.v1", got.RoutingKey);
        Assert.Equal("application/json", got.BasicProperties.ContentType);
        Assert.Equal(DeliveryModes.Persistent, got.BasicProperties.DeliveryMode);
        Assert.Equal("1.0", Header("cloudEvents_specversion"));
        Assert.Equal(happened.EventId.ToString(), Header("cloudEvents_id"));
        Assert.Equal($"/ips/{own}", Header("cloudEvents_source"));
        Assert.Equal("us.ips.staffing.team.formed.v1", Header("cloudEvents_type"));
        Assert.Equal($"teams/{team}", Header("cloudEvents_subject"));
        Assert.Equal($"teams/{team}", Header("cloudEvents_partitionkey"));
        Assert.Equal("1", Header("cloudEvents_sequence"));
        Assert.Equal("agency-one", Header("cloudEvents_tenantid"));
        Assert.Equal("N", Header("cloudEvents_confidentiality"));
        Assert.Equal("application/json", Header("cloudEvents_datacontenttype"));
        Assert.Equal(happened.OccurredAt.UtcDateTime, DateTime.Parse(Header("cloudEvents_time")).ToUniversalTime(), TimeSpan.FromMicroseconds(1));
        var body = JsonDocument.Parse(got.Body).RootElement;
        Assert.Equal(happened.EventId, body.GetProperty("eventId").GetGuid());
        Assert.Equal(1, body.GetProperty("sequence").GetInt64());
        Assert.Equal("nc-core", body.GetProperty("program").GetString());
    }

    [Fact]
    public async Task An_event_of_one_service_has_its_effect_in_another_once()
    {
        await using var publisher = await Publisher();
        await using var listener = await Listener();
        var happened = await Publish(publisher, TestService.Formed(Guid.CreateVersion7()));
        await Poll.Until(async () => await Effects() == 1);
        Assert.Equal(happened.EventId, await consumerDb.ScalarAsync($"select event_id from effects where {await OfThisTest()}"));
        Assert.Equal($"{own}l.team-formed", await consumerDb.ScalarAsync($"select consumer from inbox_rows where message_id = '{happened.EventId}'"));
        await Poll.Until(async () => await publisherDb.ScalarAsync("select count(*) from outbox_rows where sent_at is not null") is 1L);
    }

    [Fact]
    public async Task The_same_message_delivered_many_times_at_once_has_one_effect()
    {
        await using var publisher = await Publisher();
        await using var listener = await Listener();
        await using var replica = await Listener();
        var happened = await Publish(publisher, TestService.Formed(Guid.CreateVersion7()));
        var entry = (await Poll.For(async () => await publisher.Services.GetRequiredService<OutboxLog>().Read(0, [], 1) is [var first] ? first : null));
        await using var sender = new RabbitSender(new Uri(broker), new ServiceIdentity(own));
        for (var i = 0; i < 5; i++)
            Assert.Equal(10, (await sender.Send([.. Enumerable.Repeat(entry, 10)], default)).Confirmed.Count);
        var marker = TestService.Formed(Guid.CreateVersion7());
        await Publish(publisher, marker);
        await Poll.Until(async () => await Depth($"{own}l.team-formed") == 0 && await Effects() == 2);
        Assert.Equal(0, await Depth($"{own}l.team-formed_error") + await Depth($"{own}l.team-formed_skipped"));
        Assert.Equal(2L, await consumerDb.ScalarAsync($"select count(distinct event_id) from effects where {await OfThisTest()}"));
    }

    [Fact]
    public async Task Two_relays_on_one_outbox_send_everything_and_effects_happen_once()
    {
        await using var first = await Publisher();
        await using var second = await Publisher();
        await using var listener = await Listener();
        var teams = Enumerable.Range(0, 7).Select(_ => Guid.CreateVersion7()).ToArray();
        await Parallel.ForAsync(0, 700, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            await Publish(i % 2 == 0 ? first : second, TestService.Formed(teams[i % teams.Length])));
        await Poll.Until(async () => await Effects() >= 700);
        await Poll.Until(async () => await Depth($"{own}l.team-formed") == 0);
        await OnceEachWithoutGap(700);
    }

    [Fact]
    public async Task A_message_that_always_fails_ends_in_the_error_queue_from_which_operators_replay_it()
    {
        using var failed = new Counted("ips.messages.failed", $"{own}l.failing");
        await using var publisher = await Publisher();
        await using var listener = await Listener(bus => bus.AddConsumer<FailingConsumer>());
        var team = Guid.CreateVersion7();
        await Publish(publisher, TestService.Formed(team));
        // Once each, unless a slow machine made the broker redeliver it: then each delivery was counted.
        await Poll.Until(async () => await Depth($"{own}l.failing_error") is var depth and >= 1
            && failed.Total == depth && Attempts.Of(consumerDb.ConnectionString) == 5 * depth, TimeSpan.FromSeconds(90));
        // The other consumer of the event is not blocked.
        await Poll.Until(async () => await Effects() == 1);
        await Poll.Until(async () => (await Health(listener)).Contains($"1 in {own}l.failing_error", StringComparison.Ordinal));

        Assert.Equal(1, await Run(listener, "list-errors"));
        Assert.Equal(1, await Depth($"{own}l.failing_error"));
        FailingConsumer.Fixed[team] = true;
        Assert.Equal(0, await Run(listener, "replay-errors"));
        await Poll.Until(() => Attempts.Of(consumerDb.ConnectionString) % 5 == 1);
        Assert.Equal(0, await Run(listener, "list-errors"));
        await Poll.Until(async () => (await Health(listener)).Contains("\"messages\":{\"status\":\"Healthy\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hundred_messages_that_PostgreSQL_refuses_are_tried_once_each_and_hold_up_nothing()
    {
        using var failed = new Counted("ips.messages.failed", $"{own}l.refusing");
        using LogLines log = new();
        await using var publisher = await Publisher();
        await using var listener = await Listener(bus => bus.AddConsumer<RefusingConsumer>(), log);
        for (var i = 0; i < 100; i++)
            await Publish(publisher, TestService.Formed(Guid.CreateVersion7()) with { Program = RefusingConsumer.Poison });
        await Publish(publisher, TestService.Formed(Guid.CreateVersion7()));
        await Poll.Until(async () => await consumerDb.ScalarAsync("select count(*) from effects where subject = 'refusing'") is 1L);
        await Poll.Until(async () => await Depth($"{own}l.refusing_error") == 100 && failed.Total == 100);
        Assert.Equal(101, Attempts.Of(consumerDb.ConnectionString));
        Assert.Equal(1L, await consumerDb.ScalarAsync("select count(*) from inbox_rows where consumer like '%refusing'"));
        // One line each, and no stack.
        Assert.Equal(100, log.All.Count(line => line.Text.Contains("refusing: message", StringComparison.Ordinal)));
        Assert.DoesNotContain(log.All, line => line.Exception is Npgsql.PostgresException || line.Text.Contains("R-FAULT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_that_no_service_publishes_has_no_effect_and_goes_to_the_error_queue()
    {
        await using var listener = await Listener(bus => bus.AddGroupConsumer<TeamsFormedConsumer>());
        var forms = ForgedMessages.All().ToList();
        foreach (var queue in new[] { "team-formed", "teams-formed" })
            await ForgedMessages.Send(new(broker), $"{own}l.{queue}", [.. forms, ("as it should be", ForgedMessages.Good())]);

        List<string> waiting = [.. new[] { "team-formed", "teams-formed" }.SelectMany(queue => forms.Select(form => $"{queue} {form.Name}"))];
        var all = Poll.Until(async () =>
        {
            foreach (var queue in new[] { "team-formed", "teams-formed" })
                waiting.RemoveAll((await ForgedMessages.Take(new(broker), $"{own}l.{queue}_error")).ConvertAll(name => $"{queue} {name}").Contains);
            return waiting.Count == 0;
        });
        await Task.WhenAny(all);
        Assert.Empty(waiting);
        await Poll.Until(async () => await consumerDb.ScalarAsync("select (select count(*) from effects) + (select count(*) from group_effects)") is 2L);
        Assert.Equal(0, await Depth($"{own}l.team-formed_skipped") + await Depth($"{own}l.teams-formed_skipped"));
    }

    [Fact]
    public async Task A_consumer_waits_for_its_database()
    {
        await using var publisher = await Publisher();
        await using var listener = await Listener(bus => bus.AddConsumer<FlakyDatabaseConsumer>());
        var team = Guid.CreateVersion7();
        FlakyDatabaseConsumer.FailFor(team, 2);
        await Publish(publisher, TestService.Formed(team));
        await Poll.Until(async () => await consumerDb.ScalarAsync($"select count(*) from effects where subject = 'flaky'") is 1L);
        Assert.Equal(0, await Depth($"{own}l.flaky-database_error"));
    }

    private static async Task<string> Health(TestService service)
    {
        using HttpClient http = new() { BaseAddress = service.Http };
        return await http.GetStringAsync("/health");
    }

    private static async Task<int> Run(TestService service, string command)
    {
        await using var scope = service.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetServices<IServiceCommand>().Single(c => c.Name == command).Run(default);
    }

    private Task<TestService> Publisher() => TestService.Start(Settings(own, publisherDb), builder =>
    {
        builder.AddDatabase<TestServiceDb>("test-db");
        builder.AddMessaging<TestServiceDb>();
    });

    private async Task<TestService> Listener(Action<IBusRegistrationConfigurator>? more = null, LogLines? log = null)
    {
        var service = await TestService.Start(Settings(own + "l", consumerDb), builder =>
        {
            if (log is not null)
                builder.Logging.AddProvider(log);
            builder.AddUseCases();
            builder.AddDatabase<TestServiceDb>("test-db");
            builder.AddMessaging<TestServiceDb>(bus =>
            {
                bus.AddConsumer<TeamFormedConsumer>();
                more?.Invoke(bus);
            });
        });
        return await service.UntilHealthy();
    }

    private Dictionary<string, string?> Settings(string name, TestDb database) => new()
    {
        ["OTEL_SERVICE_NAME"] = name,
        ["ConnectionStrings:test-db"] = database.ConnectionString,
        ["ConnectionStrings:bus"] = broker,
        ["Consumers:Every"] = "00:00:01",
    };

    private static Task<TeamFormedV1> Publish(TestService service, TeamFormedV1 happened) => service.With(async db =>
    {
        var published = db.Publish(happened);
        await db.SaveChangesAsync();
        return published;
    });

    private async Task<long> Effects() =>
        (long)(await consumerDb.ScalarAsync($"select count(*) from effects where subject <> 'flaky' and {await OfThisTest()}"))!;

    // Other test classes publish the same type of event on the same broker at the same time.
    private async Task<string> OfThisTest() =>
        $"event_id in ({await publisherDb.ScalarAsync("select coalesce(string_agg(quote_literal(id), ','), 'null') from outbox_rows")})";

    private async Task OnceEachWithoutGap(int count)
    {
        Assert.Equal(count, await Effects());
        Assert.Equal((long)count, await consumerDb.ScalarAsync($"select count(distinct event_id) from effects where {await OfThisTest()}"));
        Assert.Equal(0L, await consumerDb.ScalarAsync(Sequences.WithGaps("effects")));
    }

    private async Task<long> Depth(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync();
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
