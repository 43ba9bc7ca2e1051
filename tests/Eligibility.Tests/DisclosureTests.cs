using Grpc.Core;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Break-glass access: opened for a reason and a limited time, marked in the audit log, reviewed by another person.</summary>
[Collection("eligibility")]
public sealed class DisclosureTests(EligibilityService service)
{
    private Proto.Disclosures.DisclosuresClient Disclosures => new(service.Channel);

    [Theory]
    [InlineData(Roles.Ops, "platform")]
    [InlineData(Roles.Mco, "payer-emergency")]
    [InlineData(Roles.Provider, "agency-emergency")]
    public async Task A_caller_who_may_not_see_a_person_opens_and_reads_the_record_and_the_agency_reviews_it(string role, string organization)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var caller = service.As(role, organization, "night-shift");
        var opened = await Disclosures.OpenDisclosureAsync(OpenRequest(one), caller);
        Assert.Equal((one.Name, Proto.DisclosureState.AwaitingReview, 0, "Emergency department asks"),
            (opened.Individual, opened.State, opened.Reads, opened.Reason));
        Assert.Equal(TimeSpan.FromMinutes(30), opened.ExpireTime.ToDateTimeOffset() - opened.OpenTime.ToDateTimeOffset());

        var shown = await Disclosures.ReadDisclosureAsync(new() { Name = opened.Name }, caller);
        Assert.Equal((one.Name, "Quillgiven", one.Identifier), (shown.Name, shown.GivenName, shown.Identifiers.Single().Value));
        await Disclosures.ReadDisclosureAsync(new() { Name = opened.Name }, caller);
        Assert.Equal(2L, await service.Count(
            $"ips_who_saw('{one.Name.Split('/')[1]}') where disclosure = '{Id(opened)}' and action = 'read' "
                + $"and caller = 'night-shift' and role = '{role}'"));

        // It stays on the agency's list until the agency has reviewed it; meanwhile no other caller sees the record.
        var listed = (await Disclosures.ListDisclosuresAsync(new() { State = Proto.DisclosureState.AwaitingReview }, one.AsProvider))
            .Disclosures.Single(d => d.Name == opened.Name);
        Assert.Equal(2, listed.Reads);
        Assert.Equal(StatusCode.NotFound,
            (await EligibilityService.Refused(async () => await Disclosures.ReadDisclosureAsync(new() { Name = opened.Name },
            service.As(role, organization, "day-shift")))).Code);
        var reviewed = await Disclosures.ReviewDisclosureAsync(Review(opened), one.AsProvider);
        Assert.Equal(Proto.DisclosureState.Justified, reviewed.State);
        Assert.DoesNotContain((await Disclosures.ListDisclosuresAsync(new() { State = Proto.DisclosureState.AwaitingReview }, one.AsProvider)).Disclosures,
            d => d.Name == opened.Name);
        Assert.Equal(StatusCode.FailedPrecondition,
            (await EligibilityService.Refused(async () => await Disclosures.ReadDisclosureAsync(new() { Name = opened.Name }, caller))).Code);
        Assert.Equal(StatusCode.FailedPrecondition,
            (await EligibilityService.Refused(async () => await Disclosures.ReviewDisclosureAsync(Review(opened), one.AsProvider))).Code);

        // Published twice, without the reason.
        Assert.Equal(2L, await service.Count(
            $"outbox_rows where subject = '{opened.Name}' and type = 'ips.eligibility.disclosure-moved.v1' and body::text not like '%Emergency%'"));
    }

    [Fact]
    public async Task Its_time_is_limited()
    {
        var one = await PersonBuilder.Register(service);
        var caller = service.As(Roles.Ops, "platform", "night-shift");
        var request = OpenRequest(one);
        request.Minutes = 5;
        var opened = await Disclosures.OpenDisclosureAsync(request, caller);
        await Disclosures.ReadDisclosureAsync(new() { Name = opened.Name }, caller);
        service.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(StatusCode.FailedPrecondition,
            (await EligibilityService.Refused(async () => await Disclosures.ReadDisclosureAsync(new() { Name = opened.Name }, caller))).Code);
        // An expired disclosure still awaits its review.
        Assert.Contains((await Disclosures.ListDisclosuresAsync(new() { State = Proto.DisclosureState.AwaitingReview, PageSize = 200 }, one.AsProvider))
            .Disclosures, d => d.Name == opened.Name);
    }

    [Fact]
    public async Task It_opens_no_other_access_and_no_caller_reviews_its_own_disclosure()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var caller = service.As(Roles.Provider, "agency-emergency", "night-shift");
        var opened = await Disclosures.OpenDisclosureAsync(OpenRequest(one), caller);
        Assert.Equal(StatusCode.NotFound,
            (await EligibilityService.Refused(async () => await one.Individuals.GetIndividualAsync(new() { Name = one.Name }, caller))).Code);
        Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () => await one.Determinations.DetermineAsync(one.Determination(), caller)))
            .Code);
        Assert.Equal(StatusCode.PermissionDenied,
            (await EligibilityService.Refused(async () => await Disclosures.ReviewDisclosureAsync(Review(opened), caller))).Code);
        Assert.Equal(StatusCode.PermissionDenied,
            (await EligibilityService.Refused(async () => await Disclosures.ReviewDisclosureAsync(Review(opened),
            service.As(Roles.Provider, "agency-emergency", "day-shift")))).Code);
        Assert.Equal(StatusCode.PermissionDenied,
            (await EligibilityService.Refused(async () => await Disclosures.ReviewDisclosureAsync(Review(opened),
            service.As(Roles.Ops, "platform", "night-shift")))).Code);
        Assert.Equal(StatusCode.NotFound,
            (await EligibilityService.Refused(async () => await Disclosures.GetDisclosureAsync(new() { Name = opened.Name },
            service.As(Roles.Mco, "payer-foreign")))).Code);
        Assert.Equal(Proto.DisclosureState.Justified,
            (await Disclosures.ReviewDisclosureAsync(Review(opened), service.As(Roles.Ops, "platform", "privacy-officer"))).State);
    }

    [Fact]
    public async Task Without_a_reason_a_person_or_a_valid_time_nothing_is_opened()
    {
        var one = await PersonBuilder.Register(service);
        var caller = service.As(Roles.Ops, "platform", "night-shift");
        var request = OpenRequest(one);
        (request.Reason, request.Minutes) = ("because", 241);
        Assert.Equal(["minutes", "reason"], (await service.RefusedWithoutTrace(async () => await Disclosures.OpenDisclosureAsync(request, caller)))
            .Fields.Order());
        (request.Reason, request.Minutes, request.Individual) = ("Emergency department asks", 0, $"individuals/{EligibilityService.NewId()}");
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () => await Disclosures.OpenDisclosureAsync(request, caller))).Code);
        Assert.Equal(StatusCode.PermissionDenied,
            (await service.RefusedWithoutTrace(async () => await Disclosures.OpenDisclosureAsync(OpenRequest(one), one.AsDvrs))).Code);
    }

    private static string Id(Proto.Disclosure disclosure) => disclosure.Name.Split('/')[1];

    private static Proto.OpenDisclosureRequest OpenRequest(PersonBuilder one) =>
        new() { Individual = one.Name, Reason = "Emergency department asks", RequestId = EligibilityService.NewId() };

    private static Proto.ReviewDisclosureRequest Review(Proto.Disclosure opened) =>
        new() { Name = opened.Name, Finding = Proto.DisclosureState.Justified, Note = "Checked with the caller", RequestId = EligibilityService.NewId() };
}
