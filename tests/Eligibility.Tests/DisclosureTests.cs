using Grpc.Core;
using Ips.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
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
    [InlineData(Roles.Provider, "agency-emergency")]
    public async Task A_caller_who_may_not_see_a_person_opens_and_reads_the_record_and_the_agency_reviews_it(string role, string organization)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        Proto.ContactContent emergency = new()
        {
            RelatedPerson = new() { Role = Proto.RelatedPersonRole.EmergencyContact, GivenName = "Quillnext", FamilyName = "Quillkin" },
        };
        await one.Individuals.RecordContactAsync(
            new() { Individual = one.Name, Content = emergency, From = service.Day(), RequestId = EligibilityService.NewId() }, one.AsProvider);
        var caller = service.As(role, organization, "night-shift");
        var opened = await Disclosures.OpenDisclosureAsync(OpenRequest(one, caller), caller);
        Assert.Equal((one.Name, Proto.DisclosureState.AwaitingReview, 0, "Emergency department asks"),
            (opened.Individual, opened.State, opened.Reads, opened.Reason));
        Assert.Equal(TimeSpan.FromMinutes(30), opened.ExpireTime.ToDateTimeOffset() - opened.OpenTime.ToDateTimeOffset());

        var shown = await Disclosures.ReadDisclosureAsync(new() { Name = opened.Name }, caller);
        Assert.Equal((one.Name, "Quillgiven", one.Identifier), (shown.Name, shown.GivenName, shown.Identifiers.Single().Value));
        Assert.Equal(emergency, Assert.Single(shown.Contacts).Content);
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
        var request = OpenRequest(one, caller);
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
        var opened = await Disclosures.OpenDisclosureAsync(OpenRequest(one, caller), caller);
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
            service.As(Roles.Provider, "agency-foreign")))).Code);
        Assert.Equal(Proto.DisclosureState.Justified,
            (await Disclosures.ReviewDisclosureAsync(Review(opened), service.As(Roles.Ops, "platform", "privacy-officer"))).State);
    }

    [Fact]
    public async Task Without_a_reason_a_person_or_a_valid_time_nothing_is_opened()
    {
        var one = await PersonBuilder.Register(service);
        var caller = service.As(Roles.Ops, "platform", "night-shift");
        var request = OpenRequest(one, caller);
        (request.Reason, request.Minutes) = ("because", 241);
        Assert.Equal(["minutes", "reason"], (await service.RefusedWithoutTrace(async () => await Disclosures.OpenDisclosureAsync(request, caller)))
            .Fields.Order());
        (request.Reason, request.Minutes, request.Individual) = ("Emergency department asks", 0, $"individuals/{EligibilityService.NewId()}");
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () => await Disclosures.OpenDisclosureAsync(request, caller))).Code);
        Assert.Equal(StatusCode.PermissionDenied,
            (await service.RefusedWithoutTrace(async () => await Disclosures.OpenDisclosureAsync(OpenRequest(one, one.AsDvrs), one.AsDvrs))).Code);
    }

    [Fact]
    public async Task A_payer_opens_no_record_and_a_provider_names_how_it_treats_the_person()
    {
        var one = await PersonBuilder.Register(service);
        var payer = service.As(Roles.Mco, "payer-emergency");
        Assert.Equal(StatusCode.PermissionDenied,
            (await service.RefusedWithoutTrace(async () => await Disclosures.OpenDisclosureAsync(OpenRequest(one, payer), payer))).Code);

        var provider = service.As(Roles.Provider, "agency-emergency", "night-shift");
        var request = OpenRequest(one, provider);
        (request.Relation, request.RelationBasis) = (default, "");
        Assert.Equal(["relation", "relation_basis"],
            (await service.RefusedWithoutTrace(async () => await Disclosures.OpenDisclosureAsync(request, provider))).Fields.Order());
        var operations = service.As(Roles.Ops, "platform", "night-shift");
        (request.Relation, request.RelationBasis) = (Proto.TreatingRelation.Crisis, "Mobile team");
        Assert.Equal(["relation"], (await service.RefusedWithoutTrace(async () => await Disclosures.OpenDisclosureAsync(request, operations))).Fields);

        var opened = await Disclosures.OpenDisclosureAsync(request, provider);
        var listed = (await Disclosures.ListDisclosuresAsync(new() { State = Proto.DisclosureState.AwaitingReview }, one.AsProvider)).Disclosures
            .Single(d => d.Name == opened.Name);
        Assert.Equal((Proto.TreatingRelation.Crisis, "Mobile team", "organizations/agency-emergency"),
            (listed.Relation, listed.RelationBasis, listed.Organization));
        Assert.Equal(1L, await service.Count($"outbox_rows where subject = '{opened.Name}' and body->>'provider' = '{one.Provider}' "
            + "and body->>'organization' = 'agency-emergency' and body->>'relation' = 'crisis' and body::text not like '%Mobile%'"));
    }

    [Theory]
    [InlineData(Contracts.Staffing.V1.OrganizationKind.Provider, Contracts.Staffing.V1.OrganizationState.Proposed)]
    [InlineData(Contracts.Staffing.V1.OrganizationKind.Payer, Contracts.Staffing.V1.OrganizationState.Active)]
    public async Task Only_a_registered_provider_opens_a_record(
        Contracts.Staffing.V1.OrganizationKind kind, Contracts.Staffing.V1.OrganizationState state)
    {
        var one = await PersonBuilder.Register(service);
        var code = EligibilityService.NewCode("agency");
        service.Organizations.Others[$"organizations/{code}"] = new() { Name = $"organizations/{code}", Kind = kind, State = state };
        var caller = service.As(Roles.Provider, code);
        Assert.Equal(StatusCode.PermissionDenied,
            (await service.RefusedWithoutTrace(async () => await Disclosures.OpenDisclosureAsync(OpenRequest(one, caller), caller))).Code);
    }

    [Fact]
    public async Task A_person_opens_ten_records_a_day_at_all_organizations_together()
    {
        var subject = EligibilityService.NewCode("person");
        var one = await PersonBuilder.Register(service);
        for (var n = 0; n < 10; n++)
            await Open(n % 2 == 0 ? "agency-emergency" : "agency-crisis");
        var refused = await EligibilityService.Refused(() => Open("agency-emergency"));
        Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
        service.Clock.Advance(TimeSpan.FromDays(1));
        await Open("agency-emergency");

        Task Open(string organization)
        {
            var caller = service.As(Roles.Provider, organization, subject);
            return Disclosures.OpenDisclosureAsync(OpenRequest(one, caller), caller).ResponseAsync;
        }
    }

    [Fact]
    public async Task A_program_neither_opens_nor_reviews_and_the_same_person_does_not_review_by_another_client()
    {
        var one = await PersonBuilder.Register(service);
        var program = service.As(Roles.Provider, "agency-emergency", "emergency-system", client: "emergency-system");
        Assert.Equal(StatusCode.PermissionDenied,
            (await service.RefusedWithoutTrace(async () => await Disclosures.OpenDisclosureAsync(OpenRequest(one, program), program))).Code);

        var caller = service.As(Roles.Provider, one.Provider, "both-places", client: "first-client");
        var opened = await Disclosures.OpenDisclosureAsync(OpenRequest(one, caller), caller);
        foreach (var refused in new[]
        {
            service.As(Roles.Ops, "platform", "both-places", client: "second-client"), service.As(Roles.Ops, "platform", "robot", client: "robot"),
        })
            Assert.Equal(StatusCode.PermissionDenied,
                (await service.RefusedWithoutTrace(async () => await Disclosures.ReviewDisclosureAsync(Review(opened), refused))).Code);
        await Disclosures.ReviewDisclosureAsync(Review(opened), service.As(Roles.Ops, "platform", "someone-else", client: "second-client"));
    }

    private static string Id(Proto.Disclosure disclosure) => disclosure.Name.Split('/')[1];

    // A provider names how it treats the person; operations treats no one.
    private static Proto.OpenDisclosureRequest OpenRequest(PersonBuilder one, Metadata caller)
    {
        Proto.OpenDisclosureRequest request = new() { Individual = one.Name, Reason = "Emergency department asks", RequestId = EligibilityService.NewId() };
        if (new JsonWebToken(caller.GetValue("authorization")!["Bearer ".Length..]).GetClaim("role").Value == Roles.Provider)
            (request.Relation, request.RelationBasis) = (Proto.TreatingRelation.Emergency, "Admitted this night");
        return request;
    }

    private static Proto.ReviewDisclosureRequest Review(Proto.Disclosure opened) =>
        new() { Name = opened.Name, Finding = Proto.DisclosureState.Justified, Note = "Checked with the caller", RequestId = EligibilityService.NewId() };
}
