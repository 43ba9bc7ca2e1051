using Deque.AxeCore.Playwright;
using Xunit;

namespace Ips.Portal.Tests;

/// <summary>Accessible pages: axe finds no violation, on a desktop and on a phone.</summary>
[Collection("site")]
public sealed class AccessibilityTests(Site site)
{
    [Theory]
    [InlineData("/dashboard", 1280)]
    [InlineData("/dashboard", 390)]
    [InlineData("/figures/admitted?program=nc-core", 390)]
    [InlineData("/deadlines", 1280)]
    public async Task Page_has_no_violation(string path, int width)
    {
        await using var visit = await (await site.Visit(width)).SignIn("Analyst at NC DHHS", path);
        await Accessible(visit);
    }

    [Fact]
    public async Task Sign_in_page_has_no_violation()
    {
        await using var visit = await (await site.Visit()).Open();
        await Accessible(visit);
    }

    [Theory]
    [InlineData("/dashboard")]
    [InlineData("/figures/admitted?program=nc-core")]
    [InlineData("/deadlines")]
    public async Task Page_fits_a_narrow_screen(string path)
    {
        await using var visit = await (await site.Visit(390)).SignIn("Analyst at NC DHHS", path);
        Assert.Equal(390, await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    private static async Task Accessible(Visit visit)
    {
        var result = await visit.Page.RunAxe();
        Assert.Equal([], result.Violations.Select(violation => $"{violation.Id}: {string.Join(", ", violation.Nodes.Select(node => node.Html))}"));
    }
}
