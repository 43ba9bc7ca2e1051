using Microsoft.Playwright;
using Xunit;

namespace Ips.Portal.Tests;

/// <summary>A person with a real browser: sign in, read a number, open its events, sign out.</summary>
[Collection("site")]
public sealed class BrowserTests(Site site)
{
    private const string Analyst = "Analyst at NC DHHS";
    private const string Lead = "Team lead at Harbor Works";

    [Theory]
    [InlineData("Reviewer at Alliance")]
    [InlineData(Lead)]
    public async Task Person_follows_a_number_to_its_event(string person)
    {
        await using var visit = await (await site.Visit()).SignIn(person, "/dashboard");
        Assert.Equal("Dashboard", await visit.Heading());
        await visit.Click(visit.Page.GetByRole(AriaRole.Link, new() { Name = "1 Determined eligible: show the events" }));
        Assert.Equal("Determined eligible: 1", await visit.Heading());
        Assert.Equal(site.Story.Events[2].EventId.ToString(), await visit.Page.Locator("tbody th").InnerTextAsync());
    }

    [Theory]
    [InlineData(Analyst)]
    [InlineData("Platform operator")]
    public async Task Small_numbers_and_their_events_are_withheld_from_who_only_counts(string person)
    {
        await using var visit = await (await site.Visit()).SignIn(person, "/dashboard");
        Assert.Contains("A number is withheld if it counts 1 to 10 people", await visit.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain("2,000.00", await visit.Text(), StringComparison.Ordinal);
        await visit.Click(visit.Page.GetByRole(AriaRole.Link, new() { Name = "withheld Determined eligible: show the events" }));
        Assert.Equal("Determined eligible: withheld", await visit.Heading());
        Assert.Contains("The events behind them are shown to the provider and the payer", await visit.Text(), StringComparison.Ordinal);
        Assert.Equal(0, await visit.Page.Locator("tbody").CountAsync());
    }

    [Fact]
    public async Task Person_lands_on_the_requested_page()
    {
        await using var visit = await (await site.Visit()).SignIn(Analyst, "/deadlines?program=nc-core");
        Assert.Equal("Deadlines", await visit.Heading());
    }

    [Fact]
    public async Task Amounts_lead_to_their_claim_lines()
    {
        await using var visit = await (await site.Visit()).SignIn(Lead, "/dashboard");
        await visit.Click(visit.Page.GetByRole(AriaRole.Link, new() { Name = "USD 2,000.00 on claim lines of milestone 2" }));
        Assert.Equal("Claim lines of milestone 2: 1", await visit.Heading());
    }

    [Fact]
    public async Task Filter_narrows_the_numbers_to_a_provider()
    {
        await using var visit = await (await site.Visit()).SignIn(Analyst);
        await visit.Page.GetByLabel("Provider").First.FillAsync("organizations/another-agency");
        await visit.Click(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }));
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "0 Determined eligible: show the events" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Provider_has_no_provider_filter()
    {
        await using var visit = await (await site.Visit()).SignIn(Lead, "/dashboard");
        Assert.Equal(0, await visit.Page.Locator("input[name=provider]").CountAsync());
    }

    [Fact]
    public async Task Wrong_role_is_explained()
    {
        await using var visit = await (await site.Visit()).SignIn("Counselor at NC DVRS", "/dashboard");
        visit.ExpectsRefusal = true;
        Assert.Equal("Not available for your role", await visit.Heading());
        Assert.Contains("mco, provider, state, ops", await visit.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_program_is_explained()
    {
        await using var visit = await (await site.Visit()).SignIn(Analyst, "/dashboard?program=%3Cscript%3E");
        visit.ExpectsRefusal = true;
        Assert.Equal("This cannot be shown", await visit.Heading());
        Assert.Contains("program", await visit.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sign_out_ends_the_session_here_and_at_the_issuer()
    {
        await using var visit = await (await site.Visit()).SignIn(Analyst);
        await visit.SignOut();
        Assert.Equal("You are signed out", await visit.Heading());
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("Sign in");
    }

    [Fact]
    public async Task Form_of_another_site_does_not_sign_out()
    {
        await using var visit = await (await site.Visit()).SignIn(Analyst);
        Dictionary<string, string> form = new() { ["Content-Type"] = "application/x-www-form-urlencoded" };
        var refused = await visit.Page.APIRequest.PostAsync("/sign-out", new() { Headers = form });
        Assert.Equal(400, refused.Status);
        await visit.Open();
        Assert.Equal("Dashboard", await visit.Heading());
    }

    [Fact]
    public async Task Unknown_address_is_explained()
    {
        await using var visit = await (await site.Visit()).SignIn(Analyst, "/nothing-here");
        visit.ExpectsRefusal = true;
        Assert.Equal("No such page", await visit.Heading());
    }

    [Fact]
    public async Task Back_button_shows_nothing_after_sign_out()
    {
        await using var visit = await (await site.Visit()).SignIn(Analyst);
        await visit.SignOut();
        await visit.Page.GoBackAsync();
        Assert.DoesNotContain("Determined eligible", await visit.Text(), StringComparison.Ordinal);
        Assert.Equal("Sign in", await visit.Heading());
    }

    [Fact]
    public async Task Cookie_holds_a_key_and_no_token()
    {
        await using var visit = await (await site.Visit()).SignIn(Analyst);
        var cookie = Assert.Single(await visit.Cookies(), cookie => cookie.Name == "ips-portal");
        Assert.True(cookie.HttpOnly);
        Assert.True(cookie.Value.Length < 500, $"The cookie has {cookie.Value.Length} characters.");
    }
}
