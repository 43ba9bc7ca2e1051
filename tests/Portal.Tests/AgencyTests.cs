using System.Globalization;
using Ips.Contracts.Billing.V1;
using Microsoft.Playwright;
using Xunit;

namespace Ips.Portal.Tests;

/// <summary>The team of an agency: what waits for it today, and the list behind each number.</summary>
[Collection("site")]
public sealed class AgencyTests(Site site)
{
    private const string Lead = "Team lead at Harbor Works";

    [Fact]
    public async Task Lead_begins_with_today_and_what_is_overdue_comes_first()
    {
        await using var visit = await (await site.Visit()).SignIn(Lead);
        Assert.Equal("Today", await visit.Heading());
        var first = await visit.Page.Locator("section:has(#due) tbody tr").First.InnerTextAsync();
        Assert.Contains("overdue by", first, StringComparison.Ordinal);
        Assert.DoesNotContain("NC-DOC-002", await visit.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Number_of_what_is_overdue_opens_its_list()
    {
        await using var visit = await (await site.Visit()).SignIn(Lead);
        var tile = visit.Page.Locator(".tiles a[href='/due?show=overdue']");
        var count = int.Parse(await tile.InnerTextAsync(), CultureInfo.InvariantCulture);
        await visit.Click(tile);
        Assert.Equal("What is due", await visit.Heading());
        Assert.Equal(count, await visit.Page.Locator("tbody tr").CountAsync());
        Assert.Equal(count, await visit.Page.GetByText("overdue by").CountAsync());
    }

    [Fact]
    public async Task Everything_that_runs_is_listed_when_it_is_chosen()
    {
        await using var visit = await (await site.Visit()).SignIn(Lead, "/due");
        await visit.Page.GetByLabel("Show", new() { Exact = true }).SelectOptionAsync("all");
        await visit.Submit("Show");
        Assert.Contains("NC-DOC-002", await visit.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blocked_line_shows_its_rule_and_what_to_do()
    {
        await using var visit = await (await site.Visit()).SignIn(Lead, "/money");
        var row = await visit.Page.Locator("tbody tr").First.InnerTextAsync();
        Assert.Contains("NCC-MS-02c", row, StringComparison.Ordinal);
        Assert.Contains("Do: an authorization with a unit left.", row, StringComparison.Ordinal);
        Assert.Contains("Sandbox Case One", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_that_is_ready_for_more_than_seven_days_is_listed_and_a_younger_one_is_not()
    {
        site.Billing.Line(ClaimLineState.Ready, daysAgo: 6).ServiceDate = "2020-01-06";
        site.Billing.Line(ClaimLineState.Ready, daysAgo: 8).ServiceDate = "2020-01-08";
        await using var visit = await (await site.Visit()).SignIn(Lead, "/money?show=unsent");
        var text = await visit.Text();
        Assert.Contains("2020-01-08", text, StringComparison.Ordinal);
        Assert.DoesNotContain("2020-01-06", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Person_on_the_caseload_is_shown_with_the_next_step()
    {
        await using var visit = await (await site.Visit()).SignIn(Lead, "/caseload");
        var row = await visit.Page.Locator("tbody tr").InnerTextAsync();
        Assert.Contains("Sandbox Case One", row, StringComparison.Ordinal);
        Assert.Contains("Specialist One", row, StringComparison.Ordinal);
        Assert.Contains("Service order renewal", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_serve_tomorrow_comes_first_with_what_is_missing()
    {
        await using var visit = await (await site.Visit()).SignIn(Lead, "/staff");
        var row = await visit.Page.Locator("tbody tr").First.InnerTextAsync();
        Assert.Contains("Specialist Two", row, StringComparison.Ordinal);
        Assert.Contains("May not serve", row, StringComparison.Ordinal);
        Assert.Contains("a high school diploma on file", row, StringComparison.Ordinal);
        Assert.Contains(TimeProvider.System.GetUtcNow().AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), site.Staffing.Days);
        Assert.Contains("Motivational interviewing", await visit.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Referral_to_the_agency_is_listed_with_its_next_step()
    {
        await using var visit = await (await site.Visit()).SignIn(Lead, "/intake");
        var row = await visit.Page.Locator("tbody tr").First.InnerTextAsync();
        Assert.Contains("Sandbox Case Two", row, StringComparison.Ordinal);
        Assert.Contains("Contact the person", row, StringComparison.Ordinal);
        Assert.Contains("record the diagnosis", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_without_anything_explains_what_will_appear()
    {
        await using var visit = await (await site.Visit()).SignIn(Lead, "/money?show=void");
        Assert.Contains("No claim line is in this state", await visit.Text(), StringComparison.Ordinal);
        Assert.Equal(0, await visit.Page.Locator("table").CountAsync());
    }

    [Fact]
    public async Task Agency_reads_its_requests_and_decides_none()
    {
        var waiting = site.Eligibility.Waiting();
        await using var visit = await (await site.Visit()).SignIn(Lead, $"/{waiting.Name}");
        Assert.Contains("NC-AUTH-009", await visit.Text(), StringComparison.Ordinal);
        Assert.Equal(0, await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Record the decision" }).CountAsync());
    }
}
