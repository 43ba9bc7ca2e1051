using Ips.Contracts.Common.V1;
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
    public async Task Release_is_simulated_over_the_stored_decisions_of_each_service()
    {
        var release = site.Eligibility.Releases[0];
        await using var visit = await (await site.Visit()).SignIn(Analyst, $"/policies/nc-core/{release.Hash}");
        Assert.DoesNotContain("and taken again by", await visit.Text(), StringComparison.Ordinal);
        await visit.Page.GetByLabel("Decisions recorded since").FillAsync("2026-01-31");
        await visit.Submit("Simulate");
        var row = await visit.Page.GetByRole(AriaRole.Row, new() { Name = "Eligibility 1,234" }).InnerTextAsync();
        Assert.Contains("$ 1000.00", row, StringComparison.Ordinal);
        Assert.Contains("$ 1750.50", row, StringComparison.Ordinal);
        Assert.Contains("admission NCC-ELIG-006: NotMet becomes Met", await visit.Text(), StringComparison.Ordinal);
        Assert.Contains("Decisions recorded since 2026-01-31 and taken again by nc-core", await visit.Text(), StringComparison.Ordinal);
        var simulated = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Decisions recorded since" });
        Assert.Contains("too few to show", await simulated.GetByRole(AriaRole.Row, new() { Name = "Staffing 9" }).InnerTextAsync(), StringComparison.Ordinal);
        var sent = site.Eligibility.Received.OfType<SimulatePoliciesRequest>().Last();
        Assert.Equal(("nc-core", release.Hash, "2026-01-31"), (sent.Program, sent.Hash, sent.Since));
    }

    [Fact]
    public async Task Release_in_shadow_shows_where_its_answers_differ()
    {
        var release = site.Eligibility.Releases[0];
        await using var visit = await (await site.Visit()).SignIn(Analyst, $"/policies/nc-core/{release.Hash}");
        Assert.Contains("12", await visit.Page.GetByRole(AriaRole.Row, new() { Name = "Eligibility 77" }).InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("too few to show", await visit.Page.GetByRole(AriaRole.Row, new() { Name = "Billing 9" }).InnerTextAsync(), StringComparison.Ordinal);
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
