using Ips.Testing;
using Xunit;

namespace Ips.Eligibility.Tests;

/// <summary>
/// Runs the sessions of docs/integrators as written on the page (<see cref="PageSession"/>). The test has its own service: the pages are about one day, and
/// other tests move the clock.
/// </summary>
public sealed class WalkthroughTests(EligibilityService service) : IClassFixture<EligibilityService>
{
    [Theory]
    [InlineData("mco", 26)]
    [InlineData("dvrs", 14)]
    [InlineData("agency", 15)]
    [InlineData("fhir", 8)]
    public async Task The_page_works_as_written(string page, int atLeast)
    {
        Assert.Equal("2026-03-02", service.Day());
        // A feed shows a step when the relay has placed it, a moment after its commit.
        PageSession session = new(page, service.Address, await Words(page), () => Poll.Until(async () => await service.Count("outbox_rows where position is null") == 0));
        var requests = await session.Run();
        Assert.True(requests >= atLeast, $"{page}.md has {requests} requests.");
    }

    // The agency that the page names has the person on file, with all facts except the payer's finding; on the page about FHIR the Career Profile is missing.
    private async Task<Dictionary<string, string>> Words(string page)
    {
        var one = await PersonBuilder.Register(service, provider: "harbor-works", payer: "alliance");
        await one.WithFacts();
        if (page != "fhir")
            await one.WithDocuments();
        return new()
        {
            ["mco"] = Bearer(Roles.Mco, "alliance"),
            ["mco-reviewer"] = service.As(Roles.Mco, "alliance", "reviewer-two")[0].Value["Bearer ".Length..],
            ["other-mco"] = Bearer(Roles.Mco, EligibilityService.NewCode("payer")),
            ["provider"] = Bearer(Roles.Provider, "harbor-works"),
            ["dvrs"] = Bearer(Roles.Dvrs, "nc-dvrs"),
            ["fhir-provider"] = TestIssuer.Token(Roles.Provider, "harbor-works", scope: "system/Claim.c system/Claim.r system/Subscription.cruds"),
            ["fhir-mco"] = TestIssuer.Token(Roles.Mco, "alliance", scope: "system/Claim.r"),
            ["hook"] = "http://127.0.0.1:9/hook",
            ["member"] = one.Identifier,
            ["individual"] = one.Name,
        };
    }

    private string Bearer(string role, string organization) => service.As(role, organization)[0].Value["Bearer ".Length..];
}
