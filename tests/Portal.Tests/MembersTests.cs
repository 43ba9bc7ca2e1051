using Microsoft.Playwright;
using Xunit;

namespace Ips.Portal.Tests;

/// <summary>An administrator records who uses the platform, changes what a member may do, gives a colleague's caseload, and ends access.</summary>
[Collection("site")]
public sealed class MembersTests(Site site)
{
    [Fact]
    public async Task Member_is_added_limited_given_a_colleagues_caseload_and_ended()
    {
        var account = $"account-{Guid.CreateVersion7():N}";
        await using var visit = await (await site.Visit()).SignIn("Team lead at Harbor Works", "/members");
        visit.ExpectsRefusal = true;
        await visit.Page.GetByLabel("Issuer").FillAsync("https://issuer.example");
        await visit.Page.GetByLabel("Account").FillAsync(account);
        await visit.Submit("Add");
        Assert.Contains("is empty; send at least one role", await visit.Text(), StringComparison.Ordinal);
        await visit.Page.GetByLabel("Specialist", new() { Exact = true }).CheckAsync();
        await visit.Submit("Add");
        Assert.Contains("The member is recorded.", await visit.Text(), StringComparison.Ordinal);

        await visit.Click(visit.Page.GetByRole(AriaRole.Link, new() { Name = account }));
        Assert.Equal(account, await visit.Heading());
        await visit.Page.GetByLabel("Sees", new() { Exact = true }).SelectOptionAsync(site.Staffing.Specialist);
        await visit.Page.GetByLabel("Reason", new() { Exact = true }).FillAsync("Serves one caseload");
        await visit.Submit("Change");
        var member = Assert.Single(site.Staffing.Members.Values, one => one.Subject == account);
        Assert.Equal(site.Staffing.Specialist, member.StaffMember);

        await visit.Page.GetByLabel("Also sees the caseload of").SelectOptionAsync(site.Staffing.Blocked);
        await visit.Page.GetByLabel("Through").FillAsync("2099-01-31");
        await visit.Submit("Give");
        Assert.Equal("2099-01-31", Assert.Single(site.Staffing.Delegations, one => one.Member == member.Name).Through);
        await visit.Submit("Take back");
        Assert.NotEqual("2099-01-31", Assert.Single(site.Staffing.Delegations, one => one.Member == member.Name).Through);

        await visit.Page.GetByLabel("Reason for the end").FillAsync("Left the agency");
        await visit.Submit("End access now");
        Assert.Contains("Left the agency", await visit.Text(), StringComparison.Ordinal);
        Assert.NotEqual("", member.Through);
    }
}
