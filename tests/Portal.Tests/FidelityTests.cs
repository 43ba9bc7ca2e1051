using Ips.Contracts.Fidelity.V1;
using Ips.Portal.Components.Fidelity;
using Microsoft.Playwright;
using Xunit;

namespace Ips.Portal.Tests;

/// <summary>Teams and their reviews: reading, scoring, contesting, and the final report.</summary>
[Collection("site")]
public sealed class FidelityTests(Site site)
{
    private const string Analyst = "Analyst at NC DHHS";

    [Fact]
    public async Task Team_is_listed_with_score_tier_and_next_review_and_opens_its_findings()
    {
        await using var visit = await (await site.Visit()).SignIn(Analyst, "/teams");
        var row = await visit.Page.Locator("tbody tr").InnerTextAsync();
        Assert.Contains("100", row, StringComparison.Ordinal);
        Assert.Contains("Good", row, StringComparison.Ordinal);
        Assert.Contains("Overdue", row, StringComparison.Ordinal);
        await visit.Click(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Harbor team" }));
        Assert.Equal("Harbor team", await visit.Heading());
        Assert.Contains("the next review was due", await visit.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reviewer_records_a_draft_of_25_scores()
    {
        await using var visit = await (await site.Visit()).SignIn(Analyst, $"/{site.Staffing.Team.Name}/score");
        await visit.Page.GetByLabel("Reviewed by").SelectOptionAsync("Dhhs");
        await visit.Page.GetByLabel("Last day on site").FillAsync("2026-01-09");
        for (var item = 1; item <= 25; item++)
            await visit.Page.Locator($"input[name=item-{item}][value='{(item % 5) + 1}']").CheckAsync();
        await visit.Submit("Record the draft");
        Assert.Contains("75 of 125", await visit.Text(), StringComparison.Ordinal);
        var sent = site.Fidelity.Received.OfType<RecordReviewRequest>().Last();
        Assert.Equal((Evaluator.Dhhs, "2026-01-09", "nc-core", 25), (sent.Evaluator, sent.LastOnsiteDay, sent.Program, sent.Scores.Count));
        Assert.All(sent.Scores, score => Assert.Equal((score.Item % 5) + 1, score.Score));
    }

    [Fact]
    public async Task Refused_draft_still_holds_its_scores()
    {
        await using var visit = await (await site.Visit()).SignIn(Analyst, $"/{site.Staffing.Team.Name}/score");
        visit.ExpectsRefusal = true;
        for (var item = 1; item <= 25; item++)
            await visit.Page.Locator($"input[name=item-{item}][value='2']").CheckAsync();
        await visit.Submit("Record the draft");
        Assert.Contains("Last onsite day is missing", await visit.Page.GetByRole(AriaRole.Alert).InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(25, await visit.Page.Locator("input[type=radio][value='2']:checked").CountAsync());
    }

    [Fact]
    public async Task Draft_is_contested_by_the_team_decided_by_the_reviewer_and_made_final()
    {
        var review = site.Fidelity.Reviewed(ReviewState.DraftReceived);
        await using (var team = await (await site.Visit()).SignIn("Team lead at Harbor Works", $"/{review.Name}"))
        {
            Assert.Equal(0, await team.Page.GetByRole(AriaRole.Button, new() { Name = "Make it final" }).CountAsync());
            await team.Page.Locator("input[name=contest-6]").CheckAsync();
            await team.Page.GetByLabel("Last day of practice for item 6").FillAsync("2026-01-05");
            await team.Submit("Send the contest");
            Assert.Contains("The review is now: contested.", await team.Text(), StringComparison.Ordinal);
        }

        await using var visit = await (await site.Visit()).SignIn(Analyst, $"/{review.Name}");
        await visit.Page.GetByLabel("Decision on item 6").SelectOptionAsync("Changed");
        await visit.Page.GetByLabel("Score of item 6").FillAsync("5");
        await visit.Submit("Record the decision");
        await visit.Submit("Make it final");
        Assert.Contains("The review is now: final.", await visit.Text(), StringComparison.Ordinal);
        var contest = Assert.Single(site.Fidelity.Received.OfType<ContestReviewRequest>(), sent => sent.Name == review.Name);
        Assert.Equal([6], contest.Items);
        Assert.Equal("2026-01-05", contest.Data.Single().PracticeDate);
        var decided = Assert.Single(site.Fidelity.Received.OfType<DecideContestRequest>(), sent => sent.Name == review.Name).Items.Single();
        Assert.Equal((6, 5, ContestOutcome.Changed), (decided.Item, decided.Score, decided.Outcome));
    }

    [Fact]
    public async Task Agency_may_not_score_itself()
    {
        await using var visit = await (await site.Visit()).SignIn("Team lead at Harbor Works", $"/{site.Staffing.Team.Name}/score");
        visit.ExpectsRefusal = true;
        Assert.Equal("Not available for your organization", await visit.Heading());
        await visit.Open($"/{site.Staffing.Team.Name}");
        Assert.Equal(0, await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Record a review" }).CountAsync());
    }

    [Fact]
    public void Scale_is_the_one_of_the_policies()
    {
        var scale = Ips.Policies.Fidelity.FidelityScale.Ips25;
        Assert.Equal(scale.Items.Select(item => (item.Number, item.Name)), Scale.Items.Select(item => (item.Number, item.Name)));
        Assert.All(Scale.Items, item => Assert.Equal([1, 2, 3, 4, 5], item.Anchors.Keys.Order()));
    }
}
