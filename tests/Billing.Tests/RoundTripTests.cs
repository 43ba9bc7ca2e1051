using Ips.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Ips.Billing.Tests;

/// <summary>How often a claim line goes to the database: the answers of earlier requests, everything that it counts, and one batch that writes.</summary>
[Collection("billing")]
public sealed class RoundTripTests(BillingService billing, ITestOutputHelper output)
{
    [Fact]
    public async Task A_claim_line_goes_three_times_to_the_database_also_when_it_holds_units()
    {
        var (individual, person) = billing.Eligibility.Person();
        var first = await billing.Submitted(BillingService.First(individual, BillingService.Day, await billing.Noted(individual)));
        var second = await billing.Submitted(BillingService.Second(individual));
        Assert.Equal((2, 1), await RoundTrips.Of(output, () => billing.Claimed(billing.Line(first.Name))));
        Assert.Equal((2, 1), await RoundTrips.Of(output, () => billing.Claimed(billing.Line(second.Name))));
        Assert.Single(person.Drawn);
    }
}
