using Grpc.Core;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>An order is in force when a permitted signer signed it on the day; otherwise it is stored with its receipt and is not in force.</summary>
[Collection("eligibility")]
public sealed class ServiceOrderTests(EligibilityService service)
{
    [Fact]
    public async Task A_signed_order_is_in_force_for_a_year_and_never_signed_again()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var draft = await one.Draft();
        Assert.Equal(Proto.ServiceOrderState.Draft, draft.State);
        var signed = await one.ServiceOrders.SignServiceOrderAsync(one.Signature(draft), one.AsProvider);
        Assert.Equal((Proto.ServiceOrderState.InForce, service.Day()), (signed.State, signed.SignatureCapturedDate));
        Assert.Equal(signed, await one.ServiceOrders.GetServiceOrderAsync(new() { Name = draft.Name }, one.AsPayer));
        Assert.Equal(signed, Assert.Single((await one.ServiceOrders.ListServiceOrdersAsync(new() { Individual = one.Name }, one.AsProvider)).ServiceOrders));

        Assert.True((await Check(one, service.Day())).InForce);
        Assert.True((await Check(one, signed.ValidThrough)).InForce);
        Assert.False((await Check(one, service.Day(-1))).InForce);
        Assert.False((await Check(one, service.Day(366))).InForce);

        var again = await service.RefusedWithoutTrace(async () => await one.ServiceOrders.SignServiceOrderAsync(one.Signature(signed), one.AsProvider));
        Assert.Equal(StatusCode.FailedPrecondition, again.Code);
        var stale = await service.RefusedWithoutTrace(async () => await one.ServiceOrders.SignServiceOrderAsync(one.Signature(draft), one.AsProvider));
        Assert.Equal(StatusCode.Aborted, stale.Code);
    }

    [Theory]
    [InlineData(-3, Proto.SignerType.LicensedPsychologist, "NC-SO-005")]
    [InlineData(0, Proto.SignerType.Esp, "NC-SO-001")]
    public async Task A_backdated_order_or_one_signed_by_an_ESP_is_stored_but_not_in_force(int day, Proto.SignerType signer, string rule)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var signed = await one.ServiceOrders.SignServiceOrderAsync(one.Signature(await one.Draft(day), signer, day), one.AsProvider);
        Assert.Equal((Proto.ServiceOrderState.Invalid, "", Verdict.NotMet), (signed.State, signed.ValidThrough, signed.Decision.Verdict));
        Assert.Equal(Verdict.NotMet, Assert.Single(signed.Decision.Findings, f => f.RuleId == rule).Verdict);
        Assert.False((await Check(one, service.Day())).InForce);
        Assert.Equal(1, await service.Count($"decisions where subject = '{signed.Name}'"));
    }

    [Fact]
    public async Task Validating_a_signature_changes_nothing()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var draft = await one.Draft();
        var before = await service.Everything();
        var request = one.Signature(draft);
        (request.ValidateOnly, request.RequestId) = (true, "");
        Assert.Equal(Proto.ServiceOrderState.InForce, (await one.ServiceOrders.SignServiceOrderAsync(request, one.AsProvider)).State);
        Assert.Equal(before, await service.Everything());
        Assert.Equal(draft, await one.ServiceOrders.GetServiceOrderAsync(new() { Name = draft.Name }, one.AsProvider));
    }

    private async Task<Proto.CheckServiceOrderResponse> Check(PersonBuilder one, string day) =>
        await one.ServiceOrders.CheckServiceOrderAsync(new() { Individual = one.Name, Program = "nc-core", ServiceDate = day }, one.AsProvider);
}
