using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Contracts.Reporting.V1;
using Ips.Testing;
using Xunit;
using Deadline = Ips.Contracts.Reporting.V1.Deadline;

namespace Ips.Reporting.Tests;

/// <summary>The one book of what is still due, by which rule, because of which event.</summary>
public sealed class DeadlineTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private Ledger ledger = null!;

    public async Task InitializeAsync() => ledger = await Ledger.Open(FixedClock.At("2026-03-10"));

    public async Task DisposeAsync() => await ledger.DisposeAsync();

    [Fact]
    public async Task Every_deadline_of_every_service_has_its_rule_its_day_and_its_event_and_what_is_overdue_comes_first()
    {
        Story story = new(Noon);
        var team = new TeamId(Guid.CreateVersion7(Noon));
        var referral = story.Set("dvrs-referral", "NC-DVRS-002", story.Referral.Name, new(2026, 3, 2));
        var today = story.Set("authorization-documents", "NC-AUTH-005", story.Authorization.Name, new(2026, 3, 10));
        var end = story.Set("authorization-end", "NC-AUTH-006", story.Authorization.Name, new(2026, 5, 30));
        var reviewed = story.Reviewed(team, "exemplary", 120, new(2027, 9, 2));
        StaffDeadlineMovedV1 training = new()
        {
            EventId = Guid.CreateVersion7(Noon),
            OccurredAt = Noon,
            Sequence = 1,
            DeadlineId = new(Guid.CreateVersion7(Noon)),
            Provider = "agency-one",
            Program = "nc-core",
            Kind = "training",
            RuleId = "NC-STAFF-014",
            About = "trainingRequirements/01a201bf-7a47-7ef5-aa6c-b0047a19cf83",
            State = "overdue",
            DueOn = new(2026, 3, 9),
            Arming = 1,
        };
        await ledger.Hear([.. story.Events, training]);
        var all = await All(new(), new(Roles.Provider, "agency-one", "client-one"));
        Assert.Equal(
            [
                ("dvrs-referral", "NC-DVRS-002", "2026-03-02", -8, true, referral.EventId.ToString()),
                ("training", "NC-STAFF-014", "2026-03-09", -1, true, training.EventId.ToString()),
                ("authorization-documents", "NC-AUTH-005", "2026-03-10", 0, false, today.EventId.ToString()),
                ("authorization-end", "NC-AUTH-006", "2026-05-30", 81, false, end.EventId.ToString()),
                ("fidelity-review", "NC-FID-012", "2027-09-02", 541, false, reviewed.EventId.ToString()),
            ],
            all.Select(d => (d.Kind, d.RuleId, d.DueOn, d.DaysLeft, d.Overdue, d.EventId)));
        Assert.All(all, d => Assert.Equal(("organizations/agency-one", "nc-core"), (d.Provider, d.Program)));
        Assert.Equal((story.Authorization.Name, ""), (all[3].Subject, all[3].Team));
        Assert.Equal((team.Name, team.Name), (all[4].Subject, all[4].Team));
        Assert.Equal(all.Skip(4), await All(new() { Team = team.Name }));
        foreach (var other in new[] { Ledger.State, Ledger.Payer })
            Assert.DoesNotContain((await ledger.Deadlines(new(), other)).OrThrow().Deadlines, d => d.Kind == "training");

        // Only a filter leaves out what is overdue; the dashboard counts from its own last day.
        Assert.Equal("2026-03-10", (await All(new() { From = "2026-03-10" })).First().DueOn);
        Assert.Equal((-9, true), ((await ledger.Show(through: "2026-03-11")).Deadlines[0].DaysLeft, (await ledger.Show(through: "2026-03-11")).Deadlines[0].Overdue));
    }

    [Theory, InlineData("met"), InlineData("cancelled")]
    public async Task A_deadline_that_ended_is_no_longer_due_in_either_order_of_arrival(string how)
    {
        foreach (var backwards in new[] { false, true })
        {
            Story story = new(Noon);
            story.Set("service-order-renewal", "NC-SO-004", story.Order.Name, new(2027, 3, 2));
            story.Set("service-order-renewal", "NC-SO-004", story.Order.Name, new(2027, 3, 2), how);
            await ledger.Hear(backwards ? story.Events.AsEnumerable().Reverse() : story.Events);
            Assert.Empty(await All(new()));
            // Reopened, it is due again.
            await ledger.Hear(story.Set("service-order-renewal", "NC-SO-004", story.Order.Name, new(2027, 4, 2)));
            Assert.Equal("2027-04-02", Assert.Single(await All(new())).DueOn);
            await ledger.Hear(story.Set("service-order-renewal", "NC-SO-004", story.Order.Name, new(2027, 4, 2), how));
        }
    }

    [Fact]
    public async Task A_corrected_day_counts_and_a_stage_that_is_reached_changes_nothing_but_the_event()
    {
        Story story = new(Noon);
        story.Set("payer-decision", "42-CFR-438.210(d)", story.Authorization.Name, new(2026, 3, 9));
        story.Set("payer-decision", "42-CFR-438.210(d)", story.Authorization.Name, new(2026, 3, 12));
        var soon = story.Reached("payer-decision", "42-CFR-438.210(d)", "due_soon", new(2026, 3, 12), 2);
        await ledger.Hear(story.Events.AsEnumerable().Reverse());
        var listed = Assert.Single(await All(new()));
        Assert.Equal(("payer-decision", "2026-03-12", 2, soon.EventId.ToString()), (listed.Kind, listed.DueOn, listed.DaysLeft, listed.EventId));
    }

    [Fact]
    public async Task The_next_review_is_that_of_the_latest_final_report_and_a_draft_sets_none()
    {
        Story story = new(Noon);
        var team = new TeamId(Guid.CreateVersion7(Noon));
        story.Reviewed(team, "good", 110, new(2027, 3, 2));
        story.Drafted(team);
        await ledger.Hear(story.Events);
        Assert.Equal([("NC-FID-012", "2027-03-02")], await Reviews());
        var mistake = story.Reviewed(team, "exemplary", 120, new(2027, 9, 2));
        await ledger.Hear(story.Events);
        Assert.Equal([("NC-FID-012", "2027-09-02")], await Reviews());
        story.Withdrawn(mistake, new(2027, 3, 2));
        await ledger.Hear(story.Events);
        Assert.Equal([("NC-FID-011", "2027-03-02")], await Reviews());
        story.Withdrawn(mistake, null);
        await ledger.Hear(story.Events);
        Assert.Empty(await Reviews());

        async Task<IEnumerable<(string, string)>> Reviews() =>
            (await All(new())).Where(d => d.Kind == "fidelity-review").Select(d => (d.RuleId, d.DueOn));
    }

    [Fact]
    public async Task The_money_at_stake_is_that_of_the_claim_line_or_milestone()
    {
        Story story = new(Noon);
        var line = story.Claimed(2, 1, 2000m, "held");
        story.Set("attention", "NCC-MS-02b", line.ClaimLineId.Name, new(2026, 3, 9));
        story.Set("service-order-renewal", "NC-SO-004", story.Order.Name, new(2027, 3, 2));
        await ledger.Hear(story.Events);
        Assert.Equal(["2000.00", null], (await All(new())).Select(d => d.AtStake?.Amount));
    }

    [Fact]
    public async Task After_a_merge_a_deadline_is_about_the_survivor()
    {
        Story story = new(Noon);
        IndividualId survivor = new(Guid.CreateVersion7(Noon));
        await ledger.Hear(story.Set("assessment-age", "NC-ELIG-013", story.Individual.Name, new(2027, 3, 2)));
        await ledger.Hear(new IndividualsMergedV1
        {
            EventId = Guid.CreateVersion7(Noon.AddHours(1)),
            Sequence = 1,
            OccurredAt = Noon.AddHours(1),
            IndividualId = survivor,
            MergedId = story.Individual,
            Provider = "agency-one",
        });
        Assert.Equal(survivor.Name, Assert.Single(await All(new())).Subject);
    }

    [Fact]
    public async Task Pages_are_complete_and_in_order_when_many_are_due_on_one_day()
    {
        for (var i = 0; i < 12; i++)
        {
            Story story = new(Noon.AddMinutes(i));
            story.Set("service-order-renewal", "NC-SO-004", story.Order.Name, new(2027, 3, 2));
            story.Set("assessment-age", "NC-ELIG-013", story.Individual.Name, new(2027, 3, 2));
            await ledger.Hear(story.Events);
        }

        var whole = await All(new() { PageSize = 200 });
        Assert.Equal(24, whole.Count);
        Assert.Equal(whole, await All(new() { PageSize = 5 }));
        Assert.Equal(whole.Take(3), (await All(new() { PageSize = 200, Through = "2027-03-02" })).Take(3));
        Assert.Empty(await All(new() { Through = "2027-03-01" }));
    }

    [Fact]
    public async Task A_token_of_other_filters_or_of_nothing_is_refused()
    {
        Story story = new(Noon);
        story.Set("service-order-renewal", "NC-SO-004", story.Order.Name, new(2027, 3, 2));
        story.Set("assessment-age", "NC-ELIG-013", story.Individual.Name, new(2027, 3, 2));
        await ledger.Hear(story.Events);
        var token = (await ledger.Deadlines(new() { PageSize = 1 })).OrThrow().NextPageToken;
        Assert.NotEmpty(token);
        foreach (var (bad, program) in new[] { (token, "nc-core"), ("AAAA", ""), ("not base64!", "") })
            Assert.Equal("page_token", Assert.IsType<Problem.Invalid>((await ledger.Deadlines(new() { PageToken = bad, Program = program })).Problem).Field);
        Assert.Equal("team", Assert.IsType<Problem.Invalid>((await ledger.Deadlines(new() { Team = "team-one" })).Problem).Field);
    }

    [Fact]
    public async Task A_calendar_has_a_day_for_each_deadline_overdue_ones_included()
    {
        Story story = new(Noon);
        var team = new TeamId(Guid.CreateVersion7(Noon));
        story.Set("dvrs-referral", "NC-DVRS-002", story.Referral.Name, new(2026, 3, 2));
        story.Reviewed(team, "exemplary", 120, new(2027, 9, 2));
        await ledger.Hear(story.Events);
        var body = (await ledger.Calendar(new() { Provider = "organizations/agency-one" })).OrThrow();
        Assert.Equal("text/calendar; charset=utf-8", body.ContentType);
        var lines = body.Data.ToStringUtf8().Split("\r\n");
        Assert.All(lines, line => Assert.True(line.Length <= 75, line));
        Assert.Equal(("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR", ""), (lines[0], lines[1], lines[^2], lines[^1]));
        Assert.Equal(["20260302", "20270902"], lines.Where(l => l.StartsWith("DTSTART", StringComparison.Ordinal)).Select(l => l[^8..]));
        Assert.Equal(["20260303", "20270903"], lines.Where(l => l.StartsWith("DTEND", StringComparison.Ordinal)).Select(l => l[^8..]));
        Assert.Equal(["SUMMARY:OVERDUE dvrs-referral (NC-DVRS-002)", "SUMMARY:fidelity-review (NC-FID-012)"],
            lines.Where(l => l.StartsWith("SUMMARY", StringComparison.Ordinal)));
        Assert.Equal(2, lines.Where(l => l.StartsWith("UID:", StringComparison.Ordinal)).Distinct().Count());
        Assert.DoesNotContain(story.Individual.Value.ToString(), body.Data.ToStringUtf8(), StringComparison.Ordinal);

        var ofTeam = (await ledger.Calendar(new() { Team = team.Name })).OrThrow().Data.ToStringUtf8();
        Assert.DoesNotContain("dvrs-referral", ofTeam, StringComparison.Ordinal);
        Assert.Contains("fidelity-review", ofTeam, StringComparison.Ordinal);
        Assert.IsType<Problem.Forbidden>((await ledger.Calendar(
            new() { Provider = "organizations/agency-one" }, new(Roles.Provider, "agency-two", "client-one"))).Problem);
    }

    private async Task<List<Deadline>> All(ListDeadlinesRequest request, Caller? caller = null)
    {
        List<Deadline> all = [];
        do
        {
            var page = (await ledger.Deadlines(request, caller)).OrThrow();
            all.AddRange(page.Deadlines);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return all;
    }
}
