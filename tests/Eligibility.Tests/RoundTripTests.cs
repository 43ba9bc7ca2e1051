using Ips.Testing;
using Xunit;
using Xunit.Abstractions;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>How often a use case goes to the database: its reads run side by side, and everything that it writes is one batch.</summary>
[Collection("eligibility")]
public sealed class RoundTripTests(EligibilityService service, ITestOutputHelper output)
{
    [Fact]
    public async Task A_request_and_its_approval_each_read_side_by_side_and_write_once()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        Proto.Authorization requested = null!;
        var request = await one.Request();
        // The person, the deadlines, what is on file across agencies, the requests that it may repeat, and its documents.
        Assert.Equal((5, 1), await RoundTrips.Of(output, async () => requested = await one.Send(request)));
        // Two more, for the person and the determinations that an approval rests on.
        Assert.Equal((5, 1), await RoundTrips.Of(output, () => one.Approve(requested)));
    }

    [Fact]
    public async Task A_draw_of_units_is_one_read_and_one_write()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var approved = await one.Approved(Proto.AuthorizationKind.Ips, 10);
        Assert.Equal((1, 1), await RoundTrips.Of(output, () => Draw(one, approved)));
    }

    private async Task<Proto.UnitMovement> Draw(PersonBuilder one, Proto.Authorization from) => await one.Authorizations.DrawUnitsAsync(new()
    {
        Name = from.Name,
        ClaimLine = $"claimLines/{EligibilityService.NewId()}",
        ServiceDate = service.Day(),
        Units = 1,
        RequestId = EligibilityService.NewId(),
    }, one.AsBilling);
}
