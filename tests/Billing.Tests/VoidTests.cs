using Grpc.Core;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

[Collection("billing")]
public sealed class VoidTests(BillingService billing)
{
    [Fact]
    public async Task Voiding_releases_the_units_and_reopens_the_milestone()
    {
        var (individual, person) = billing.Eligibility.Person();
        var milestone = (await billing.Submitted(BillingService.Second(individual))).Name;
        var line = await billing.Claimed(billing.Line(milestone));
        Assert.Equal(Proto.MilestoneState.Claimed, await State(milestone));
        Proto.VoidClaimLineRequest request = new() { Name = line.Name, Etag = line.Etag, RequestId = BillingService.NewId() };
        var gone = await billing.Claims.VoidClaimLineAsync(request, billing.Us);
        Assert.Equal((Proto.ClaimLineState.Void, Proto.MilestoneState.Billable), (gone.State, await State(milestone)));
        Assert.NotEqual(line.Etag, gone.Etag);
        Assert.Equal([line.Name], person.Released);
        Assert.Equal(1, person.Left);
        Assert.Equal(gone, await billing.Claims.VoidClaimLineAsync(request, billing.Us));
        Assert.Single(person.Released);

        (request.Etag, request.RequestId) = (gone.Etag, BillingService.NewId());
        await billing.Claims.VoidClaimLineAsync(request, billing.Us).Refused(StatusCode.FailedPrecondition);
        Assert.Equal(Proto.ClaimLineState.Ready, (await billing.Claimed(billing.Line(milestone))).State);
        Assert.Equal(Proto.MilestoneState.Claimed, await State(milestone));
    }

    [Fact]
    public async Task An_old_etag_is_stale_and_one_of_two_concurrent_voids_succeeds()
    {
        var (individual, person) = billing.Eligibility.Person();
        var line = await billing.Claimed(billing.Line((await billing.Submitted(BillingService.Second(individual))).Name));
        Assert.Equal(["Aborted", "Void"], await BillingService.AtOnce(gone => gone.State.ToString(), Void, Void));
        await billing.Claims.VoidClaimLineAsync(new() { Name = line.Name, Etag = line.Etag, RequestId = BillingService.NewId() }, billing.Us)
            .Refused(StatusCode.Aborted);
        Assert.Equal(["etag"],
            (await billing.Claims.VoidClaimLineAsync(new() { Name = line.Name, RequestId = BillingService.NewId() }, billing.Us)
                .Refused(StatusCode.InvalidArgument)).Fields());
        Assert.Equal(1, person.Left);

        Task<Proto.ClaimLine> Void() => billing.Claims.VoidClaimLineAsync(
            new() { Name = line.Name, Etag = line.Etag, RequestId = BillingService.NewId() }, billing.Us).ResponseAsync;
    }

    [Fact]
    public async Task A_milestone_stays_claimed_when_one_of_its_lines_is_voided_while_another_is_made()
    {
        var (individual, _) = billing.Eligibility.Person();
        var milestone = (await billing.Submitted(
            BillingService.First(individual, "2025-03-05", await billing.Noted(individual), await billing.Noted(individual, day: "2025-03-05")))).Name;
        var line = await billing.Claimed(billing.Line(milestone));
        var outcomes = await BillingService.AtOnce(
            answer => answer.State.ToString(),
            () => billing.Claims.VoidClaimLineAsync(new() { Name = line.Name, Etag = line.Etag, RequestId = BillingService.NewId() }, billing.Us).ResponseAsync,
            () => billing.Claims.CreateClaimLineAsync(billing.Line(milestone, "2025-03-05"), billing.Us).ResponseAsync);
        Assert.Equal(["Ready", "Void"], outcomes);
        Assert.Equal(Proto.MilestoneState.Claimed, await State(milestone));
    }

    [Fact]
    public async Task A_line_is_voided_while_Eligibility_is_down_and_its_event_releases_the_units_later()
    {
        var (individual, person) = billing.Eligibility.Person();
        var line = await billing.Claimed(billing.Line((await billing.Submitted(BillingService.Second(individual))).Name));
        await using (await billing.OthersDown())
        {
            var gone = await billing.Claims.VoidClaimLineAsync(
                new() { Name = line.Name, Etag = line.Etag, RequestId = BillingService.NewId() }, billing.Us);
            Assert.Equal((Proto.ClaimLineState.Void, person.Authorization), (gone.State, gone.Authorization));
        }

        Assert.Empty(person.Released);
        Assert.Equal(1, await billing.Count("outbox_rows", $"type like '%claim-line-voided%' and body::text like '%{line.Name["claimLines/".Length..]}%'"));
    }

    [Fact]
    public async Task Units_stay_with_a_line_whose_void_is_not_committed()
    {
        var (individual, person) = billing.Eligibility.Person();
        var line = await billing.Claimed(billing.Line((await billing.Submitted(BillingService.Second(individual))).Name));
        Proto.VoidClaimLineRequest request = new() { Name = line.Name, Etag = line.Etag, RequestId = BillingService.NewId() };
        await using (await billing.CommitsFail("outbox_rows"))
            await billing.Claims.VoidClaimLineAsync(request, billing.Us).Refused(StatusCode.Unavailable);
        Assert.Empty(person.Released);
        Assert.Equal(Proto.ClaimLineState.Void, (await billing.Claims.VoidClaimLineAsync(request, billing.Us)).State);
        Assert.Equal([line.Name], person.Released);
    }

    [Fact]
    public async Task The_ledger_of_a_year_shows_drawn_and_released_units()
    {
        var (individual, _) = billing.Eligibility.Person();
        var milestone = (await billing.Submitted(
            BillingService.First(individual, "2025-03-05", await billing.Noted(individual, 50), await billing.Noted(individual, 35, "2025-03-05")))).Name;
        var line = await billing.Claimed(billing.Line(milestone));
        await billing.Claims.CreateClaimLineAsync(billing.Line(milestone), billing.Us).Refused(StatusCode.AlreadyExists);
        Assert.Equal(["service_date"],
            (await billing.Claims.CreateClaimLineAsync(billing.Line(milestone, "2025-03-06"), billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
        var other = await billing.Claimed(billing.Line(milestone, "2025-03-05"));
        Assert.Equal((3, 2), (line.Units, other.Units));
        await billing.Claims.VoidClaimLineAsync(new() { Name = line.Name, Etag = line.Etag, RequestId = BillingService.NewId() }, billing.Us);
        Assert.Equal(Proto.MilestoneState.Claimed, await State(milestone));

        Proto.GetUnitLedgerRequest request = new()
        {
            Individual = individual,
            Provider = $"organizations/{BillingService.Provider}",
            Program = "nc-core",
            Year = 2025
        };
        var ledger = await billing.Ledger.GetUnitLedgerAsync(request, billing.Us);
        Assert.Equal((40, 2, 38), (ledger.UnitsAllowed, ledger.UnitsUsed, ledger.UnitsLeft));
        Assert.Equal([(line.Name, 3), (other.Name, 2), (line.Name, -3)], ledger.Entries.Select(e => (e.ClaimLine, e.Units)));
        await billing.Ledger.GetUnitLedgerAsync(request, billing.As(Roles.Provider, "other-agency")).Refused(StatusCode.PermissionDenied);
        using var http = billing.Http(Roles.Provider, BillingService.Provider);
        using var json = System.Text.Json.JsonDocument.Parse(
            await http.GetStringAsync($"/v1/{individual}/unitLedgers/2025?program=nc-core&provider=organizations/{BillingService.Provider}"));
        Assert.Equal(38, json.RootElement.GetProperty("unitsLeft").GetInt32());
        request.Year = 2026;
        Assert.Equal(0, (await billing.Ledger.GetUnitLedgerAsync(request, billing.Us)).UnitsUsed);
    }

    private async Task<Proto.MilestoneState> State(string milestone) =>
        (await billing.Milestones.GetMilestoneAsync(new() { Name = milestone }, billing.Us)).State;
}
