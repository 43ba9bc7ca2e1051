using Ips.Testing;
using LocalServers;
using MassTransit;
using Xunit;

namespace Ips.Events.Tests;

/// <summary>
/// Crashes: of the process between commit and send, between send and mark; of the broker under load; of PostgreSQL. Afterwards, counted exactly:
/// no event is lost, every effect happens once, every subject's sequence has no gap.
/// </summary>
public sealed class FaultTests : IAsyncLifetime
{
    private TestDb publisherDb = null!;
    private TestDb consumerDb = null!;
    private LocalRabbitMq broker = null!;
    private TestService? restarted;   // ends by itself and is restarted while a test waits

    public async Task InitializeAsync()
    {
        (publisherDb, consumerDb, broker) = (await TestDb.CreateAsync(), await TestDb.CreateAsync(), await TestServers.OwnRabbitMqAsync());
        await TestService.CreateTables(publisherDb.ConnectionString);
        await TestService.CreateTables(consumerDb.ConnectionString);
    }

    public async Task DisposeAsync()
    {
        if (restarted is not null)
            await restarted.DisposeAsync();
        await publisherDb.DisposeAsync();
        await consumerDb.DisposeAsync();
        await broker.DisposeAsync();
        broker.DeleteData();
    }

    [Theory]
    [InlineData("before-send")]
    [InlineData("after-send")]
    public async Task Killing_the_process_between_commit_and_send_or_mark_loses_and_doubles_nothing(string when)
    {
        await using var listener = await Service("listener", consumerDb, BothConsumers);
        var committed = 0;
        // Three processes: two end by SIGKILL while the relay holds rows, the third sends the remaining ones.
        for (var life = 1; life <= 3; life++)
        {
            var lines = new System.Collections.Concurrent.ConcurrentQueue<string>();
            await using var worker = await StartWorker(life < 3 ? when : "", lines);
            if (life < 3)
            {
                var exit = await worker.Exited.WaitAsync(Poll.Patience);
                Assert.True(exit == 137, $"exit {exit}: {string.Join('\n', lines)}");
            }
            else
                await Poll.Until(() => lines.Contains("all committed"));
            committed += lines.Count(line => line.StartsWith("committed", StringComparison.Ordinal));
            if (life == 3)
                await Poll.Until(async () =>
                    await publisherDb.ScalarAsync("select count(*) from outbox_rows where sent_at is null") is 0L);
        }

        // A commit is also stored when its line was not printed: the table has the count.
        var stored = (long)(await publisherDb.ScalarAsync("select count(*) from outbox_rows"))!;
        Assert.InRange(committed, 40, stored);
        await Poll.Until(async () =>
            await consumerDb.ScalarAsync("select count(distinct event_id) from effects") is long n && n >= stored);
        await OnceEachWithoutGap(stored);
    }

    [Theory]
    [InlineData("group_effects", "listener.teams-formed", "Groups=")]
    [InlineData("effects", "listener.team-formed", "Single=")]
    public async Task Killing_the_process_between_commit_and_acknowledgement_doubles_nothing(string effects, string queue, string consumer)
    {
        // The queue gets its messages while its consumer is away, so that they arrive together.
        await (await Service("listener", consumerDb, BothConsumers)).DisposeAsync();
        await using (var publisher = await Service("publisher", publisherDb))
        {
            await publisher.With(async db =>
            {
                for (var i = 0; i < 50; i++)
                    db.Publish(TestService.Formed(Guid.CreateVersion7()));
                return await db.SaveChangesAsync();
            });
            await Poll.Until(async () => await publisherDb.ScalarAsync("select count(*) from outbox_rows where sent_at is null") is 0L);
        }

        var lines = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using (var worker = await StartWorker(
            lines, "consume", consumer, "OTEL_SERVICE_NAME=listener", $"ConnectionStrings:test-db={consumerDb.ConnectionString}"))
            Assert.Equal(137, await worker.Exited.WaitAsync(Poll.Patience));
        Assert.InRange((long)(await consumerDb.ScalarAsync($"select count(*) from {effects}"))!, 1, 50);
        using Counted repeated = new("ips.messages.repeated", queue);
        await using var listener = await Service("listener", consumerDb, BothConsumers);
        await OnceEachWithoutGap(50);
        await Poll.Until(() => repeated.Total > 0);
    }

    [Fact]
    public async Task Killing_the_broker_under_load_loses_and_doubles_nothing()
    {
        // RabbitMQ writes its register of quorum queues late: a kill in the first seconds of a queue can leave it without a leader permanently. A clean stop
        // writes it, so the queue is created before.
        await (await Service("listener", consumerDb, BothConsumers)).DisposeAsync();
        await broker.StopAsync();
        await broker.StartAsync();
        restarted = await Service("listener", consumerDb, BothConsumers);
        await using var first = await Service("publisher", publisherDb);
        await using var second = await Service("publisher", publisherDb);
        var teams = Enumerable.Range(0, 9).Select(_ => Guid.CreateVersion7()).ToArray();
        // A fixed number of rows: the backlog when the broker returns must not depend on the speed of the disk.
        const int Before = 800, While = 400, After = 200, All = Before + While + After;
        using var allowed = new SemaphoreSlim(Before);
        var started = 0;
        var written = 0;
        var writers = Enumerable.Range(0, 4).Select(w => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref started) <= All)
            {
                await allowed.WaitAsync();
                await (w % 2 == 0 ? first : second).With(async db =>
                {
                    db.Publish(TestService.Formed(teams[Random.Shared.Next(teams.Length)]));
                    return await db.SaveChangesAsync();
                });
                Interlocked.Increment(ref written);
            }
        })).ToArray();

        await Poll.Until(async () => await Effects() > 100);
        await broker.KillAsync();
        // The writers continue without an error.
        allowed.Release(While);
        await Poll.Until(() => Volatile.Read(ref written) == Before + While);
        await Poll.Until(async () =>
            await Health(first) is { Status: 200, Body: var body } && body.Contains("\"bus\":{\"status\":\"Degraded\"", StringComparison.Ordinal)
            && body.Contains("\"test-db\":{\"status\":\"Healthy\"", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        Assert.Equal(200, (await Health(first, "/alive")).Status);
        // An orchestrator must not stop a service that still serves requests.
        Assert.Equal(200, (await Health(first, "/ready")).Status);
        await broker.StartAsync();
        allowed.Release(After);
        await Task.WhenAll(writers);
        var ended = 0;
        var caughtUp = Poll.Until(async () =>
        {
            // What an orchestrator does with a service that ends: it starts another, and that one may end as well.
            if (restarted.Ended)
            {
                await restarted.DisposeAsync();
                restarted = await Start("listener", consumerDb.ConnectionString, BothConsumers);
                ended++;
            }

            return await Effects() >= All;
        }, TimeSpan.FromSeconds(240));
        if (await Task.WhenAny(caughtUp) is { IsFaulted: true })
        {
            var unsent = await publisherDb.ScalarAsync("select count(*) from outbox_rows where sent_at is null");
            Assert.Fail($"{await Effects()} of {All} effects, {unsent} events unsent; the listener ended {ended} times and reports "
                + $"{(await Health(restarted)).Body}, the publisher {(await Health(first)).Body}; {await Waiting()}");
        }

        await Poll.Until(async () => await publisherDb.ScalarAsync("select count(*) from outbox_rows where sent_at is null") is 0L);
        await Poll.Until(async () => HealthPage.Listens((await Health(first)).Body));
        Assert.Equal((long)All, await publisherDb.ScalarAsync("select count(*) from outbox_rows"));
        await OnceEachWithoutGap(All);
    }

    [Fact]
    public async Task Killing_PostgreSQL_while_consumers_work_loses_and_doubles_nothing()
    {
        var postgres = await TestServers.OwnPostgresAsync();
        try
        {
            await TestService.CreateTables(postgres.ConnectionString + ";Database=listener;Pooling=false");
            var away = new Npgsql.NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = "listener" }.ConnectionString;
            await using var listener = await Service("listener", away, BothConsumers);
            await using var publisher = await Service("publisher", publisherDb);
            var teams = Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7()).ToArray();
            for (var i = 0; i < 400; i++)
            {
                await publisher.With(async db =>
                {
                    db.Publish(TestService.Formed(teams[i % teams.Length]));
                    return await db.SaveChangesAsync();
                });
                if (i == 200)
                    await postgres.KillAsync();
            }

            await Poll.Until(async () =>
                await Health(listener) is { Status: 503, Body: var body } && body.Contains("\"test-db\":{\"status\":\"Unhealthy\"", StringComparison.Ordinal));
            Assert.Equal(503, (await Health(listener, "/ready")).Status);
            await postgres.StartAsync();
            async Task<object?> Scalar(string sql)
            {
                await using var connection = new Npgsql.NpgsqlConnection(away + ";Pooling=false");
                await connection.OpenAsync();
                await using var command = new Npgsql.NpgsqlCommand(sql, connection);
                return await command.ExecuteScalarAsync();
            }

            foreach (var effects in new[] { "effects", "group_effects" })
            {
                await Poll.Until(async () => await Scalar($"select count(*) from {effects}") is long n && n >= 400);
                Assert.Equal(400L, await Scalar($"select count(*) from {effects}"));
                Assert.Equal(400L, await Scalar($"select count(distinct event_id) from {effects}"));
            }

            Assert.Equal(800L, await Scalar("select count(*) from inbox_rows"));
        }
        finally
        {
            await postgres.DisposeAsync();
            postgres.DeleteData();
        }
    }

    /// <summary>The broker's report on its queues.</summary>
    private async Task<string> Waiting()
    {
        await using var connection = await new RabbitMQ.Client.ConnectionFactory { Uri = new(broker.ConnectionString) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var queue = await channel.QueueDeclarePassiveAsync("listener.team-formed");
        return $"{queue.QueueName} has {queue.MessageCount} messages and {queue.ConsumerCount} consumers";
    }

    private Task<TestService> Service(string name, TestDb database, Action<IBusRegistrationConfigurator>? consumers = null) =>
        Service(name, database.ConnectionString, consumers);

    private async Task<TestService> Service(string name, string database, Action<IBusRegistrationConfigurator>? consumers = null) =>
        await (await Start(name, database, consumers)).UntilHealthy();

    private Task<TestService> Start(string name, string database, Action<IBusRegistrationConfigurator>? consumers)
    {
        var settings = new Dictionary<string, string?>
        {
            ["OTEL_SERVICE_NAME"] = name,
            ["ConnectionStrings:test-db"] = database,
            ["ConnectionStrings:bus"] = broker.ConnectionString,
            ["Outbox:ConfirmTimeout"] = "00:00:05",
            ["Consumers:Every"] = "00:00:01",
            ["Consumers:Patience"] = "00:00:20"
        };
        return TestService.Start(settings, builder =>
        {
            builder.AddUseCases();
            builder.AddDatabase<TestServiceDb>("test-db");
            builder.AddMessaging<TestServiceDb>(consumers);
        });
    }

    private Task<ChildProcess> StartWorker(string die, System.Collections.Concurrent.ConcurrentQueue<string> lines) => StartWorker(
        lines, "write", "40", "3", "OTEL_SERVICE_NAME=publisher", $"ConnectionStrings:test-db={publisherDb.ConnectionString}", $"Die={die}");

    private Task<ChildProcess> StartWorker(System.Collections.Concurrent.ConcurrentQueue<string> lines, params string[] arguments) => ChildProcess.StartAsync(
        new ChildStart(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet",
            [typeof(Worker).Assembly.Location, .. arguments, $"ConnectionStrings:bus={broker.ConnectionString}"])
        {
            OnLine = lines.Enqueue,
        });

    private static void BothConsumers(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<TeamFormedConsumer>();
        bus.AddGroupConsumer<TeamsFormedConsumer>();
    }

    private static async Task<(int Status, string Body)> Health(TestService service, string path = "/health")
    {
        using var http = new HttpClient { BaseAddress = service.Http };
        using var answer = await http.GetAsync(path);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<long> Effects() => (long)(await consumerDb.ScalarAsync("select count(*) from effects"))!;

    private async Task OnceEachWithoutGap(long count)
    {
        foreach (var effects in new[] { "effects", "group_effects" })
        {
            await Poll.Until(async () => await consumerDb.ScalarAsync($"select count(*) from {effects}") is long n && n >= count);
            Assert.Equal(count, await consumerDb.ScalarAsync($"select count(*) from {effects}"));
            Assert.Equal(count, await consumerDb.ScalarAsync($"select count(distinct event_id) from {effects}"));
            Assert.Equal(0L, await consumerDb.ScalarAsync(Sequences.WithGaps(effects)));
        }

        Assert.Equal(0L, await publisherDb.ScalarAsync(Sequences.WithGaps("outbox_rows")));
    }
}
