using System.Collections.Concurrent;
using System.Text.Json;
using Ips.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Ips.Events.Tests;

/// <summary>State and event in one transaction, sequences without gap, positions that a reader can trust. They need no broker, and none runs.</summary>
public sealed class OutboxTests : IAsyncLifetime
{
    private TestDb database = null!;
    private TestService service = null!;

    public async Task InitializeAsync()
    {
        database = await TestDb.CreateAsync();
        await TestService.CreateTables(database.ConnectionString);
        service = await TestService.Start(
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:test-db"] = database.ConnectionString,
                ["ConnectionStrings:bus"] = "amqp://unknown:nothing@127.0.0.1:1",
                ["Outbox:PollInterval"] = "00:00:01"
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

    [Fact]
    public async Task State_and_event_are_stored_together_or_not_at_all()
    {
        var team = Guid.CreateVersion7();
        var id = Guid.CreateVersion7();
        await service.With(async db =>
        {
            db.Things.Add(new Thing { Id = id, Name = "one" });
            db.Publish(TestService.Formed(team));
            return await db.SaveChangesAsync();
        });
        await Assert.ThrowsAsync<DbUpdateException>(() => service.With(async db =>
        {
            db.Things.Add(new Thing { Id = id, Name = "the same key again" });
            db.Publish(TestService.Formed(team));
            return await db.SaveChangesAsync();
        }));
        Assert.Equal(1L, await database.ScalarAsync("select count(*) from things"));
        Assert.Equal(1L, await database.ScalarAsync("select count(*) from outbox_rows"));
        Assert.Equal(1L, await database.ScalarAsync("select sequence from outbox_subjects"));
    }

    [Fact]
    public async Task The_stored_body_contains_the_sequence()
    {
        var team = Guid.CreateVersion7();
        await service.With(async db =>
        {
            db.Publish(TestService.Formed(team));
            db.Publish(TestService.Formed(team));
            return await db.SaveChangesAsync();
        });
        var bodies = await service.With(db => db.Outbox.OrderBy(r => r.Sequence).Select(r => r.Body).ToListAsync());
        Assert.Equal([1, 2], bodies.Select(b => JsonDocument.Parse(b).RootElement.GetProperty("sequence").GetInt64()));
        Assert.Equal("2026-01-05", JsonDocument.Parse(bodies[0]).RootElement.GetProperty("operationStart").GetString());
        Assert.Equal("agency-one", await database.ScalarAsync("select provider from outbox_rows limit 1"));
    }

    [Fact]
    public async Task Sequences_have_no_gap_when_many_write_and_some_fail()
    {
        var teams = Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7()).ToArray();
        var taken = Guid.CreateVersion7();
        await service.With(async db =>
        {
            db.Things.Add(new Thing { Id = taken, Name = "taken" });
            return await db.SaveChangesAsync();
        });
        var stored = 0;
        await Parallel.ForAsync(0, 300, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancellationToken) =>
        {
            var fails = i % 7 == 3;
            try
            {
                await service.With(async db =>
                {
                    if (fails)
                        db.Things.Add(new Thing { Id = taken, Name = "refused by the key" });
                    // Two subjects in either order: the lock order must not depend on it.
                    db.Publish(TestService.Formed(teams[i % 5]));
                    db.Publish(TestService.Formed(teams[(i + 2) % 5]));
                    return await db.SaveChangesAsync(cancellationToken);
                });
                Interlocked.Add(ref stored, 2);
            }
            catch (DbUpdateException) when (fails)
            {
                // Meant to fail.
            }
        });
        Assert.Equal((long)stored, await database.ScalarAsync("select count(*) from outbox_rows"));
        Assert.True(stored is > 400 and < 600);
        Assert.Equal(0L, await database.ScalarAsync(Sequences.WithGaps("outbox_rows")));
    }

    [Fact]
    public async Task A_save_that_fails_inside_a_larger_transaction_ends_it()
    {
        var team = Guid.CreateVersion7();
        var id = Guid.CreateVersion7();
        await service.With(async db =>
        {
            db.Things.Add(new Thing { Id = id, Name = "one" });
            return await db.SaveChangesAsync();
        });
        await service.With(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            db.Things.Add(new Thing { Id = id, Name = "again" });
            db.Publish(TestService.Formed(team));
            await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
            await Assert.ThrowsAsync<InvalidOperationException>(() => transaction.CommitAsync());
            return 0;
        });
        Assert.Equal(0L, await database.ScalarAsync("select count(*) from outbox_subjects"));
    }

    [Fact]
    public async Task A_reader_of_the_log_misses_nothing_while_writers_stall_before_they_commit()
    {
        var log = service.Services.GetRequiredService<OutboxLog>();
        var published = new ConcurrentBag<Guid>();
        using var writing = new CancellationTokenSource();
        var read = new List<OutboxEntry>();
        var reader = Task.Run(async () =>
        {
            while (true)
            {
                var ended = writing.IsCancellationRequested;
                var more = log.More();
                var page = await log.Read(read.Count == 0 ? 0 : read[^1].Position, [], 7);
                read.AddRange(page);
                if (page.Count == 0 && ended && read.Count >= published.Count)
                    return;
                if (page.Count == 0)
                    await more.WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        });
        await Parallel.ForAsync(0, 120, new ParallelOptions { MaxDegreeOfParallelism = 12 }, async (i, cancellationToken) =>
        {
            await service.With(async db =>
            {
                await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
                var happened = db.Publish(TestService.Formed(Guid.CreateVersion7()));
                await db.SaveChangesAsync(cancellationToken);
                // Inserted, not committed: others overtake this one.
                if (i % 3 == 0)
                    await db.Database.ExecuteSqlRawAsync("select pg_sleep(0.15)", cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                published.Add(happened.EventId);
                return 0;
            });
        });
        await writing.CancelAsync();
        await reader.WaitAsync(Poll.Patience);
        Assert.Equal(published.Order(), read.Select(e => e.Id).Order());
        Assert.Equal(read.Select(e => e.Position).Order(), read.Select(e => e.Position));
    }

    [Fact]
    public async Task The_log_is_read_by_type_and_knows_its_range()
    {
        var log = service.Services.GetRequiredService<OutboxLog>();
        Assert.Equal(new(0, 0, 1, 0), await log.Range());
        await service.With(async db =>
        {
            db.Publish(TestService.Formed(Guid.CreateVersion7()));
            return await db.SaveChangesAsync();
        });
        await Poll.Until(async () => (await log.Read(0, ["ips.staffing.team-formed.v1"], 10)).Count == 1);
        Assert.Empty(await log.Read(0, ["ips.staffing.other.v1"], 10));
        var range = await log.Range();
        Assert.Equal(range.First, range.Last);
        Assert.True(range.First > 0);
    }

    [Fact]
    public async Task A_changed_row_is_not_overwritten()
    {
        var id = Guid.CreateVersion7();
        var etag = await service.With(async db =>
        {
            var thing = new Thing { Id = id, Name = "one" };
            db.Things.Add(thing);
            await db.SaveChangesAsync();
            return thing.Etag();
        });
        await service.With(async db =>
        {
            var mine = await db.Things.SingleAsync(t => t.Id == id);
            Assert.True(mine.Expects(etag));
            await service.With(async other =>
            {
                (await other.Things.SingleAsync(t => t.Id == id)).Name = "two";
                return await other.SaveChangesAsync();
            });
            mine.Name = "three";
            await Assert.ThrowsAsync<System.Data.DBConcurrencyException>(() => db.SaveChangesAsync());
            return 0;
        });
        await service.With(async db =>
        {
            Assert.False((await db.Things.SingleAsync(t => t.Id == id)).Expects(etag));
            return 0;
        });
    }
}
