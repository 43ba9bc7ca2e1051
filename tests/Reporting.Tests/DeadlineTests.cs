using Ips.Contracts;
using Ips.Contracts.Reporting.V1;
using Ips.Testing;
using Xunit;
using Deadline = Ips.Contracts.Reporting.V1.Deadline;

namespace Ips.Reporting.Tests;

/// <summary>What is still due, by which rule, because of which event.</summary>
public sealed class DeadlineTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private Ledger ledger = null!;

    public async Task InitializeAsync() => ledger = await Ledger.Open(FixedClock.At("2026-03-10"));

    public async Task DisposeAsync() => await ledger.DisposeAsync();

    [Fact]
    public async Task Every_deadline_has_its_rule_its_day_and_its_event()
    {
        Story story = new(Noon);
        var signed = story.Signed();
        var determined = story.Determined();
        var offered = story.Moved("offered");
        var requested = story.Requested("pended_info");
        var team = new TeamId(Guid.CreateVersion7(Noon));
        var reviewed = story.Reviewed(team, "exemplary", 120, new(2027, 9, 2));
        var authorization = new AuthorizationId(Guid.CreateVersion7(Noon));
        var decided = story.Decided("modify", "ips", authorization);
        await ledger.Hear(story.Events);
        var all = await All(new() { From = "2026-03-02" });
        Assert.Equal(
            [
                ("dvrs-referral", "NC-DVRS-002", "2026-03-02", -8, offered.EventId.ToString()),
                ("authorization-request", "NC-AUTH-005", "2026-03-31", 21, requested.EventId.ToString()),
                ("dvrs-referral-late", "NC-DVRS-002", "2026-04-01", 22, offered.EventId.ToString()),
                ("authorization-end", "NC-AUTH-006", "2026-05-30", 81, decided.EventId.ToString()),
                ("service-order-renewal", "NC-SO-004", "2027-03-02", 357, signed.EventId.ToString()),
                ("assessment-valid-through", "NC-ELIG-013", "2027-03-02", 357, determined.EventId.ToString()),
                ("fidelity-review", "NC-FID-012", "2027-09-02", 541, reviewed.EventId.ToString()),
            ],
            all.Select(d => (d.Kind, d.RuleId, d.DueOn, d.DaysLeft, d.EventId)));
        Assert.All(all, d => Assert.Equal("organizations/agency-one", d.Provider));
        Assert.Equal($"authorizations/{authorization}", all[3].Subject);

        // Without a first day it starts today; the dashboard counts from its own last day.
        Assert.Equal("2026-03-31", (await All(new())).First().DueOn);
        Assert.Equal(20, (await ledger.Show(through: "2026-03-11")).Deadlines[0].DaysLeft);
        Assert.Equal(0, (await ledger.Show(through: "2026-03-31")).Deadlines[0].DaysLeft);
        Assert.Equal("dvrs-referral-late", (await ledger.Show(through: "2026-04-01")).Deadlines[0].Kind);
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
            (await All(new() { From = "2026-03-02" })).Where(d => d.Kind == "fidelity-review").Select(d => (d.RuleId, d.DueOn));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_sent_referral_is_no_longer_due_in_either_order_of_arrival(bool backwards)
    {
        Story story = new(Noon);
        story.Moved("offered");
        story.Moved("referred", "offered");
        await ledger.Hear(backwards ? story.Events.AsEnumerable().Reverse() : story.Events);
        Assert.Empty(await All(new() { From = "2026-01-01" }));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_new_order_in_force_replaces_the_renewal_of_the_old_one_and_an_invalid_one_does_not(bool backwards)
    {
        Story story = new(Noon);
        story.Signed();
        var renewal = story.Signed("in_force", new(Guid.CreateVersion7(Noon)), new(2027, 2, 1));
        story.Signed("invalid", new(Guid.CreateVersion7(Noon)), new(2027, 2, 2));
        await ledger.Hear(backwards ? story.Events.AsEnumerable().Reverse() : story.Events);
        var due = Assert.Single(await All(new()));
        Assert.Equal(("2028-02-01", renewal.EventId.ToString()), (due.DueOn, due.EventId));
    }

    [Fact]
    public async Task People_do_not_replace_each_others_deadlines()
    {
        Story one = new(Noon);
        Story two = new(Noon);
        one.Signed();
        two.Signed();
        await ledger.Hear([.. one.Events, .. two.Events]);
        Assert.Equal(2, (await All(new())).Count);
    }

    [Fact]
    public async Task An_authorization_without_units_left_ends_unnoticed_until_units_come_back()
    {
        Story story = new(Noon);
        story.Requested();
        story.Decided();
        await ledger.Hear(story.Events);
        Assert.Equal(("authorization-end", "NCC-MS-02c"), (await All(new())).Select(d => (d.Kind, d.RuleId)).Single());
        var taken = story.Units(1, 0);
        await ledger.Hear(taken);
        Assert.Empty(await All(new()));
        await ledger.Hear(story.Units(-1, 1));
        Assert.Single(await All(new()));
    }

    [Fact]
    public async Task A_decision_of_the_payer_or_a_new_request_answers_the_pended_one()
    {
        Story story = new(Noon);
        story.Requested("pended_info");
        var again = new AuthorizationId(Guid.CreateVersion7(Noon));
        story.Requested("under_review", authorization: again);
        await ledger.Hear(story.Events);
        Assert.Empty(await All(new()));
        await ledger.Hear(story.Decided("deny", authorization: again));
        Assert.Empty(await All(new()));
        // Another kind is another duty.
        await ledger.Hear(story.Requested("not_accepted", "ips", new(Guid.CreateVersion7(Noon))));
        Assert.Equal("authorization-request", Assert.Single(await All(new())).Kind);
    }

    [Theory]
    [InlineData("terminated", false)]
    [InlineData("terminated", true)]
    [InlineData("superseded", false)]
    [InlineData("superseded", true)]
    public async Task The_end_of_a_terminated_or_renewed_authorization_is_no_longer_due(string state, bool backwards)
    {
        Story story = new(Noon);
        story.Decided("approve", "ips");
        story.Authorized(state, "approved", "ips");
        await ledger.Hear(backwards ? story.Events.AsEnumerable().Reverse() : story.Events);
        Assert.Empty(await All(new()));
        // Another authorization of the person ends on its own day.
        var next = story.Decided("approve", "ips", new(Guid.CreateVersion7(Noon)), 120);
        await ledger.Hear(next);
        Assert.Equal(next.EventId.ToString(), Assert.Single(await All(new())).EventId);
    }

    [Fact]
    public async Task Documents_that_came_answer_the_pended_request()
    {
        Story story = new(Noon);
        story.Requested("pended_info");
        await ledger.Hear(story.Events);
        Assert.Equal("authorization-request", Assert.Single(await All(new())).Kind);
        await ledger.Hear(story.Authorized("under_review", "pended_info"));
        Assert.Empty(await All(new()));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_discharge_ends_the_renewal_of_the_order_and_of_the_assessment_until_the_person_comes_back(bool backwards)
    {
        Story story = new(Noon);
        story.Signed();
        var determined = story.Determined();
        story.Discharged(determined.DeterminationId);
        await ledger.Hear(backwards ? story.Events.AsEnumerable().Reverse() : story.Events);
        Assert.Empty(await All(new()));
        var (order, again) = (story.Signed(order: new(Guid.CreateVersion7(Noon))), story.Determined());
        await ledger.Hear(order, again);
        Assert.Equal([order.EventId.ToString(), again.EventId.ToString()], (await All(new())).Select(d => d.EventId));
    }

    [Fact]
    public async Task The_payers_deadline_appears_with_its_reminder_and_ends_with_a_pause_or_decision()
    {
        Story story = new(Noon);
        story.Requested();
        // What sets its own day elsewhere is not listed twice.
        story.Reached("authorization-end", "NCC-MS-02c", "due_soon", new(2026, 5, 30));
        await ledger.Hear(story.Events);
        Assert.Empty(await All(new()));
        var soon = story.Reached("payer-decision", "42-CFR-438.210(d)", "due_soon", new(2026, 3, 12));
        var due = story.Reached("payer-decision", "42-CFR-438.210(d)", "due", new(2026, 3, 12));
        await ledger.Hear(due, soon);
        var listed = Assert.Single(await All(new()));
        Assert.Equal(("payer-decision", "42-CFR-438.210(d)", "2026-03-12", 2, due.EventId.ToString()),
            (listed.Kind, listed.RuleId, listed.DueOn, listed.DaysLeft, listed.EventId));

        await ledger.Hear(story.Authorized("pended_info", "under_review"));
        Assert.Empty(await All(new()));
        await ledger.Hear(story.Authorized("under_review", "pended_info"),
            story.Reached("payer-decision", "42-CFR-438.210(d)", "due_soon", new(2026, 3, 15), 2));
        Assert.Equal("2026-03-15", Assert.Single(await All(new())).DueOn);
        await ledger.Hear(story.Decided("deny"));
        Assert.Empty(await All(new()));

        // A request that is withdrawn is not decided any more.
        await ledger.Hear(story.Authorized("under_review", "pended_info"),
            story.Reached("payer-decision", "42-CFR-438.210(d)", "due_soon", new(2026, 3, 18), 3));
        Assert.Single(await All(new()));
        await ledger.Hear(story.Authorized("withdrawn", "under_review"));
        Assert.Empty(await All(new()));
    }

    [Fact]
    public async Task Pages_are_complete_and_in_order_when_many_are_due_on_one_day()
    {
        for (var i = 0; i < 12; i++)
        {
            Story story = new(Noon.AddMinutes(i));
            story.Signed();
            story.Determined();
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
        story.Signed();
        story.Determined();
        await ledger.Hear(story.Events);
        var token = (await ledger.Deadlines(new() { PageSize = 1 })).OrThrow().NextPageToken;
        Assert.NotEmpty(token);
        foreach (var (bad, program) in new[] { (token, "nc-core"), ("AAAA", ""), ("not base64!", "") })
            Assert.Equal("page_token", Assert.IsType<Problem.Invalid>((await ledger.Deadlines(new() { PageToken = bad, Program = program })).Problem).Field);
    }

    private async Task<List<Deadline>> All(ListDeadlinesRequest request)
    {
        List<Deadline> all = [];
        do
        {
            var page = (await ledger.Deadlines(request)).OrThrow();
            all.AddRange(page.Deadlines);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return all;
    }
}
