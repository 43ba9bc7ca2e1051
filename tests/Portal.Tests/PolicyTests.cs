using Ips.Contracts.Eligibility.V1;
using Ips.Portal.Tests.Scenes;
using Microsoft.Playwright;
using Xunit;

namespace Ips.Portal.Tests;

/// <summary>A program manager reads what differs in a release, proposes it, and accepts or withdraws what a colleague proposed.</summary>
[Collection("site")]
public sealed class PolicyTests(Site site)
{
    private const string Analyst = "Analyst at NC DHHS";

    [Fact]
    public async Task Release_is_compared_with_the_one_in_force_and_proposed_for_a_day()
    {
        await using var visit = await (await site.Visit()).SignIn(Analyst, "/policies");
        visit.ExpectsRefusal = true;
        Assert.Contains("In force", await visit.Page.GetByRole(AriaRole.Row, new() { Name = "nc-core 2021.6" }).InnerTextAsync(), StringComparison.Ordinal);
        await visit.Click(visit.Page.GetByRole(AriaRole.Region, new() { Name = "The releases of your programs" })
            .GetByRole(AriaRole.Link, new() { Name = "nc-core 2021.7" }));
        Assert.Equal("nc-core 2021.7", await visit.Heading());
        Assert.Contains("90 calendar-days in version 2021.6, 120 calendar-days in version 2021.7", await visit.Text(), StringComparison.Ordinal);
        await visit.Submit("Propose");
        Assert.Contains("From is missing", await visit.Page.GetByRole(AriaRole.Alert).InnerTextAsync(), StringComparison.Ordinal);
        await visit.Page.GetByLabel("First day").FillAsync("2099-01-31");
        await visit.Page.GetByLabel("In shadow").CheckAsync();
        await visit.Submit("Propose");
        Assert.Contains("It is recorded.", await visit.Text(), StringComparison.Ordinal);
        var sent = site.Eligibility.Received.OfType<ProposePolicyActivationRequest>().Last();
        Assert.Equal(("nc-core", site.Eligibility.Releases[0].Hash, "2099-01-31", true), (sent.Program, sent.Hash, sent.From, sent.Shadow));
    }

    [Fact]
    public async Task Proposal_of_a_colleague_is_accepted_and_withdrawn()
    {
        var proposed = site.Eligibility.Proposed();
        proposed.Version = $"2022.{proposed.Name[^6..]}";
        await using var visit = await (await site.Visit()).SignIn(Analyst, "/policies");
        await visit.Submit($"Accept nc-core {proposed.Version}");
        Assert.Contains("It is recorded.", await visit.Text(), StringComparison.Ordinal);
        Assert.Equal(PolicyActivationState.Accepted, site.Eligibility.Activations[proposed.Name].State);
        Assert.Equal(0, await visit.Page.GetByRole(AriaRole.Button, new() { Name = $"Accept nc-core {proposed.Version}" }).CountAsync());
        await visit.Submit($"Withdraw nc-core {proposed.Version}");
        Assert.Equal(PolicyActivationState.Withdrawn, site.Eligibility.Activations[proposed.Name].State);
    }
}
