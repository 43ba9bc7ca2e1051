using Grpc.Core;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>A program that lacks a step says so, with the paragraph that stands in its place, before anything is stored.</summary>
[Collection("eligibility")]
public sealed class MissingStepTests(EligibilityService service)
{
    [Theory]
    [InlineData("la-acla", "ACLA-ELIG-001", "Eligibility Criteria, paragraph 1, sentence 1")]
    [InlineData("la-lhcc", "LHCC-ELIG-003", "IV (intro)")]
    [InlineData("mo-dmh-vr", "MO-BILL-001", "Billing Guidance (introduction)")]
    public async Task Louisiana_and_Missouri_have_no_service_order(string program, string rule, string section)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        Lacks(await service.RefusedWithoutTrace(async () => await one.ServiceOrders.CreateServiceOrderAsync(new()
        {
            Individual = one.Name,
            Provider = $"organizations/{one.Provider}",
            Program = program,
            OrderDate = service.Day(),
            RequestId = EligibilityService.NewId(),
        }, one.AsProvider)), program, "service-order", rule, section);
        Lacks(await service.RefusedWithoutTrace(async () => await one.ServiceOrders.CheckServiceOrderAsync(
            new() { Individual = one.Name, Program = program, ServiceDate = service.Day() }, one.AsProvider)), program, "service-order", rule, section);
    }

    [Fact]
    public async Task A_draft_from_before_is_not_signed()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var draft = await one.Draft();
        await service.Scalar($"update service_orders set program = 'la-acla' where id = '{draft.Name["serviceOrders/".Length..]}'");
        Lacks(await service.RefusedWithoutTrace(async () => await one.ServiceOrders.SignServiceOrderAsync(one.Signature(draft), one.AsProvider)),
            "la-acla", "service-order", "ACLA-ELIG-001", "Eligibility Criteria");
    }

    [Theory]
    [InlineData("la-acla", "ACLA-EXCL-001", "Limitations/Exclusions 2")]
    [InlineData("la-lhcc", "LHCC-EXCL-001", "V (intro); V.B")]
    [InlineData("mo-dmh-vr", "MO-VR-002", "Early Implementation (VR Counselor), item 3")]
    public async Task Louisiana_and_Missouri_do_not_refer_to_vocational_rehabilitation(string program, string rule, string section)
    {
        var one = await PersonBuilder.Register(service);
        var request = one.Referral();
        request.Program = program;
        Lacks(await service.RefusedWithoutTrace(async () => await one.Referrals.CreateReferralAsync(request, one.AsProvider)), program, "dvrs-referral", rule, section);
    }

    [Fact]
    public async Task Missouri_has_no_authorization_and_no_review_of_continued_service_and_Louisiana_no_renewal()
    {
        var episode = await EpisodeBuilder.EligibleIn(service, "mo-dmh-vr");
        var request = await episode.One.Request(Proto.AuthorizationKind.Ips, 10);
        request.Program = "mo-dmh-vr";
        Lacks(await service.RefusedWithoutTrace(async () => await episode.One.Send(request)), "mo-dmh-vr", "authorization-request", "MO-BILL-001", "Billing Guidance");
        Lacks(await service.RefusedWithoutTrace(async () => await episode.One.Authorizations.GetDocumentChecklistAsync(
            new() { Individual = episode.One.Name, Program = "mo-dmh-vr", Kind = Proto.AuthorizationKind.Ips }, episode.One.AsProvider)),
            "mo-dmh-vr", "authorization-request", "MO-BILL-001", "Billing Guidance");
        Lacks(await service.RefusedWithoutTrace(async () => await episode.Continue(new() { MemberWantsSupport = true })),
            "mo-dmh-vr", "continued-service", "MO-DEF-003", "footnote 3");

        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var approved = await one.Approve(await one.Send(await one.RequestOf(Proto.AuthorizationKind.LaPriorAuth, 10, 30)));
        Lacks(await service.RefusedWithoutTrace(async () => await one.Authorizations.RenewAuthorizationAsync(
            new() { Name = approved.Name, Etag = approved.Etag, RequestedThrough = service.Day(60), RequestedUnits = 1, RequestId = EligibilityService.NewId() },
            one.AsProvider)), "la-acla", "reauthorization", "LA-AUTH-001", "Service Utilization");
    }

    [Fact]
    public async Task Missouris_admission_says_what_it_checked_and_that_nothing_else_is_printed()
    {
        var missouri = await EpisodeBuilder.EligibleIn(service, "mo-dmh-vr");
        const string Scope = "The text of the program prints one criterion of admission, MO-VR-002";
        var read = await missouri.One.Determinations.GetDeterminationAsync(new() { Name = missouri.Now.Name }, missouri.One.AsProvider);
        Assert.StartsWith(Scope, read.Scope);
        Assert.EndsWith("no other fact of the person, such as age or a diagnosis, was checked.", read.Scope);
        Assert.Contains(Scope, (await new Proto.Decisions.DecisionsClient(service.Channel).ExplainDecisionAsync(
            new() { Name = $"decisions/{read.Decision.DecisionId}" }, missouri.One.AsProvider)).Text);
        foreach (var program in new[] { "nc-core", "nc-state" })
            Assert.Equal("", (await EpisodeBuilder.Eligible(service, program)).Now.Scope);
        Assert.Equal("", (await EpisodeBuilder.EligibleIn(service, "la-acla")).Now.Scope);
    }

    [Fact]
    public async Task North_Carolina_has_every_step()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        Assert.Equal(Proto.ServiceOrderState.Draft, (await one.Draft()).State);
        Assert.Equal(Proto.AuthorizationState.UnderReview, (await one.Requested()).State);
        Assert.Equal(Proto.ReferralState.Referred, (await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider)).State);
    }

    private static void Lacks(Ips.Testing.Refusal refused, string program, string step, string rule, string section)
    {
        Assert.Equal((StatusCode.InvalidArgument, "program"), (refused.Code, Assert.Single(refused.Fields)));
        Assert.Contains($"is {program}; this program has no such step ({step}). Instead {rule} applies (", refused.Message);
        Assert.Contains(section, refused.Message);
    }
}
