using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Policies;
using Ips.Reporting.Rebuilding;
using Ips.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;
using Xunit.Abstractions;

namespace Ips.Reporting.Tests;

/// <summary>The facts made again from the log of events.</summary>
public sealed class RebuildTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private Ledger ledger = null!;

    private FactRebuilder Rebuilder => new(ledger.Source, new(PolicyEngine.Shipped, ledger.Clock));

    public async Task InitializeAsync() => ledger = await Ledger.Open(FixedClock.At("2026-03-10"));

    public async Task DisposeAsync() => await ledger.DisposeAsync();

    [Fact]
    public async Task Facts_in_any_order_with_merges_are_made_again_the_same()
    {
        await Shuffled(people: 20);
        var rebuild = await Rebuilder.Run(replace: false, "", default);
        Assert.True(rebuild.Agrees, $"{rebuild}");
        Assert.Equal((await Facts(), await Scalar<long>("select max(position) from shared_events")), (rebuild.Rebuilt.Count, rebuild.Position));
        Assert.Equal(0L, await Scalar<long>("select count(*) from pg_namespace where nspname like 'facts_rebuilt%'"));
    }

    [Fact]
    public async Task Facts_that_were_changed_or_lost_are_found_and_put_right_by_a_switch()
    {
        await Shuffled(people: 5);
        var before = await Rebuilder.Run(replace: false, "", default);
        await Execute("delete from event_facts where topic = 'admitted'");
        await Execute("update event_facts set units = units + 1 where topic = 'claim-line'");
        var wrong = await Rebuilder.Run(replace: false, "", default);
        Assert.False(wrong.Agrees);
        Assert.Equal((wrong.Served.Count < wrong.Rebuilt.Count, before.Rebuilt), (true, wrong.Rebuilt));

        var indexes = await Scalar<string>(Indexes);
        await using (var db = ledger.Db(Caller.None))
            await Rebuilder.Run(replace: true, db.AfterMigrations, default);
        Assert.True((await Rebuilder.Run(replace: false, "", default)).Agrees);
        // The new table has the indexes, the policies and the rights of the old one, and takes new events.
        Assert.Equal(indexes, await Scalar<string>(Indexes));
        Assert.True(await Scalar<bool>("select relrowsecurity from pg_class where oid = 'event_facts'::regclass"));
        Assert.All((await ledger.Show(caller: new(Roles.Provider, "agency-one", "client-one"))).Funnel, figure => Assert.True(figure.Count > 0));
        var facts = await Facts();
        await ledger.Hear(new Story(Noon.AddHours(9)).Registered());
        Assert.Equal(facts + 1, await Facts());
        Assert.True((await Rebuilder.Run(replace: false, "", default)).Agrees);
    }

    [Fact]
    public async Task What_was_killed_in_the_middle_leaves_the_facts_as_they_are_and_the_next_one_runs()
    {
        await Shuffled(people: 5);
        var facts = await Facts();
        using CancellationTokenSource killed = new();
        await killed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Rebuilder.Run(replace: true, "", killed.Token));
        await Execute("create schema facts_rebuilt; create table facts_rebuilt.event_facts (left_behind int)");
        Assert.Equal(facts, await Facts());
        Assert.True((await Rebuilder.Run(replace: false, "", default)).Agrees);
    }

    [Fact]
    public async Task Facts_from_before_the_log_began_are_taken_over()
    {
        await Shuffled(people: 3);
        await Execute("delete from shared_events where position in (select position from shared_events order by position limit 7)");
        var facts = await Facts();
        await using (var db = ledger.Db(Caller.None))
            Assert.True((await Rebuilder.Run(replace: true, db.AfterMigrations, default)).Agrees);
        Assert.Equal(facts, await Facts());
    }

    [Fact]
    public async Task Events_that_arrive_meanwhile_are_in_it()
    {
        await Shuffled(people: 10);
        var arriving = Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
                await ledger.HearTogether(new Story(Noon.AddDays(1).AddMinutes(i)).Journey(new(Guid.CreateVersion7(Noon))).Events);
        });
        await using (var db = ledger.Db(Caller.None))
            Assert.True((await Rebuilder.Run(replace: true, db.AfterMigrations, default)).Agrees);
        await arriving;
        Assert.True((await Rebuilder.Run(replace: false, "", default)).Agrees);
    }

    /// <summary>For bench/README.md: REBUILD_EVENTS=1000000 measures that many.</summary>
    [Fact]
    public async Task A_rebuild_is_measured()
    {
        var wanted = int.TryParse(Environment.GetEnvironmentVariable("REBUILD_EVENTS"), out var given) ? given : 2_000;
        Story pattern = new Story(Noon).Journey(new(Guid.CreateVersion7(Noon)));
        await ledger.HearTogether(pattern.Events);
        // Copies of the story's events, each of a subject of its own.
        await Execute(
            $"""
            insert into shared_events (id, position, type, subject, sequence, occurred_at, received_at, provider, payer, program, individual_id, seen_on, provider_only, body)
            select id, nextval('shared_event_positions'), type, subject || '-' || copy, sequence, occurred_at, received_at, provider, payer, program, individual_id, seen_on, provider_only,
              jsonb_set(body::jsonb, array['eventId'], to_jsonb(id))::json
            from (select gen_random_uuid() as id, copy, event.type, event.subject, event.sequence, event.occurred_at, event.received_at, event.provider, event.payer, event.program,
              event.individual_id, event.seen_on, event.provider_only, event.body from shared_events event, generate_series(1, {wanted / pattern.Events.Count}) as copy) copies
            """);
        var rebuild = await Rebuilder.Run(replace: false, "", default);
        output.WriteLine($"{rebuild.Events} events in {rebuild.Elapsed.TotalSeconds:0.0} s: {rebuild.Events / rebuild.Elapsed.TotalSeconds:0} a second, {rebuild.Rebuilt.Count} facts");
        Assert.True(rebuild.Events >= wanted / pattern.Events.Count * pattern.Events.Count);
    }

    private const string Indexes = "select string_agg(indexdef, '; ' order by indexname) from pg_indexes where tablename = 'event_facts'";

    private async Task Shuffled(int people)
    {
        List<DomainEvent> events = [];
        List<Story> stories = [];
        for (var i = 0; i < people; i++)
            stories.Add(new Story(Noon.AddMinutes(i)).Journey(new(Guid.CreateVersion7(Noon))));
        foreach (var (i, story) in stories.Index())
        {
            events.AddRange(story.Events);
            if (i % 5 == 1)
            {
                events.Add(new IndividualsMergedV1
                {
                    EventId = Guid.CreateVersion7(Noon.AddHours(i)),
                    Sequence = 50,
                    OccurredAt = Noon.AddHours(i),
                    IndividualId = story.Individual,
                    MergedId = stories[i - 1].Individual,
                    Provider = "agency-one",
                });
                if (i % 2 == 0)
                {
                    events.Add(new IndividualsSeparatedV1
                    {
                        EventId = Guid.CreateVersion7(Noon.AddHours(i + 1)),
                        Sequence = 51,
                        OccurredAt = Noon.AddHours(i + 1),
                        IndividualId = story.Individual,
                        SeparatedId = stories[i - 1].Individual,
                        Provider = "agency-one",
                    });
                }
            }
        }

        var arriving = events.ToArray();
        new Random(people).Shuffle(arriving);
        foreach (var group in arriving.Chunk(7))
            await ledger.HearTogether(group);
    }

    private async Task<long> Facts() => await Scalar<long>("select count(*) from event_facts");

    private async Task<T> Scalar<T>(string sql)
    {
        await using var command = ledger.Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private async Task Execute(string sql)
    {
        await using var command = ledger.Source.CreateCommand(sql);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }
}
