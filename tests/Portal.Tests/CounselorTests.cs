using Ips.Contracts.Eligibility.V1;
using Xunit;

namespace Ips.Portal.Tests;

/// <summary>The counselor of vocational rehabilitation: the answers that are owed, and giving them.</summary>
[Collection("site")]
public sealed class CounselorTests(Site site)
{
    private const string Counselor = "Counselor at NC DVRS";

    [Fact]
    public async Task Counselor_begins_with_what_waits_longest()
    {
        var old = site.Eligibility.Referred(daysAgo: 90);
        await using var visit = await (await site.Visit()).SignIn(Counselor);
        Assert.Equal("Referrals", await visit.Heading());
        var row = visit.Page.Locator("tbody tr").First;
        Assert.Equal($"/{old.Name}", await row.Locator("a").GetAttributeAsync("href"));
        Assert.Contains("90 days", await row.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("Sandbox Case One", await row.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await visit.Page.Locator("nav a").CountAsync());
    }

    [Fact]
    public async Task Referral_is_acknowledged_and_decided()
    {
        var referral = site.Eligibility.Referred();
        await using var visit = await (await site.Visit()).SignIn(Counselor, $"/{referral.Name}");
        Assert.Contains("Language: es", await visit.Text(), StringComparison.Ordinal);
        await visit.Page.GetByLabel("Day you received it").FillAsync("2026-01-10");
        await visit.Submit("Acknowledge");
        Assert.Contains("acknowledged, to be decided", await visit.Text(), StringComparison.Ordinal);
        await visit.Page.GetByLabel("Eligible", new() { Exact = true }).CheckAsync();
        await visit.Page.GetByLabel("Day of the decision").FillAsync("2026-01-20");
        await visit.Page.Locator("#reason").SelectOptionAsync("WaitingList");
        await visit.Submit("Record the decision");
        Assert.Contains("eligible, case open", await visit.Text(), StringComparison.Ordinal);
        var acknowledged = Assert.Single(site.Eligibility.Received.OfType<AcknowledgeReferralRequest>(), sent => sent.Name == referral.Name);
        Assert.Equal("2026-01-10", acknowledged.AcknowledgedOn);
        var decided = Assert.Single(site.Eligibility.Received.OfType<RecordDvrsDecisionRequest>(), sent => sent.Name == referral.Name);
        Assert.Equal((DvrsOutcome.Eligible, "2026-01-20", VrReason.WaitingList), (decided.Outcome, decided.DecidedOn, decided.ReasonCode));
        Assert.NotEqual(acknowledged.MessageId, decided.MessageId);
    }

    [Fact]
    public async Task Counselor_is_named()
    {
        var referral = site.Eligibility.Referred(ReferralState.DvrsDetermining);
        await using var visit = await (await site.Visit()).SignIn(Counselor, $"/{referral.Name}");
        await visit.Page.GetByLabel("Office").FillAsync("Office 12");
        await visit.Page.GetByLabel("Counselor", new() { Exact = true }).FillAsync("Counselor Three");
        await visit.Submit("Name the counselor");
        Assert.Contains("Counselor Three", await visit.Text(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Team lead at Harbor Works")]
    [InlineData("Reviewer at Alliance")]
    public async Task Page_of_a_referral_is_for_the_counselor(string person)
    {
        var referral = site.Eligibility.Referred();
        await using var visit = await (await site.Visit()).SignIn(person, $"/{referral.Name}");
        visit.ExpectsRefusal = true;
        Assert.Equal("Not available for your role", await visit.Heading());
        Assert.DoesNotContain("Sandbox Case One", await visit.Text(), StringComparison.Ordinal);
    }
}
