using Xunit;

namespace Ips.Portal.Tests;

/// <summary>Operations: the services and what needs attention.</summary>
[Collection("site")]
public sealed class OperationsTests(Site site)
{
    [Fact]
    public async Task Operator_begins_with_the_services_and_those_that_need_attention_come_first()
    {
        await using var visit = await (await site.Visit()).SignIn("Platform operator");
        Assert.Equal("Operations", await visit.Heading());
        var rows = await visit.Page.Locator("section:has(#services) tbody tr").AllInnerTextsAsync();
        Assert.Equal(5, rows.Count);
        Assert.Contains("Reporting", rows[^1], StringComparison.Ordinal);
        Assert.Contains(rows, row => row.Contains("Billing", StringComparison.Ordinal) && row.Contains("Does not answer", StringComparison.Ordinal));
        Assert.Equal("http://localhost:1/traces", await visit.Page.Locator("a", new() { HasTextString = "traces" }).GetAttributeAsync("href"));
    }

    [Fact]
    public async Task Operator_sees_which_files_wait_and_why()
    {
        await using var visit = await (await site.Visit()).SignIn("Platform operator");
        var row = Assert.Single(await visit.Page.Locator("section:has(#files) tbody tr").AllInnerTextsAsync());
        foreach (var text in new[] { "Out: claims-000000012.x12", "harbor-works, alliance", "3", "Host key" })
            Assert.Contains(text, row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operator_sees_clocks_without_names()
    {
        await using var visit = await (await site.Visit()).SignIn("Platform operator", "/due");
        Assert.Contains("Service order renewal", await visit.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain("Sandbox Case One", await visit.Text(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Team lead at Harbor Works")]
    [InlineData("Reviewer at Alliance")]
    [InlineData("Counselor at NC DVRS")]
    [InlineData("Analyst at NC DHHS")]
    public async Task Room_is_for_operations(string person)
    {
        await using var visit = await (await site.Visit()).SignIn(person, "/operations");
        visit.ExpectsRefusal = true;
        Assert.Equal("Not available for your role", await visit.Heading());
        Assert.DoesNotContain("ips.outbox.age", await visit.Text(), StringComparison.Ordinal);
    }
}
