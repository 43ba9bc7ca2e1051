using Grpc.Core;
using Xunit;
using Reason = Ips.Contracts.Eligibility.V1.VrMeetingReason;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>
/// Who is to be discussed at the monthly meeting of an agency and the vocational rehabilitation agency, and why.
/// The tests have their own service: they move the clock by months.
/// </summary>
public sealed class VrMeetingTests(EligibilityService service) : IClassFixture<EligibilityService>
{
    [Fact]
    public async Task A_person_is_on_the_list_from_the_referral_to_the_closure_with_what_is_open()
    {
        var one = await PersonBuilder.Register(service);
        var referral = await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        Assert.Equal([Reason.NewReferral, Reason.Undecided, Reason.NoCounselor], await Topics(one));
        service.Clock.Advance(TimeSpan.FromDays(40));
        Assert.Equal([Reason.Undecided, Reason.NoCounselor], await Topics(one));
        var waits = Assert.Single((await one.Referrals.ListVrMeetingItemsAsync(new() { Individual = one.Name }, one.AsDvrs)).Items);
        Assert.Equal((40, referral.ReferralDate, referral.Name), (waits.Topics[0].Days, waits.Topics[0].On, waits.Referral.Name));
        Assert.Equal([Reason.NewReferral, Reason.Undecided, Reason.NoCounselor], await Topics(one, since: service.Day(-40)));
        Assert.Equal([Reason.Undecided, Reason.NoCounselor], await Topics(one, since: service.Day(-39)));

        await one.Referrals.RecordDvrsDecisionAsync(new()
        {
            Name = referral.Name,
            MessageId = EligibilityService.NewId(),
            Outcome = Proto.DvrsOutcome.Eligible,
            DecidedOn = service.Day(),
        }, one.AsDvrs);
        Assert.Equal([Reason.Decided, Reason.NoCounselor, Reason.NoPlan, Reason.NoAuthorization], await Topics(one));
        await one.Referrals.RecordVrPlanAsync(new()
        {
            Name = referral.Name,
            MessageId = EligibilityService.NewId(),
            PlanFrom = service.Day(),
            PlanThrough = service.Day(100),
        }, one.AsDvrs);
        var authorized = await one.Referrals.RecordVrAuthorizationAsync(new()
        {
            Name = referral.Name,
            MessageId = EligibilityService.NewId(),
            Number = EligibilityService.NewId(),
            Milestone = 3,
            AmountUsd = "1500.00",
            ValidFrom = service.Day(),
            ValidThrough = service.Day(85),
        }, one.AsDvrs);
        Assert.Equal([Reason.Decided, Reason.NoCounselor], await Topics(one));
        service.Clock.Advance(TimeSpan.FromDays(39));
        Assert.Equal([Reason.NoCounselor], await Topics(one));
        service.Clock.Advance(TimeSpan.FromDays(1));
        var ends = Assert.Single((await one.Referrals.ListVrMeetingItemsAsync(new() { Individual = one.Name }, one.AsProvider)).Items).Topics[^1];
        Assert.Equal((Reason.AuthorizationEnds, authorized.Name, authorized.ValidThrough, -45), (ends.Reason, ends.VrAuthorization, ends.On, ends.Days));
        service.Clock.Advance(TimeSpan.FromDays(15));
        Assert.Equal([Reason.NoCounselor, Reason.PlanEnds, Reason.AuthorizationEnds], await Topics(one));
        service.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal([Reason.NoCounselor, Reason.PlanEnds, Reason.NoAuthorization], await Topics(one));

        await one.Referrals.RecordDvrsClosureAsync(
            new() { Name = referral.Name, MessageId = EligibilityService.NewId(), ClosedOn = service.Day(), ReasonCode = Proto.VrReason.Employed }, one.AsDvrs);
        Assert.Equal([Reason.Closed], await Topics(one));
        service.Clock.Advance(TimeSpan.FromDays(32));
        Assert.Empty(await Topics(one));
    }

    [Fact]
    public async Task Each_sees_its_own_and_a_list_of_one_agency_is_by_office()
    {
        var one = await PersonBuilder.Register(service);
        await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        var (mine, other) = ($"organizations/{one.Provider}", "organizations/elsewhere");
        Assert.Single((await one.Referrals.ListVrMeetingItemsAsync(new() { Provider = mine, Program = "nc-core" }, one.AsDvrs)).Items);
        Assert.Empty((await one.Referrals.ListVrMeetingItemsAsync(new() { Provider = other }, one.AsDvrs)).Items);
        Assert.Empty((await one.Referrals.ListVrMeetingItemsAsync(new() { Provider = mine, VrOffice = "north" }, one.AsDvrs)).Items);
        Assert.Empty((await one.Referrals.ListVrMeetingItemsAsync(new() { Provider = mine }, service.As(Roles.Provider, "agency-foreign"))).Items);
        Assert.Empty((await one.Referrals.ListVrMeetingItemsAsync(new() { Provider = mine }, service.As(Roles.Dvrs, "mo-vr"))).Items);
        foreach (var role in new[] { Roles.Mco, Roles.State, Roles.Ops })
            Assert.Equal(StatusCode.PermissionDenied, (await EligibilityService.Refused(
                async () => await one.Referrals.ListVrMeetingItemsAsync(new(), service.As(role, one.Payer)))).Code);
        var offered = await PersonBuilder.Register(service, provider: one.Provider);
        await offered.Referrals.CreateReferralAsync(offered.Referral(sent: false), offered.AsProvider);
        Assert.Single((await one.Referrals.ListVrMeetingItemsAsync(new(), one.AsProvider)).Items);
        Assert.Equal(["since"], (await service.RefusedWithoutTrace(
            async () => await one.Referrals.ListVrMeetingItemsAsync(new() { Since = service.Day(2) }, one.AsProvider))).Fields);
    }

    private static async Task<Reason[]> Topics(PersonBuilder one, string since = "") =>
        [.. (await one.Referrals.ListVrMeetingItemsAsync(new() { Individual = one.Name, Since = since }, one.AsDvrs)).Items.SelectMany(i => i.Topics).Select(t => t.Reason)];
}
