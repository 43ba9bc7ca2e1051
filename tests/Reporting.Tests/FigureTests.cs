using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Contracts.Reporting.V1;
using Ips.Testing;
using Xunit;

namespace Ips.Reporting.Tests;

/// <summary>Numbers match the events exactly, in every order of arrival.</summary>
public sealed class FigureTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly TeamId Team = new(Guid.CreateVersion7(Noon));
    private Ledger ledger = null!;

    public async Task InitializeAsync() => ledger = await Ledger.Open(FixedClock.At("2026-03-10"));

    public async Task DisposeAsync() => await ledger.DisposeAsync();

    [Fact]
    public async Task One_person_is_counted_at_every_step_with_the_event()
    {
        var story = new Story(Noon).Journey(Team);
        await ledger.Hear(story.Events);
        var shown = await ledger.Show();
        Assert.Equal(("nc-core", "2025-12-10", "2026-03-10"), (shown.Program, shown.From, shown.Through));
        Assert.Equal(
            ["figures/registered", "figures/service-order-in-force", "figures/admitted", "figures/referred-to-dvrs", "figures/m2-authorized",
                "figures/m1-claimed", "figures/m2-claimed"],
            shown.Funnel.Select(f => f.Name));
        int[] steps = [0, 1, 2, 4, 6, 8, 11];
        foreach (var (figure, step) in shown.Funnel.Zip(steps))
        {
            Assert.Equal(1, figure.Count);
            Assert.Equal([story.Events[step].EventId.ToString()], figure.EventIds);
            Assert.NotEmpty(figure.Definition);
        }

        Assert.Equal([(1, 1L, 6L, "150.00", "USD"), (2, 1L, 1L, "2000.00", "USD")], shown.Milestones.Select(Milestone));
        Assert.Equal(ledger.Clock.GetUtcNow(), shown.FreshAsOf.ToDateTimeOffset());
    }

    [Fact]
    public async Task Reordered_and_repeated_events_result_in_the_same_numbers()
    {
        var story = new Story(Noon).Journey(Team);
        story.Voided((Contracts.Events.ClaimLineDecidedV1)story.Events[9]);
        story.Units(-1, 1);
        for (var seed = 1; seed <= 5; seed++)
        {
            await using var other = await Ledger.Open(ledger.Clock);
            Random random = new(seed);
            DomainEvent[] arriving = [.. story.Events, .. story.Events, .. story.Events];
            random.Shuffle(arriving);
            await other.Hear(arriving);
            var shown = await other.Show();
            Assert.All(shown.Funnel, f => Assert.Equal(1, f.Count));
            Assert.Equal([(1, 1L, 4L, "100.00", "USD"), (2, 1L, 1L, "2000.00", "USD")], shown.Milestones.Select(Milestone));
            Assert.Equal(["fidelity-review", "service-order-renewal", "assessment-age"], shown.Deadlines.Select(d => d.Kind));
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_voided_claim_line_does_not_count_in_either_order_of_arrival(bool voidFirst)
    {
        Story story = new(Noon);
        story.Claimed(2, 1, 2000m);
        story.Voided((Contracts.Events.ClaimLineDecidedV1)story.Events[0]);
        await ledger.Hear(voidFirst ? story.Events.AsEnumerable().Reverse() : story.Events);
        var shown = await ledger.Show();
        Assert.Equal(0, shown.Funnel.Single(f => f.Name == "figures/m2-claimed").Count);
        Assert.Empty(shown.Milestones);
        Assert.Null(shown.FreshAsOf);
    }

    [Fact]
    public async Task Refused_and_held_claim_lines_are_not_counted()
    {
        Story story = new(Noon);
        story.Signed("invalid");
        story.Determined("not_eligible");
        story.Determined("evidence_pending");
        story.Moved("offered");
        story.Decided("deny");
        story.Reached(2, 0, 0m, "denied");
        story.Reached(2, 0, 0m, "collecting");
        story.Claimed(2, 1, 2000m, "refused");
        story.Claimed(1, 1, 25m, "held");
        await ledger.Hear(story.Events);
        var shown = await ledger.Show();
        Assert.All(shown.Funnel, f => Assert.Equal(0, f.Count));
        Assert.Empty(shown.Milestones);
    }

    [Fact]
    public async Task A_claim_line_of_service_notes_belongs_to_no_milestone()
    {
        Story story = new(Noon);
        story.Claimed(0, 4, 106m);
        story.Voided(story.Claimed(0, 2, 53m));
        await ledger.Hear(story.Events);
        Assert.Empty((await ledger.Show()).Milestones);
    }

    [Fact]
    public async Task A_person_counts_once_and_a_number_is_as_long_as_its_list()
    {
        List<DomainEvent> all = [];
        for (var i = 0; i < 25; i++)
        {
            Story story = new(Noon.AddMinutes(i));
            story.Registered();
            story.Determined();
            story.Determined();
            story.Claimed(1, 2, 50m);
            story.Claimed(1, 1, 25m);
            all.AddRange(story.Events);
        }

        await ledger.Hear(all);
        var shown = await ledger.Show();
        Assert.Equal(25, Count(shown, "admitted"));
        Assert.Equal(25, Count(shown, "m1-claimed"));
        Assert.Equal(20, shown.Funnel.Single(f => f.Name == "figures/admitted").EventIds.Count);
        Assert.Equal((1, 0L, 75L, "1875.00", "USD"), Milestone(shown.Milestones.Single()));
        Assert.Equal(all.Where(e => e is Contracts.Events.DeterminationMadeV1).Chunk(2)
            .Select(both => both[0].EventId.ToString()), await AllPages("figures/admitted", 7));
        Assert.Equal(50, (await AllPages("figures/m1-claim-lines", 50)).Count);
    }

    [Fact]
    public async Task An_approval_by_override_has_a_figure_of_its_own()
    {
        Story story = new(Noon);
        story.Decided(authorization: new(Guid.CreateVersion7()));
        var overriding = story.Decided(authorization: new(Guid.CreateVersion7()), overridden: ["eligible"]);
        await ledger.Hear(story.Events);
        Assert.Equal([overriding.EventId.ToString()], await AllPages("figures/authorized-by-override", 7));
    }

    [Theory]
    [InlineData("2026-03-01", "2026-03-01", 1)] // 03:30 UTC on the 2nd is the evening of the 1st in Raleigh
    [InlineData("2026-03-02", "2026-03-02", 0)]
    [InlineData("2026-02-01", "2026-02-28", 0)]
    public async Task A_registration_counts_on_its_day_in_the_program(string from, string through, int count)
    {
        Story story = new(new(2026, 3, 2, 3, 30, 0, TimeSpan.Zero));
        story.Registered();
        story.Decided();
        await ledger.Hear(story.Events);
        var shown = await ledger.Show(from, through);
        Assert.Equal(count, Count(shown, "registered"));
        Assert.Equal(count, Count(shown, "m2-authorized"));
    }

    [Theory]
    [InlineData("2026-03-02", "2026-03-02", 1)]
    [InlineData("2026-03-03", "2026-03-10", 0)]
    [InlineData("2026-02-01", "2026-03-01", 0)]
    public async Task The_first_and_the_last_day_belong_to_the_span(string from, string through, int count)
    {
        Story story = new(Noon);
        story.Claimed(2, 1, 2000m);
        await ledger.Hear(story.Events);
        Assert.Equal(count, Count(await ledger.Show(from, through), "m2-claimed"));
    }

    [Fact]
    public async Task Another_program_shows_only_registrations()
    {
        await ledger.Hear(new Story(Noon).Journey(Team).Events);
        var shown = await ledger.Show(program: "nc-state");
        Assert.Equal([1, 0, 0, 0, 0, 0, 0], shown.Funnel.Select(f => (int)f.Count));
        Assert.Empty(shown.Milestones);
        Assert.Empty(shown.Deadlines);
    }

    public static TheoryData<string, string, int> Tenants => new()
    {   // role          organization    of three people: agency-one and -two with alliance, agency-three with vaya
        { Roles.Provider, "agency-one", 1 },
        { Roles.Provider, "agency-nine", 0 },
        { Roles.Mco, "alliance", 2 },
        { Roles.Mco, "vaya", 1 },
        { Roles.Mco, "payer-foreign", 0 },
        { Roles.Dvrs, "nc-dvrs", 0 },
    };

    [Theory, MemberData(nameof(Tenants))]
    public async Task Every_role_sees_its_own_numbers(string role, string organization, int people)
    {
        ledger.Payers["agency-three"] = "vaya";
        await ledger.Hear(new Story(Noon, "agency-one").Journey(new(Guid.CreateVersion7(Noon))).Events);
        await ledger.Hear(new Story(Noon, "agency-two").Journey(new(Guid.CreateVersion7(Noon))).Events);
        await ledger.Hear(new Story(Noon, "agency-three", "vaya").Journey(new(Guid.CreateVersion7(Noon))).Events);
        Caller caller = new(role, organization, "client-one");
        var shown = await ledger.Show(caller: caller);
        Assert.All(shown.Funnel, f => Assert.Equal(people, f.Count));
        var lines = (await ledger.Events(new() { Name = "figures/m2-claim-lines", Program = "nc-core" }, caller)).OrThrow();
        Assert.Equal(people, lines.Events.Count);
        Assert.Equal(people == 0, (await ledger.Deadlines(new(), caller)).OrThrow().Deadlines.Count == 0);
    }

    [Fact]
    public async Task No_payer_and_no_state_sees_a_provider_without_a_contract()
    {
        ledger.Payers["agency-new"] = "";
        await ledger.Hear(new Story(Noon, "agency-new").Journey(Team).Events);
        Caller alliance = new(Roles.Mco, "alliance", "client-one");
        Assert.All((await ledger.Show(caller: alliance)).Funnel, f => Assert.Equal(0, f.Count));
        Assert.Empty((await ledger.Deadlines(new(), alliance)).OrThrow().Deadlines);
        Assert.Equal((0, false), Shown(await ledger.Show(caller: Ledger.State), "registered"));
        Assert.Equal(1, Count(await ledger.Show(caller: new(Roles.Provider, "agency-new", "client-one")), "registered"));
    }

    [Fact]
    public async Task A_retracted_coverage_and_an_ended_contract_end_what_a_payer_sees()
    {
        Story story = new Story(Noon).Journey(Team);
        await ledger.Hear(story.Events);
        Caller alliance = new(Roles.Mco, "alliance", "client-one");
        Assert.Equal((1, 3), (Count(await ledger.Show(caller: alliance), "m2-claimed"), await Due()));
        await ledger.Hear(Story.Coverage(story.Individual, "alliance", sequence: 2, through: story.Day.AddDays(-1)));
        Assert.Equal((0, 1), (Count(await ledger.Show(caller: alliance), "m2-claimed"), await Due()));
        await ledger.Hear(Story.Coverage(story.Individual, "alliance", sequence: 3, through: story.Day));
        Assert.Equal((1, 3), (Count(await ledger.Show(caller: alliance), "m2-claimed"), await Due()));
        await ledger.Hear(Story.Coverage(story.Individual, "alliance", sequence: 4, retracted: true));
        Assert.Equal((0, 1), (Count(await ledger.Show(caller: alliance), "m2-claimed"), await Due()));

        async Task<int> Due() => (await ledger.Deadlines(new(), alliance)).OrThrow().Deadlines.Count;
    }

    public static TheoryData<string, string, bool> NumbersOnly => new()
    {
        { Roles.State, "nc-dhhs", true },
        { Roles.Ops, "ips", true },
        { Roles.State, "la-ldh", false },
        { Roles.State, "mo-dmh", false },
        { Roles.State, "", false },
    };

    [Theory, MemberData(nameof(NumbersOnly))]
    public async Task States_and_operations_get_no_small_number_no_event_and_no_deadline_of_a_person(string role, string organization, bool sees)
    {
        await ledger.Hear(new Story(Noon, "agency-one").Journey(Team).Events);
        Caller caller = new(role, organization, "client-one");
        foreach (var provider in new[] { "", "organizations/agency-one" })
        {
            var shown = await ledger.Show(provider: provider, caller: caller);
            Assert.All(shown.Funnel, f => Assert.Equal((sees, 0L, 0), (f.Suppressed, f.Count, f.EventIds.Count)));
            Assert.Equal(sees ? 2 : 0, shown.Milestones.Count);
            Assert.All(shown.Milestones, m => Assert.Equal((true, 0L, true, 0L, null),
                (m.Reached.Suppressed, m.Reached.Count, m.ClaimsSuppressed, m.ClaimedUnits, m.ClaimedAmount)));
            Assert.Equal(sees ? ["fidelity-review"] : [], shown.Deadlines.Select(d => d.Kind));
            var events = (await ledger.Events(new() { Name = "figures/registered", Program = "nc-core", Provider = provider }, caller)).OrThrow();
            Assert.Equal((0, "", true, sees), (events.Events.Count, events.NextPageToken, events.EventsWithheld, events.Figure.Suppressed));
        }

        Assert.Equal(sees ? ["fidelity-review"] : [], (await ledger.Deadlines(new(), caller)).OrThrow().Deadlines.Select(d => d.Kind));
        Assert.Equal((1, false), Shown(await ledger.Show(), "registered"));
    }

    [Fact]
    public async Task A_sum_minus_what_is_shown_of_it_gives_no_withheld_number()
    {
        foreach (var (agency, people) in new[] { ("agency-one", 4), ("agency-two", 12), ("agency-three", 13) })
        {
            for (var i = 0; i < people; i++)
            {
                Story story = new(Noon.AddMinutes(i), agency);
                story.Registered();
                story.Claimed(2, 1, 2000m);
                await ledger.Hear(story.Events);
            }
        }

        await Expect("", 29, "58000.00");
        await Expect("organizations/agency-one", null, null);
        await Expect("organizations/agency-three", null, null);
        await Expect("organizations/agency-two", 12, "24000.00");
        await Expect("organizations/agency-nine", 0, null);

        async Task Expect(string provider, long? people, string? amount)
        {
            var shown = await ledger.Show(provider: provider, caller: Ledger.State);
            foreach (var code in new[] { "registered", "m2-claimed" })
                Assert.Equal((people ?? 0, people is null), Shown(shown, code));
            Assert.Equal((amount, people is null), shown.Milestones is [var m2] ? (m2.ClaimedAmount?.Amount, m2.ClaimsSuppressed) : (null, false));
        }
    }

    [Fact]
    public async Task Numbers_alone_are_of_whole_quarters_so_that_two_spans_do_not_give_a_day()
    {
        for (var i = 0; i < 12; i++)
            await ledger.Hear(new Story(Noon.AddDays(i > 10 ? 8 : 0), "agency-one").Registered());
        foreach (var (from, through) in new[] { ("", ""), ("", "2026-03-05"), ("2026-01-01", "2026-03-31"), ("2026-03-02", "2026-03-02") })
        {
            var shown = await ledger.Show(from, through, caller: Ledger.State);
            Assert.Equal(("2026-01-01", "2026-03-31", (12, false)), (shown.From, shown.Through, Shown(shown, "registered")));
        }

        Assert.Equal(("2026-04-01", "2026-06-30"), await Span("2026-05-31"));
        Assert.Equal(("2025-10-01", "2025-12-31"), await Span("2025-12-31"));
        var refused = await Assert.ThrowsAsync<ProblemException>(() => ledger.Show("2025-12-31", "2026-01-01", caller: Ledger.State));
        Assert.Equal("from", Assert.IsType<Problem.Invalid>(refused.Problem).Field);

        async Task<(string, string)> Span(string through) =>
            await ledger.Show(through: through, caller: Ledger.State) is var shown ? (shown.From, shown.Through) : default;
    }

    [Fact]
    public async Task A_provider_may_narrow_to_itself_and_is_refused_another()
    {
        await ledger.Hear(new Story(Noon).Journey(Team).Events);
        Caller provider = new(Roles.Provider, "agency-one", "client-one");
        Assert.Equal(1, Count(await ledger.Show(provider: "organizations/agency-one", caller: provider), "admitted"));
        Assert.Equal(0, Count(await ledger.Show(provider: "organizations/agency-two"), "admitted"));
        var refused = await Assert.ThrowsAsync<ProblemException>(() => ledger.Show(provider: "organizations/agency-two", caller: provider));
        Assert.IsType<Problem.Forbidden>(refused.Problem);
    }

    [Theory]
    [InlineData("nc-nowhere", "", "", "", "program")]
    [InlineData("nc-core", "2026-13-01", "", "", "from")]
    [InlineData("nc-core", "2026-03-02", "2026-03-01", "", "from")]
    [InlineData("nc-core", "", "soon", "", "through")]
    [InlineData("nc-core", "", "", "agency-one", "provider")]
    public async Task A_wrong_request_names_its_field(string program, string from, string through, string provider, string field)
    {
        var refused = await Assert.ThrowsAsync<ProblemException>(() => ledger.Show(from, through, provider, program: program));
        Assert.Equal(field, Assert.IsType<Problem.Invalid>(refused.Problem).Field);
    }

    [Fact]
    public async Task A_figure_that_does_not_exist_is_not_found()
    {
        Assert.IsType<Problem.NotFound>((await ledger.Events(new() { Name = "figures/happy", Program = "nc-core" })).Problem);
        Assert.IsType<Problem.NotFound>((await ledger.Events(new() { Name = "registered", Program = "nc-core" })).Problem);
    }

    [Fact]
    public async Task What_was_paid_is_the_latest_of_each_claim_and_only_the_agencys()
    {
        Story story = new(Noon);
        var (first, second) = (story.Claimed(2, 1, 2000m), story.Claimed(2, 1, 2000m));
        var paid = story.Moved(first, "paid", 2000m, story.Moved(first, "batched", 0));
        var partly = story.Moved(second, "partly_paid", 1500m, story.Moved(second, "batched", 0));
        await ledger.Hear(Enumerable.Reverse(story.Events));
        Caller agency = new(Roles.Provider, "agency-one", "client-one");
        var m2 = Assert.Single((await ledger.Show(caller: agency)).Milestones);
        Assert.Equal(("4000.00", "3500.00", "figures/m2-claims-paid"), (m2.ClaimedAmount.Amount, m2.PaidAmount.Amount, m2.ClaimsPaid));
        var request = new ListFigureEventsRequest { Name = m2.ClaimsPaid, Program = "nc-core" };
        Assert.Equal([paid.EventId.ToString(), partly.EventId.ToString()], (await ledger.Events(request, agency)).OrThrow().Events.Select(e => e.EventId));

        await ledger.Hear(story.Moved(first, "reversed", 0, paid));
        Assert.Equal("1500.00", Assert.Single((await ledger.Show(caller: agency)).Milestones).PaidAmount.Amount);
        foreach (var other in new Caller[] { new(Roles.Mco, "alliance", "client-one"), new(Roles.State, "nc-dhhs", "client-one"), new(Roles.Ops, "platform", "client-one") })
        {
            Assert.All((await ledger.Show(caller: other)).Milestones, m => Assert.True(m.PaidAmount is null && m.ClaimsPaid.Length == 0));
            Assert.IsType<Problem.Forbidden>((await ledger.Events(request, other)).Problem);
        }
    }

    [Fact]
    public async Task Another_currency_is_refused_instead_of_added()
    {
        Story story = new(Noon);
        var line = story.Claimed(2, 1, 2000m);
        await Assert.ThrowsAsync<ArgumentException>(() => ledger.Hear(line with { Currency = "EUR" }));
        Assert.Empty((await ledger.Show()).Milestones);
    }

    private static (int, long, long, string, string) Milestone(MilestoneFigure m) =>
        (m.Number, m.Reached.Count, m.ClaimedUnits, m.ClaimedAmount.Amount, m.ClaimedAmount.CurrencyCode);

    private static (long, bool) Shown(Dashboard shown, string code) =>
        shown.Funnel.Single(f => f.Name == $"figures/{code}") is var figure ? (figure.Count, figure.Suppressed) : default;

    private static long Count(Dashboard shown, string code) => shown.Funnel.Single(f => f.Name == $"figures/{code}").Count;

    private async Task<List<string>> AllPages(string figure, int size)
    {
        List<string> ids = [];
        ListFigureEventsRequest request = new() { Name = figure, Program = "nc-core", PageSize = size };
        do
        {
            var page = (await ledger.Events(request)).OrThrow();
            Assert.InRange(page.Events.Count, 1, size);
            ids.AddRange(page.Events.Select(e => e.EventId));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return ids;
    }
}
