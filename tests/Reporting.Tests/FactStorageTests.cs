using Ips.Contracts;
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

    private async Task<List<EventFact>> Stored()
    {
        await using var db = ledger.Db(Caller.None);
        return [.. (await db.Facts.AsNoTracking().ToListAsync()).OrderBy(fact => fact.EventId).ThenBy(fact => fact.Topic, StringComparer.Ordinal)];
    }
}
