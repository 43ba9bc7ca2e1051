using Grpc.Core;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>
/// An approval needs an eligible person, which the payer can override with a reason.
/// </summary>
[Collection("eligibility")]
public sealed class ApprovalTests(EligibilityService service)
{
    [Fact]
    public async Task A_person_who_was_never_determined_is_not_approved()
    {
        var one = await PersonBuilder.Register(service);
        var refused = await Refused(one, await one.Requested());
        Assert.Equal(StatusCode.FailedPrecondition, refused.Code);
        Assert.Contains("eligible: no determination", refused.Message);
    }

    [Fact]
    public async Task With_everything_in_place_the_payer_overrides_nothing()
    {
        var one = await Ready();
        var approved = await Decide(one, PersonBuilder.Approval(await one.Requested()));
        Assert.Equal((Proto.AuthorizationState.Approved, 0, ""), (approved.State, approved.Overridden.Count, approved.OverrideReason));
    }

    [Fact]
    public async Task An_override_needs_a_reason_and_marks_the_authorization_and_its_event()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var requested = await one.Requested();
        Assert.Contains("override_reason", (await Refused(one, requested)).Message);
        var approved = await Decide(one, PersonBuilder.Approval(requested, "Quillreason of the reviewer"));
        Assert.Equal(["eligible"], approved.Overridden.Select(unmet => unmet.Code));
        Assert.Equal(["NC-ELIG-008"], approved.Overridden[0].RuleIds);
        var read = await one.Again(requested);
        Assert.Equal((approved.Overridden, "Quillreason of the reviewer"), (read.Overridden, read.OverrideReason));
        Assert.Equal("""["eligible"]""", await service.Scalar(
            $"select body->>'overridden' from outbox_rows where subject = '{requested.Name}' and type = 'ips.eligibility.authorization-decided.v1'"));
        Assert.Equal(0L, await service.Count($"authorizations a where id = '{requested.Name[15..]}' and a::text like '%Quillreason%'"));
        Assert.Equal(1L, await service.Count(
            $"""
            ips_who_saw('{one.Name[12..]}') where action = 'override' and organization = '{one.Payer}'
              and rpc = 'ips.eligibility.v1.Authorizations/DecideAuthorization'
            """));
    }

    [Fact]
    public async Task A_denial_overrides_nothing()
    {
        var one = await PersonBuilder.Register(service);
        var denial = PersonBuilder.Ruling(await one.Requested(Proto.AuthorizationKind.Ips, 40), Proto.AuthorizationOutcome.Deny, "NC-AUTH-003");
        denial.OverrideReason = "Quillreason";
        Assert.Equal(["override_reason"], (await service.RefusedWithoutTrace(async () => await Decide(one, denial))).Fields);
    }

    [Fact]
    public async Task The_person_is_eligible_on_every_approved_day_under_this_payer()
    {
        var one = await Ready();
        await one.CoverageEnds(service.Day(30));
        var requested = await one.Requested();
        Assert.Contains($"no enrolment covers {service.Day(31)}", (await Refused(one, requested)).Message);
        var shorter = PersonBuilder.Ruling(requested, Proto.AuthorizationOutcome.Modify, "NCC-MS-02c");
        (shorter.OverrideReason, shorter.ApprovedThrough) = ("", service.Day(30));
        Assert.Equal((Proto.AuthorizationState.Modified, 0), (await Decide(one, shorter)) is var modified ? (modified.State, modified.Overridden.Count) : default);
    }

    [Fact]
    public async Task A_plan_that_is_retracted_takes_no_document_from_a_request()
    {
        var one = await Ready();
        var requested = await one.Requested();
        var plan = Assert.Single(await one.History(standing: true), f => f.Plan is not null);
        await one.Retract(plan.Name, plan.Etag);
        var approved = await Decide(one, PersonBuilder.Approval(requested, overriding: ""));
        Assert.Equal((Proto.AuthorizationState.Approved, 0), (approved.State, approved.Overridden.Count));
    }

    private async Task<PersonBuilder> Ready() => await (await EpisodeBuilder.Eligible(service)).One.WithDocuments();

    private Task<Testing.Refusal> Refused(PersonBuilder one, Proto.Authorization requested) =>
        service.RefusedWithoutTrace(() => Decide(one, PersonBuilder.Approval(requested, overriding: "")));

    private static async Task<Proto.Authorization> Decide(PersonBuilder one, Proto.DecideAuthorizationRequest request) =>
        await one.Authorizations.DecideAuthorizationAsync(request, one.AsPayer);
}
