using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Policies;
using Ips.Reporting.Facts;
using Ips.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Ips.Reporting.Tests;

/// <summary>The facts of a group of events, in one statement.</summary>
public sealed class FactStorageTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private readonly Story story = new Story(Noon).Journey(new(Guid.CreateVersion7(Noon)));
    private Ledger ledger = null!;

    public async Task InitializeAsync() => ledger = await Ledger.Open(FixedClock.At("2026-03-10"));

    public async Task DisposeAsync() => await ledger.DisposeAsync();

    // Facts and shared events follow merges, reports look them up; coverage comes under both names, and caseloads are a copy of assignments, which Staffing moves.
    [Fact]
    public async Task Every_table_with_a_person_is_known_to_the_merge()
    {
        await using var db = ledger.Db(Caller.None);
        Assert.Equal(["caseloads", "coverage", "event_facts", "person_reports", "shared_events"], PersonTables.Of(db));
    }

    [Fact]
    public async Task Every_column_of_the_table_is_written()
    {
        await using var db = ledger.Db(Caller.None);
        Assert.Equal(
            db.Model.FindEntityType(typeof(EventFact))!.GetProperties().Select(property => property.GetColumnName()).Order(StringComparer.Ordinal),
            EventFactColumns.All.Select(column => column.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_facts_of_a_group_are_stored_as_they_were_read()
    {
        Assert.Equal(story.Events.Count, await ledger.HearTogether(story.Events));
        FactReader reader = new(new ProgramDays(PolicyEngine.Shipped, ledger.Clock).DayOf, ledger.Clock.GetUtcNow());
        var read = story.Events.SelectMany(reader.Read).OrderBy(fact => fact.EventId).ThenBy(fact => fact.Topic, StringComparer.Ordinal).ToList();
        Assert.Equivalent(read, await Stored(), strict: true);
    }

    [Fact]
    public async Task Repeated_events_add_no_facts_even_after_their_inbox_rows_were_deleted()
    {
        Assert.Equal(story.Events.Count, await ledger.HearTogether([.. story.Events, .. story.Events]));
        var stored = await Stored();
        Assert.Equal(0, await ledger.HearTogether(story.Events));
        await ledger.ForgetMessages();
        Assert.Equal(story.Events.Count, await ledger.HearTogether(story.Events));
        Assert.Equivalent(stored, await Stored(), strict: true);
    }

    [Fact]
    public async Task After_merges_in_any_order_every_fact_is_one_of_the_last_survivor_and_the_person_counts_once()
    {
        Story[] records = [story, new Story(Noon.AddMinutes(1)).Journey(new(Guid.CreateVersion7(Noon))), new Story(Noon.AddMinutes(2))];
        records[2].Registered();
        var last = records[2].Individual;
        List<DomainEvent> events = [.. records.SelectMany(record => record.Events), Merge(records[0], records[1], 2), Merge(records[1], records[2], 3)];
        for (var seed = 1; seed <= 6; seed++)
        {
            await using var other = await Ledger.Open(ledger.Clock);
            var arriving = events.ToArray();
            new Random(seed).Shuffle(arriving);
            if (seed % 2 == 0)
            {
                await other.Hear(Story.Contract("agency-one", "alliance"));
                Assert.Equal(events.Count, await other.HearTogether(arriving));
            }
            else
            {
                await other.Hear(arriving);
            }

            await using var db = other.Db(Caller.None);
            Assert.All(await db.Facts.ToListAsync(), fact =>
            {
                Assert.True(fact.IndividualId is null || fact.IndividualId == last, $"seed {seed}: {fact.Topic} of {fact.Subject}");
                Assert.True(fact.Topic == Topics.Merged || fact.Thread?.StartsWith("individuals/", StringComparison.Ordinal) != true
                    || fact.Thread.StartsWith(last.Name, StringComparison.Ordinal), $"seed {seed}: thread {fact.Thread}");
            });
            Assert.All((await other.Show(caller: new(Roles.Provider, "agency-one", "client-one"))).Funnel, figure => Assert.Equal(1, figure.Count));
        }

    }

    [Fact]
    public async Task After_an_undone_merge_in_any_order_every_fact_is_one_of_its_own_person_and_both_count()
    {
        Story[] records = [story, new Story(Noon.AddMinutes(1)).Journey(new(Guid.CreateVersion7(Noon)))];
        var (merged, survivor) = (records[0], records[1]);
        var order = merged.Events.OfType<ServiceOrderSignedV1>().First();
        // While both were one record, the order of the merged one was published with the survivor.
        var named = order with
        {
            EventId = Guid.CreateVersion7(Noon.AddHours(3)),
            Sequence = order.Sequence + 10,
            OccurredAt = Noon.AddHours(3),
            IndividualId = survivor.Individual,
        };
        IndividualsSeparatedV1 undo = new()
        {
            EventId = Guid.CreateVersion7(Noon.AddHours(4)),
            Sequence = 4,
            OccurredAt = Noon.AddHours(4),
            IndividualId = survivor.Individual,
            SeparatedId = merged.Individual,
            Provider = "agency-one",
        };
        List<DomainEvent> events = [.. records.SelectMany(record => record.Events), Merge(merged, survivor, 2), named, undo];
        for (var seed = 1; seed <= 8; seed++)
        {
            await using var other = await Ledger.Open(ledger.Clock);
            var arriving = events.ToArray();
            new Random(seed).Shuffle(arriving);
            if (seed % 2 == 0)
            {
                await other.Hear(Story.Contract("agency-one", "alliance"));
                Assert.Equal(events.Count, await other.HearTogether(arriving));
            }
            else
            {
                await other.Hear(arriving);
            }

            await using var db = other.Db(Caller.None);
            foreach (var record in records)
            {
                var own = record.Events.Select(e => e.Subject).ToHashSet(StringComparer.Ordinal);
                Assert.All((await db.Facts.ToListAsync()).Where(fact => own.Contains(fact.Subject) && fact.IndividualId is not null), fact =>
                {
                    Assert.True(fact.IndividualId == record.Individual, $"seed {seed}: {fact.Topic} of {fact.Subject}");
                    Assert.True(fact.Topic is Topics.Merged or Topics.Separated || fact.Thread?.StartsWith("individuals/", StringComparison.Ordinal) != true
                        || fact.Thread.StartsWith(record.Individual.Name, StringComparison.Ordinal), $"seed {seed}: thread {fact.Thread}");
                });
                Assert.All((await db.SharedEvents.ToListAsync()).Where(e => own.Contains(e.Subject) && e.IndividualId is not null),
                    e => Assert.True(e.IndividualId == record.Individual, $"seed {seed}: {e.Type} of {e.Subject}"));
            }

            Assert.All((await other.Show(caller: new(Roles.Provider, "agency-one", "client-one"))).Funnel, figure => Assert.Equal(2, figure.Count));
            Assert.True((await new Rebuilding.FactRebuilder(other.Source, new ProgramDays(PolicyEngine.Shipped, other.Clock)).Run(replace: false, "", default)).Agrees);
        }
    }

    private static IndividualsMergedV1 Merge(Story merged, Story survivor, long sequence) => new()
    {
        EventId = Guid.CreateVersion7(Noon.AddHours(sequence)),
        Sequence = sequence,
        OccurredAt = Noon.AddHours(sequence),
        IndividualId = survivor.Individual,
        MergedId = merged.Individual,
        Provider = "agency-one",
    };

    [Fact]
    public async Task A_wrong_sequence_hides_no_later_coverage()
    {
        await Hear(1, minutes: 0, retracted: false, expected: 1);
        await Hear(9_000, minutes: 1, retracted: true, expected: 9_000);
        await Hear(2, minutes: 5, retracted: false, expected: 9_000);
        await Hear(3, minutes: 7, retracted: false, expected: 3);
        await Hear(2, minutes: 8, retracted: true, expected: 3);

        async Task Hear(long sequence, int minutes, bool retracted, long expected)
        {
            await ledger.Hear(Story.Coverage(story.Individual, "alliance", sequence, retracted: retracted) with { OccurredAt = Noon.AddMinutes(minutes) });
            await using var db = ledger.Db(Caller.None);
            Assert.Equal(expected, (await db.Set<CoverageSpan>().SingleAsync(c => c.IndividualId == story.Individual)).Sequence);
        }
    }

    [Fact]
    public async Task A_wrong_sequence_hides_no_later_contract()
    {
        var contract = Story.Contract("agency-one", "alliance");
        await Hear(1, minutes: 0, expected: 1);
        await Hear(9_000, minutes: 1, expected: 9_000);
        await Hear(2, minutes: 5, expected: 9_000);
        await Hear(3, minutes: 7, expected: 3);
        await Hear(2, minutes: 8, expected: 3);

        async Task Hear(long sequence, int minutes, int expected)
        {
            await ledger.Hear(contract with { EventId = Guid.CreateVersion7(), Sequence = sequence, OccurredAt = Noon.AddMinutes(minutes) });
            await using var db = ledger.Db(Caller.None);
            Assert.Equal(expected, (await db.Set<Contract>().SingleAsync(c => c.Id == contract.ContractId)).Version);
        }
    }

    private async Task<List<EventFact>> Stored()
    {
        await using var db = ledger.Db(Caller.None);
        return [.. (await db.Facts.AsNoTracking().ToListAsync()).OrderBy(fact => fact.EventId).ThenBy(fact => fact.Topic, StringComparer.Ordinal)];
    }
}
