using LocalServers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Ips.Events.Tests;

/// <summary>What the group writer promises: each call's changes entirely or not at all, as if the calls had come one after another.</summary>
public sealed class GroupWriterTests : IAsyncLifetime
{
    private const int Shared = 6;
    private TestDb database = null!;
    private TestService service = null!;

    private GroupWriter Writer => service.Services.GetRequiredService<GroupWriter>();

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
                builder.AddDatabase<TestServiceDb>("test-db");
                builder.AddMessaging<TestServiceDb>();
            });
    }

    public async Task DisposeAsync()
    {
        await service.DisposeAsync();
        await database.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Calls_in_groups_leave_the_rows_that_some_order_of_single_calls_leaves(int seed)
    {
        Random random = new(seed);
        var shared = Enumerable.Range(0, Shared).Select(_ => Guid.CreateVersion7()).ToArray();
        await service.With(async db =>
        {
            db.Things.AddRange(shared.Select(id => new Thing { Id = id, Name = "shared" }));
            return await db.SaveChangesAsync();
        });
        var calls = Enumerable.Range(0, 400).Select(number => Call.Random(random, number, shared)).ToArray();

        await Task.WhenAll(calls.Select(call => Task.Run(() => call.Send(Writer))));

        var stored = (await Column<string>("select name from things where name like 'call %'")).GroupBy(name => name).ToDictionary(g => g.Key, g => g.Count());
        var events = (await Column<string>("select body->>'provider' from outbox_rows")).ToLookup(provider => provider);
        var answers = (await Column<Guid>("select request_id from answered_requests")).ToHashSet();
        foreach (var call in calls)
        {
            var isStored = stored.GetValueOrDefault(call.Name) > 0;
            Assert.True(stored.GetValueOrDefault(call.Name) is 0 or 2, $"{call} is stored by half");
            Assert.Equal(isStored ? 1 : 0, events[call.Name].Count());
            Assert.True(call.MayHaveEnded(isStored), $"{call} is {(isStored ? "stored" : "not stored")}");
        }

        Assert.Equal(stored.Count, answers.Count);
        Assert.All(calls.GroupBy(call => call.RequestId), same => Assert.True(same.Count(call => stored.ContainsKey(call.Name)) <= 1));
        Assert.All(shared, id => Assert.Equal(
            Enumerable.Range(1, (int)Version(id)),
            calls.Where(call => call.Updates == id && stored.ContainsKey(call.Name)).Select(call => call.Expected).Order().Append((int)Version(id))));
        Assert.Equal(0L, await database.ScalarAsync(Sequences.WithGaps("outbox_rows")));

        long Version(Guid id) => Convert.ToInt64(database.ScalarAsync($"select version from things where id = '{id}'").GetAwaiter().GetResult());
    }

    [Fact]
    public async Task A_poisoned_call_in_a_group_fails_alone()
    {
        var calls = Enumerable.Range(0, 60).Select(number =>
        {
            Changes changes = new(DateTimeOffset.UtcNow);
            changes.Insert(new Thing { Id = Guid.CreateVersion7(), Name = number == 30 ? "not a text \0" : $"call {number}" });
            return Writer.Write(Caller.None, changes, default);
        }).ToArray();
        await Assert.ThrowsAsync<PostgresException>(() => calls[30]);
        Assert.All(await Task.WhenAll(calls.Where((_, number) => number != 30)), written => Assert.Equal(Written.Stored, written));
        Assert.Equal(59L, await database.ScalarAsync("select count(*) from things"));
    }

    [Fact]
    public async Task A_thousand_repetitions_at_once_are_stored_once_and_hold_two_connections()
    {
        var request = Guid.CreateVersion7();
        var calls = Enumerable.Range(0, 1000).Select(number =>
        {
            Changes changes = new(DateTimeOffset.UtcNow);
            changes.Insert(Answer(request));
            changes.Insert(new Thing { Id = Guid.CreateVersion7(), Name = $"call {number}" });
            return Writer.Write(Caller.None, changes, default);
        }).ToArray();
        var written = await Task.WhenAll(calls);
        Assert.Equal((1, 999), (written.Count(w => w == Written.Stored), written.Count(w => w == Written.Repeated)));
        Assert.Equal(1L, await database.ScalarAsync("select count(*) from things"));
        // Beside the writer's, the relay, the notifier and this test have one each.
        Assert.InRange((long)(await database.ScalarAsync("select count(*) from pg_stat_activity where datname = current_database()"))!, 1, 8);
    }

    [Fact]
    public async Task A_deadlock_with_another_transaction_is_tried_again()
    {
        Thing[] things = [new() { Id = Guid.CreateVersion7(), Name = "one" }, new() { Id = Guid.CreateVersion7(), Name = "two" }];
        await service.With(async db =>
        {
            db.Things.AddRange(things);
            return await db.SaveChangesAsync();
        });
        await using var other = new NpgsqlConnection(database.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        // The other transaction has the second row and then wants the first: PostgreSQL ends one of the two.
        await Lock(things[1]);
        Changes changes = new(DateTimeOffset.UtcNow);
        foreach (var thing in things)
            changes.Update(thing);
        var write = Writer.Write(Caller.None, changes, default);
        await Poll.Until(async () => await database.ScalarAsync(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") is 1L);
        try
        {
            await Lock(things[0]);
            await transaction.CommitAsync();
        }
        catch (PostgresException ended) when (ended.SqlState == PostgresErrorCodes.DeadlockDetected)
        {
            await transaction.RollbackAsync();
        }

        Assert.Equal(Written.Stored, await write);

        async Task Lock(Thing thing)
        {
            await using NpgsqlCommand command = new($"select 1 from things where id = '{thing.Id}' for update", other, transaction);
            await command.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task An_event_of_a_service_without_messaging_is_an_error_and_nothing_is_stored()
    {
        await using var silent = await TestService.Start(
            new Dictionary<string, string?> { ["ConnectionStrings:test-db"] = database.ConnectionString },
            builder => builder.AddDatabase<TestServiceDb>("test-db"));
        var writer = silent.Services.GetRequiredService<GroupWriter>();
        Changes changes = new(DateTimeOffset.UtcNow);
        changes.Insert(new Thing { Id = Guid.CreateVersion7(), Name = "with an event" });
        changes.Publish(TestService.Formed(Guid.CreateVersion7()));
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => writer.Write(Caller.None, changes, default));
        Assert.Equal("TeamFormedV1 is published, but this service stores no events; add builder.AddMessaging<TDb>() to its Program.cs.", refused.Message);
        Assert.Equal(0L, await database.ScalarAsync("select count(*) from things"));

        Changes quiet = new(DateTimeOffset.UtcNow);
        quiet.Insert(new Thing { Id = Guid.CreateVersion7(), Name = "without an event" });
        Assert.Equal(Written.Stored, await writer.Write(Caller.None, quiet, default));
    }

    [Fact]
    public async Task A_call_that_was_given_up_before_its_group_began_is_not_stored()
    {
        using CancellationTokenSource gaveUp = new();
        await gaveUp.CancelAsync();
        Changes changes = new(DateTimeOffset.UtcNow);
        changes.Insert(new Thing { Id = Guid.CreateVersion7(), Name = "call" });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Writer.Write(Caller.None, changes, gaveUp.Token));
        Assert.Equal(0L, await database.ScalarAsync("select count(*) from things"));
    }

    [Fact]
    public async Task Killing_the_process_in_the_middle_of_groups_leaves_no_half_of_a_call()
    {
        for (var life = 1; life <= 4; life++)
        {
            var before = (long)(await database.ScalarAsync("select count(*) from things"))!;
            await using var worker = await ChildProcess.StartAsync(new ChildStart(
                Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet",
                [typeof(Worker).Assembly.Location, "group", $"ConnectionStrings:test-db={database.ConnectionString}",
                    "ConnectionStrings:bus=amqp://unknown:nothing@127.0.0.1:1"]));
            await Poll.Until(async () => (long)(await database.ScalarAsync("select count(*) from things"))! > before + 50);
            await worker.KillAsync();
        }

        await Poll.Until(async () => await database.ScalarAsync(
            "select count(*) from pg_stat_activity where datname = current_database() and state = 'active' and pid <> pg_backend_pid()") is 0L);
        var calls = (long)(await database.ScalarAsync("select count(*) from answered_requests"))!;
        Assert.Equal(calls, await database.ScalarAsync(
            "select count(*) from (select name from things group by name having count(*) = 2) as whole join answered_requests r on r.request_id::text = name"));
        Assert.Equal(2 * calls, await database.ScalarAsync("select count(*) from things"));
        Assert.Equal(calls, await database.ScalarAsync("select count(*) from outbox_rows"));
        Assert.Equal(0L, await database.ScalarAsync(Sequences.WithGaps("outbox_rows")));
        Assert.Equal(0L, await database.ScalarAsync(
            "select count(*) from outbox_subjects s where sequence <> (select max(sequence) from outbox_rows o where o.subject = s.subject)"));
    }

    private static AnsweredRequest Answer(Guid request) =>
        new() { RequestId = request, Caller = "agency-one/client", Fingerprint = [1], Answer = [2], AnsweredAt = DateTimeOffset.UtcNow };

    private async Task<List<T>> Column<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        List<T> values = [];
        while (await reader.ReadAsync())
            values.Add(reader.GetFieldValue<T>(0));
        return values;
    }

    /// <summary>A call with two rows and an event that carry its name, and at most one fault.</summary>
    private sealed record Call(string Name, Guid RequestId, Caller Caller, Guid? Updates, Guid? Expects, int Expected, bool IsPoisoned, Guid? Duplicates, bool GivesUp)
    {
        private Written? written;
        private Exception? failed;

        public static Call Random(Random random, int number, Guid[] shared)
        {
            var kind = random.Next(10);
            Guid Any() => shared[random.Next(shared.Length)];
            return new(
                $"call {number}", kind == 0 ? new Guid(number % 7 + 1, 0, 0, new byte[8]) : Guid.CreateVersion7(),
                new Caller("provider", $"agency-{random.Next(3)}", "client"),
                Updates: kind is >= 1 and <= 4 ? Any() : null, Expects: kind == 5 ? Any() : null, Expected: random.Next(1, 12),
                IsPoisoned: kind == 6, Duplicates: kind == 7 ? Any() : null, GivesUp: random.Next(8) == 0);
        }

        public async Task Send(GroupWriter writer)
        {
            Changes changes = new(DateTimeOffset.UtcNow);
            changes.Insert(Answer(RequestId));
            changes.Insert(new Thing { Id = Guid.CreateVersion7(), Name = Name });
            changes.Insert(new Thing { Id = Duplicates ?? Guid.CreateVersion7(), Name = Name });
            if (IsPoisoned)
                changes.Insert(new Thing { Id = Guid.CreateVersion7(), Name = "\0" });
            if (Updates is { } updated)
                changes.Update(new Thing { Id = updated, Version = Expected, Name = "shared" });
            if (Expects is { } expected)
                changes.Expect(new Thing { Id = expected, Version = Expected, Name = "shared" });
            changes.Publish(TestService.Formed(Updates ?? RequestId) with { Provider = Name });
            using CancellationTokenSource gaveUp = new();
            var write = writer.Write(Caller, changes, gaveUp.Token);
            if (GivesUp)
                await gaveUp.CancelAsync();
            try
            {
                written = await write;
            }
            catch (Exception e) when (e is PostgresException or OperationCanceledException)
            {
                failed = e;
            }
        }

        /// <summary>Whether the caller's answer agrees with what is stored; who gave up knows nothing.</summary>
        public bool MayHaveEnded(bool isStored) => failed is OperationCanceledException
            || (written == Written.Stored == isStored && !(isStored && (IsPoisoned || Duplicates is not null)));
    }
}
