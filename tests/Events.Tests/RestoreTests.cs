using Ips.Testing;
using LocalServers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Ips.Events.Tests;

/// <summary>
/// A database that is restored from its dump begins an epoch, and rows that a sweep removed come back. The database's clock is the real one; the test owns that
/// of the process.
/// </summary>
public sealed class RestoreTests : IAsyncLifetime
{
    private readonly FixedClock clock = new(TimeProvider.System.GetUtcNow());
    private readonly DirectoryInfo backup = Directory.CreateTempSubdirectory("ips-backup-");
    private readonly Guid team = Guid.CreateVersion7();
    private TestDb database = null!;
    private TestService service = null!;
    private PostgresDumps dumps = null!;

    public async Task InitializeAsync()
    {
        database = await TestDb.CreateAsync();
        dumps = new(await TestServers.PostgresAsync());
        await TestService.CreateTables(database.ConnectionString);
        service = await Start();
    }

    public async Task DisposeAsync()
    {
        await service.DisposeAsync();
        await database.DisposeAsync();
        backup.Delete(recursive: true);
    }

    [Fact]
    public async Task A_restored_database_begins_an_epoch_whose_sequences_are_above_all_that_consumers_have_seen()
    {
        await Publish(team);
        await database.ScalarAsync("update outbox_rows set sent_at = now()");
        var (before, place) = await Placed(1);
        Assert.Equal(0, before.Epoch);
        await dumps.WriteAsync([Name], backup.FullName, default);
        await Publish(team);
        await Publish(team);
        Assert.Equal(3, await Publish(team) - 1);
        var (_, lost) = await Placed(4);

        await Restore();
        var (after, _) = await Placed(1);
        Assert.True(after.Epoch > 0);
        // Twice from one backup: the second epoch is above the first as well.
        var first = await Publish(team);
        Assert.True(first > after.Epoch);
        var other = Guid.CreateVersion7();
        await service.With(async db =>
        {
            db.Publish(TestService.Formed(other));
            db.Publish(TestService.Formed(other));
            return await db.SaveChangesAsync();
        });
        Assert.Equal([after.Epoch + 1, after.Epoch + 2], await service.With(db => db.Outbox.Where(r => r.Subject == $"teams/{other}").OrderBy(r => r.Sequence)
            .Select(r => r.Sequence).ToListAsync()));
        Assert.Equal(after.Epoch + 3, await PublishInGroup(other));
        await service.DisposeAsync();
        // Epochs have the number of their second. A real restore takes longer than that.
        await Poll.Until(async () => EventEpoch.NumberAt(new((DateTime)(await database.ScalarAsync("select clock_timestamp()"))!)) > after.Epoch);
        await Restore();
        var (twice, _) = await Placed(1);
        Assert.True(twice.Epoch > after.Epoch);
        Assert.True(await Publish(team) > first);

        // What was sent on the day before goes out again, and a reader resumes where both epochs agree.
        Assert.Equal(0L, await database.ScalarAsync("select count(*) from outbox_rows where sent_at is not null"));
        var log = service.Services.GetRequiredService<OutboxLog>();
        Assert.Equal((place, place, 0), (await log.Resume(0, lost), await log.Resume(0, place), await log.Resume(after.Epoch, lost)));
    }

    [Fact]
    public async Task The_same_database_begins_no_epoch_unless_an_operator_does()
    {
        await service.DisposeAsync();
        service = await Start();
        var epochs = service.Services.GetRequiredService<EventEpochs>();
        await epochs.Begin(default);
        Assert.Equal(1L, await database.ScalarAsync("select count(*) from event_epochs"));
        await epochs.Force(default);
        await epochs.Begin(default);
        Assert.Equal(2L, await database.ScalarAsync("select count(*) from event_epochs"));
        Assert.True((await service.Services.GetRequiredService<OutboxLog>().Range()).Epoch > 0);
    }

    [Fact]
    public async Task A_sweep_leaves_every_row_while_the_clock_is_doubted_and_else_moves_it_where_it_can_be_taken_back_from()
    {
        // Only the test sweeps.
        await service.DisposeAsync();
        service = await Start(relays: false);
        await Publish(team);
        await database.ScalarAsync(
            """
            update outbox_rows set sent_at = now();
            insert into inbox_rows values (gen_random_uuid(), 'queue', now());
            insert into answered_requests values (gen_random_uuid(), 'a/b', '\x01', '\x0203', now())
            """);
        var relay = ActivatorUtilities.CreateInstance<OutboxRelay>(service.Services);
        await relay.SweepRows(default);
        var before = await Everything();

        clock.Advance(TimeSpan.FromDays(200));
        await relay.SweepRows(default);
        Assert.Equal(before, await Everything());
        Assert.Equal(0L, await database.ScalarAsync("select count(*) from swept_rows"));

        // The same 200 days, on which both clocks agree: rows of that age are removed.
        clock.Advance(TimeSpan.FromDays(-200));
        await database.ScalarAsync(
            "update outbox_rows set sent_at = now() - interval '200 days'; update inbox_rows set received_at = now() - interval '200 days'; "
            + "update answered_requests set answered_at = now() - interval '200 days'");
        before = await Everything();
        await relay.SweepRows(default);
        Assert.Equal("0 0 0", (await Everything())[..5]);
        Assert.Equal(3L, await database.ScalarAsync("select count(*) from swept_rows"));

        await service.With(async db =>
        {
            ReturnSwept command = new(db, new ConfigurationBuilder().AddInMemoryCollection([new("since", $"{clock.GetUtcNow():O}")]).Build(),
                NullLogger<ReturnSwept>.Instance);
            return await command.Run(default);
        });
        Assert.Equal(before, await Everything());
        Assert.Equal(0L, await database.ScalarAsync("select count(*) from swept_rows"));
    }

    private string Name => new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!;

    private async Task Restore()
    {
        await service.DisposeAsync();
        await dumps.RestoreAsync(Name, backup.FullName, default);
        NpgsqlConnection.ClearAllPools();
        service = await Start();
    }

    private async Task<(LogRange Range, long Last)> Placed(int events)
    {
        var log = service.Services.GetRequiredService<OutboxLog>();
        await Poll.Until(async () => (await log.Read(0, [], 10)).Count == events);
        return (await log.Range(), (await log.Range()).Last);
    }

    private async Task<long> Publish(Guid about)
    {
        await service.With(async db =>
        {
            db.Publish(TestService.Formed(about));
            return await db.SaveChangesAsync();
        });
        return (long)(await database.ScalarAsync($"select max(sequence) from outbox_rows where subject = 'teams/{about}'"))!;
    }

    private async Task<long> PublishInGroup(Guid about)
    {
        Changes changes = new(clock.GetUtcNow());
        changes.Publish(TestService.Formed(about));
        Assert.Equal(Written.Stored, await service.Services.GetRequiredService<GroupWriter>().Write(Caller.None, changes, default));
        return (long)(await database.ScalarAsync($"select max(sequence) from outbox_rows where subject = 'teams/{about}'"))!;
    }

    private async Task<string> Everything() => (string)(await database.ScalarAsync(
        """
        select concat_ws(' ', (select count(*) from outbox_rows), (select count(*) from inbox_rows), (select count(*) from answered_requests),
          (select string_agg(o::text, ',') from outbox_rows o), (select string_agg(i::text, ',') from inbox_rows i),
          (select string_agg(a::text, ',') from answered_requests a))
        """))!;

    private Task<TestService> Start(bool relays = true) => TestService.Start(
        new Dictionary<string, string?>
        {
            ["ConnectionStrings:test-db"] = database.ConnectionString,
            ["ConnectionStrings:bus"] = "amqp://unknown:nothing@127.0.0.1:1",
            ["Sweeps:AllowedDifference"] = "00:10:00",
        },
        builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(clock);
            builder.AddDatabase<TestServiceDb>("test-db");
            builder.AddMessaging<TestServiceDb>();
            if (!relays)
                builder.Services.Remove(builder.Services.Single(added => added.ImplementationType == typeof(OutboxRelay)));
        });
}
