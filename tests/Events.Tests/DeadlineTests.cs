using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Policies;
using Ips.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace Ips.Events.Tests;

public sealed class DeadlineDb(DbContextOptions<DeadlineDb> options) : EventDb(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.HasDeadlines();
    }
}

/// <summary>
/// Each stage is published once per set day, even with crashes, restarts and corrections. Two replicas on one database; the test owns the clock.
/// </summary>
public sealed class DeadlineTests : IAsyncLifetime
{
    private const string Kind = "authorization-end";
    private const string Never = "1.00:00:00";
    private readonly FixedClock clock = FixedClock.At("2026-03-02");
    private TestDb database = null!;
    private TestService here = null!;
    private TestService there = null!;
    private int publishingFails;

    public async Task InitializeAsync()
    {
        database = await TestDb.CreateAsync();
        await using var source = Npgsql.NpgsqlDataSource.Create(database.ConnectionString);
        await using (DeadlineDb db = new((DbContextOptions<DeadlineDb>)Database.Configure(new DbContextOptionsBuilder<DeadlineDb>(), source).Options))
        {
            await db.Database.EnsureCreatedAsync();
            await db.Database.ExecuteSqlRawAsync(GroupWriter.Schema);
        }

        (here, there) = (await Replica(Never), await Replica(Never));
    }

    public async Task DisposeAsync()
    {
        await here.DisposeAsync();
        await there.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Concurrent_sweeps_publish_every_stage_once()
    {
        string[] subjects = [.. Enumerable.Range(0, 120).Select(_ => NewSubject())];
        foreach (var subject in subjects)
            await Set(subject, "2026-04-15", 30, 15);
        // Days of the program's zone: on the day before, in New York, nothing is published although it is the day already in UTC.
        At("2026-03-16T03:59:00Z");
        Assert.Equal(0, await Sweep(here));
        foreach (var (time, stages) in new[] { ("2026-03-16T04:00:00Z", 1), ("2026-03-31T04:00:00Z", 1), ("2026-04-15T04:00:00Z", 1),
            ("2026-04-16T04:00:00Z", 1), ("2026-05-30T00:00:00Z", 0) })
        {
            At(time);
            var published = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Sweep(i % 2 == 0 ? here : there)));
            Assert.Equal(stages * subjects.Length, published.Sum());
        }

        foreach (var subject in subjects)
            Assert.Equal("due_soon 30, due_soon 15, due, overdue", await Published(subject));
    }

    [Fact]
    public async Task Stages_reached_during_an_outage_are_published_once_and_in_order()
    {
        var subject = NewSubject();
        await Set(subject, "2026-04-15", 30, 15);
        At("2026-07-01T12:00:00Z");
        Assert.Equal(4, (await Task.WhenAll(Sweep(here), Sweep(there))).Sum());
        Assert.Equal("due_soon 30, due_soon 15, due, overdue", await Published(subject));
        Assert.Equal("1,2,3,4",
            await database.ScalarAsync($"select string_agg(sequence::text, ',' order by sequence) from outbox_rows where body->>'about' = '{subject}'"));
        Assert.Equal(0, await Sweep(there));
    }

    [Fact]
    public async Task A_sweep_that_fails_before_its_commit_publishes_nothing_and_the_next_publishes_all()
    {
        var subject = NewSubject();
        await Set(subject, "2026-03-20", 7);
        At("2026-03-20T12:00:00Z");
        publishingFails = 2;
        await Assert.ThrowsAsync<TimeoutException>(() => Sweep(here));
        await Assert.ThrowsAsync<TimeoutException>(() => Sweep(there));
        Assert.Equal(("", "Open"), (await Published(subject), await State(subject)));
        Assert.Equal(2, await Sweep(there));
        Assert.Equal(("due_soon 7, due", "Due"), (await Published(subject), await State(subject)));
    }

    [Fact]
    public async Task A_corrected_day_reopens_the_deadline_and_the_same_day_changes_nothing()
    {
        var subject = NewSubject();
        await Set(subject, "2026-03-20", 7);
        At("2026-03-13T12:00:00Z");
        await Sweep(here);
        await Set(subject, "2026-03-20", 7);
        await Sweep(here);
        Assert.Equal("due_soon 7", await Published(subject));

        await Set(subject, "2026-04-20", 7);
        Assert.Equal("Open", await State(subject));
        At("2026-03-25T12:00:00Z");
        Assert.Equal(0, await Sweep(here));
        At("2026-04-21T12:00:00Z");
        await Sweep(here);
        Assert.Equal("due_soon 7, due_soon 7, due, overdue", await Published(subject));
        Assert.Equal(1L, await database.ScalarAsync($"select count(*) from deadlines where subject = '{subject}' and arming = 2"));
    }

    [Fact]
    public async Task A_met_or_cancelled_deadline_publishes_nothing_until_it_is_set_again()
    {
        var (met, cancelled) = (NewSubject(), NewSubject());
        await Set(met, "2026-03-20", 7);
        await Set(cancelled, "2026-03-20", 7);
        await Use(here, met, (deadlines, changes) => deadlines.Meet(met, Kind, changes));
        await Use(here, cancelled, (deadlines, changes) => deadlines.Cancel(cancelled, null, changes));
        At("2026-03-25T12:00:00Z");
        Assert.Equal(0, await Sweep(here));
        Assert.Equal(("Met", "Cancelled"), (await State(met), await State(cancelled)));
        await Use(here, met, (deadlines, changes) => deadlines.Cancel(met, null, changes));
        Assert.Equal("Met", await State(met));

        await Set(cancelled, "2026-03-20", 7);
        await Sweep(there);
        Assert.Equal(("overdue", "Overdue"), (await Published(cancelled), await State(cancelled)));
        await Use(here, cancelled, (deadlines, changes) => deadlines.Meet(cancelled, Kind, changes));
        Assert.Equal("Met", await State(cancelled));
    }

    [Fact]
    public async Task A_day_set_late_publishes_only_the_latest_passed_stage()
    {
        var subject = NewSubject();
        await Set(subject, "2026-03-12", 45, 30, 15);
        Assert.Equal(1, await Sweep(here));
        Assert.Equal("due_soon 15", await Published(subject));
    }

    [Fact]
    public async Task A_clock_that_counts_hours_is_over_at_its_instant()
    {
        var subject = NewSubject();
        await Use(here, subject, (deadlines, changes) =>
            deadlines.Set(Terms(subject, "2026-03-05") with { DueAt = DateTimeOffset.Parse("2026-03-05T12:00:00Z") }, changes));
        At("2026-03-05T11:59:59Z");
        await Sweep(here);
        Assert.Equal("due", await Published(subject));
        At("2026-03-05T12:00:00Z");
        await Sweep(here);
        Assert.Equal("due, overdue", await Published(subject));
    }

    [Fact]
    public async Task A_stage_that_is_published_meanwhile_makes_the_correction_read_again()
    {
        var subject = NewSubject();
        await Set(subject, "2026-03-20", 7);
        At("2026-03-20T12:00:00Z");
        var (read, changes) = (await Read(here, subject), new Changes(clock.GetUtcNow()));
        read.Set(Terms(subject, "2026-04-20", 7), changes);
        Assert.Equal(2, await Sweep(there));
        Assert.Equal(Written.Changed, await Write(here, changes));
        Assert.Equal(("due_soon 7, due", "Due"), (await Published(subject), await State(subject)));

        await Set(subject, "2026-04-20", 7);
        Assert.Equal(0, await Sweep(there));
        Assert.Equal("Open", await State(subject));
    }

    [Fact]
    public async Task Of_two_first_settings_of_one_deadline_the_second_reads_again()
    {
        var subject = NewSubject();
        var (one, other) = (await Read(here, subject), await Read(here, subject));
        var (first, second) = (new Changes(clock.GetUtcNow()), new Changes(clock.GetUtcNow()));
        one.Set(Terms(subject, "2026-03-20"), first);
        other.Set(Terms(subject, "2026-03-21"), second);
        Assert.Equal(Written.Stored, await Write(here, first));
        Assert.Equal(Npgsql.PostgresErrorCodes.UniqueViolation, (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => Write(here, second))).SqlState);
        Assert.Equal(1L, await database.ScalarAsync($"select count(*) from deadlines where subject = '{subject}' and due_on = '2026-03-20'"));
    }

    [Fact]
    public async Task A_replica_wakes_by_itself_at_its_start_and_at_its_interval()
    {
        var (before, after) = (NewSubject(), NewSubject());
        await Set(before, "2026-03-20", 7);
        At("2026-03-13T12:00:00Z");
        await using var late = await Replica("00:00:00.050");
        await Poll.Until(async () => await Published(before) == "due_soon 7");
        await Set(after, "2026-03-20", 7);
        await Poll.Until(async () => await Published(after) == "due_soon 7");
        At("2026-03-21T12:00:00Z");
        await Poll.Until(async () => await Published(after) == "due_soon 7, due, overdue");
    }

    [Fact]
    public async Task Stages_published_by_a_clock_that_was_ahead_are_taken_back_and_published_again_on_their_days()
    {
        var (near, far, met) = (NewSubject(), NewSubject(), NewSubject());
        await Set(near, "2026-04-15", 30, 15);
        await Set(far, "2026-12-15", 30);
        await Set(met, "2026-12-15", 30);
        At("2027-01-20T12:00:00Z");
        var sweeper = Sweeper(here);
        Assert.Equal(10, await sweeper.Sweep(default));
        await Use(here, met, (deadlines, changes) => deadlines.Meet(met, Kind, changes));

        // The clock is doubted, and then right again.
        At("2026-03-20T12:00:00Z");
        Allow("00:01:00");
        Assert.Equal(0, await sweeper.Sweep(default));
        Allow(FixedClock.Anything);
        Assert.Equal(0, await sweeper.Sweep(default));
        Assert.Equal(("due_soon 30, due, overdue, open", "Open"), (await Published(far), await State(far)));
        Assert.Equal(("due_soon 30, due_soon 15, due, overdue, due_soon 30", "DueSoon"), (await Published(near), await State(near)));
        Assert.Equal(("due_soon 30, due, overdue", "Met"), (await Published(met), await State(met)));
        Assert.Equal(2L, await database.ScalarAsync("select count(*) from deadlines where arming = 2"));

        At("2026-12-16T12:00:00Z");
        await sweeper.Sweep(default);
        Assert.Equal("due_soon 30, due, overdue, open, due_soon 30, due, overdue", await Published(far));
        Assert.Equal("due_soon 30, due_soon 15, due, overdue, due_soon 30, due_soon 15, due, overdue", await Published(near));
    }

    [Fact]
    public async Task A_doubted_clock_publishes_nothing_until_it_is_right_or_confirmed()
    {
        var trusted = here.Services.GetRequiredService<SweepClock>();
        Allow("00:10:00", "7.00:00:00");
        var now = TimeProvider.System.GetUtcNow();
        clock.Set(now);
        Assert.True(await trusted.Confirm(default));
        Assert.Equal(0, await Sweep(here));
        Assert.Equal(HealthStatus.Healthy, await Health());
        var subject = NewSubject();
        await Set(subject, now.UtcDateTime.AddDays(100).ToString("yyyy-MM-dd"), 30);

        clock.Set(now.AddDays(200));
        Assert.Equal(0, await Sweep(here));
        Assert.False(await trusted.Confirm(default));
        Assert.Equal(("", "Open", HealthStatus.Degraded), (await Published(subject), await State(subject), await Health()));
        clock.Set(now);
        Assert.Equal(0, await Sweep(here));
        Assert.Equal(HealthStatus.Healthy, await Health());

        // Both clocks of one machine are wrong alike, which only the last sweep shows: the deadline is over by both.
        await database.ScalarAsync($"update deadlines set next_at = '{now.AddDays(-9):O}', due_on = '{now.UtcDateTime.AddDays(-5):yyyy-MM-dd}'");
        foreach (var days in new[] { -200, 3 })
        {
            await database.ScalarAsync($"update last_sweep set at = '{now.AddDays(days):O}'");
            Assert.Equal(0, await Sweep(here));
            Assert.Equal(("", HealthStatus.Degraded), (await Published(subject), await Health()));
        }

        Assert.True(await trusted.Confirm(default));
        Assert.Equal(3, await Sweep(here));
        Assert.Equal(("Overdue", HealthStatus.Healthy), (await State(subject), await Health()));

        async Task<HealthStatus> Health() => (await trusted.CheckHealthAsync(new())).Status;
    }

    private void Allow(string difference, string? jump = null)
    {
        // Both: the relays of both sweep too.
        foreach (var options in new[] { here, there }.Select(replica => replica.Services.GetRequiredService<IOptions<SweepOptions>>().Value))
            (options.AllowedDifference, options.AllowedJump) = (TimeSpan.Parse(difference), TimeSpan.Parse(jump ?? difference));
    }

    private static string NewSubject() => $"authorizations/{Guid.CreateVersion7()}";

    private static DeadlineTerms Terms(string subject, string due, params int[] leads) =>
        new(subject, Kind, "NC-AUTH-006", "nc-state", "agency-one", null, DateOnly.Parse(due), leads);

    private static DeadlineSweeper<DeadlineDb> Sweeper(TestService replica) => ActivatorUtilities.CreateInstance<DeadlineSweeper<DeadlineDb>>(replica.Services);

    private static Task<int> Sweep(TestService replica) => Sweeper(replica).Sweep(default);

    private static async Task<SubjectDeadlines> Read(TestService replica, string subject)
    {
        await using var scope = replica.Services.CreateAsyncScope();
        var present = await scope.ServiceProvider.GetRequiredService<DeadlineDb>().Set<Deadline>().AsNoTracking().Where(d => d.Subject == subject)
            .ToListAsync();
        return new(present, scope.ServiceProvider.GetRequiredService<PolicyService>(), scope.ServiceProvider.GetRequiredService<TimeProvider>());
    }

    private static Task<Written> Write(TestService replica, Changes changes) =>
        replica.Services.GetRequiredService<GroupWriter>().Write(Caller.None, changes, default);

    private async Task Use(TestService replica, string subject, Action<SubjectDeadlines, Changes> use)
    {
        Changes changes = new(clock.GetUtcNow());
        use(await Read(replica, subject), changes);
        Assert.Equal(Written.Stored, await Write(replica, changes));
    }

    private Task Set(string subject, string due, params int[] leads) =>
        Use(here, subject, (deadlines, changes) => deadlines.Set(Terms(subject, due, leads), changes));

    private void At(string time) => clock.Set(DateTimeOffset.Parse(time));

    private async Task<string> State(string subject) => (string)(await database.ScalarAsync($"select state from deadlines where subject = '{subject}'"))!;

    private async Task<string> Published(string subject) => (string)(await database.ScalarAsync(
        $"""
        select coalesce(string_agg(concat_ws(' ', body->>'state', body->>'leadDays'), ', ' order by sequence), '')
        from outbox_rows where body->>'about' = '{subject}'
        """))!;

    private async Task<TestService> Replica(string interval) => await TestService.Start(
        new Dictionary<string, string?>
        {
            ["ConnectionStrings:test-db"] = database.ConnectionString,
            ["ConnectionStrings:bus"] = await TestServers.RabbitMqAsync(),
            ["Deadlines:Interval"] = interval,
            ["Deadlines:BatchSize"] = "7",
            ["Sweeps:AllowedDifference"] = FixedClock.Anything,
            ["Sweeps:AllowedJump"] = FixedClock.Anything,
        },
        builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(clock);
            builder.AddDatabase<DeadlineDb>("test-db");
            builder.AddMessaging<DeadlineDb>();
            builder.AddUseCases();
            builder.AddPolicies();
            builder.AddDeadlines<DeadlineDb>(CreateEvent);
            // The time of the sweep at the start is not fixed; unless a test turns it on, only the test sweeps.
            if (interval == Never)
                builder.Services.Remove(builder.Services.Last(s => s.ServiceType == typeof(IHostedService)));
        });

    private DomainEvent CreateEvent(Deadline deadline, DeadlineStage stage)
    {
        if (publishingFails > 0)
        {
            publishingFails--;
            throw new TimeoutException("the replica dies in its transaction");
        }

        return new DeadlineReachedV1
        {
            DeadlineId = deadline.Id,
            IndividualId = null,
            Provider = deadline.Provider,
            Program = deadline.Program,
            Kind = deadline.Kind,
            RuleId = deadline.RuleId,
            About = deadline.Subject,
            State = stage.State == DeadlineState.DueSoon ? "due_soon" : stage.State.ToString().ToLowerInvariant(),
            LeadDays = stage.LeadDays,
            DueOn = deadline.DueOn,
            Arming = deadline.Arming,
        };
    }
}
