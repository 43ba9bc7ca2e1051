using Grpc.Core;
using Xunit;
using Condition = Ips.Contracts.Eligibility.V1.ContinuedServiceCondition;
using DocumentKind = Ips.Contracts.Common.V1.DocumentKind;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>
/// Renewals: contiguous when requested by the last day, with a gap after it, and never ended by a year of steady work. NC-AUTH-006, NC-AUTH-007, NC-AUTH-008,
/// NC-AUTH-010.
/// </summary>
[Collection("eligibility")]
public sealed class RenewalTests(EligibilityService service)
{
    [Fact]
    public async Task NC_AUTH_006_requested_on_the_last_day_the_new_span_is_contiguous_and_supersedes()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var present = await one.ApprovedFor(-4, 0);
        Assert.Equal((Proto.AuthorizationPhase.Expiring, $"authorization-end {service.Day()}"), (present.Phase, await one.Running(present.Name)));
        var renewal = await Renew(one, await RenewalRequest(one, present));
        Assert.Equal(
            (Proto.AuthorizationState.UnderReview, Verdict.NeedsReview, Verdict.Met, present.Name, service.Day(1), ""),
            (renewal.State, renewal.Decision.Verdict, Finding(renewal, "NC-AUTH-006"), renewal.Renews, renewal.RequestedFrom, renewal.GapFrom));
        Assert.Equal((Verdict.Met, Verdict.Met, Verdict.NeedsReview),
            (Finding(renewal, "NC-AUTH-007"), Finding(renewal, "NC-CONT-001"), Finding(renewal, "NC-AUTH-008")));
        Assert.Equal("", await one.Running(present.Name));
        var twice = await service.RefusedWithoutTrace(async () => await Renew(one, await RenewalRequest(one, await one.Again(present))));
        Assert.Equal(StatusCode.AlreadyExists, twice.Code);

        var approved = await one.Approve(renewal);
        Assert.Equal((service.Day(1), service.Day(90)), (approved.ApprovedFrom, approved.ApprovedThrough));
        var old = await one.Again(present);
        Assert.Equal((Proto.AuthorizationState.Superseded, service.Day()), (old.State, old.ApprovedThrough));
        Assert.Equal($"authorization-end {service.Day(90)}", await one.Running(approved.Name));
    }

    [Fact]
    public async Task NC_AUTH_006_requested_after_the_end_leaves_a_gap_up_to_its_receipt()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var present = await one.ApprovedFor(-20, -3);
        Assert.Equal(Proto.AuthorizationPhase.Expired, present.Phase);
        var renewal = await Renew(one, await RenewalRequest(one, present));
        Assert.Equal(
            (Proto.AuthorizationState.UnderReview, Verdict.NotMet, service.Day(), service.Day(-2), service.Day(-1)),
            (renewal.State, Finding(renewal, "NC-AUTH-006"), renewal.RequestedFrom, renewal.GapFrom, renewal.GapThrough));
        var early = PersonBuilder.Ruling(renewal, Proto.AuthorizationOutcome.Modify, "NC-AUTH-008");
        early.ApprovedFrom = service.Day(-1);
        Assert.StartsWith("NC-AUTH-006", (await service.RefusedWithoutTrace(async () => await one.Authorizations.DecideAuthorizationAsync(early, one.AsPayer)))
            .Message);
        Assert.Equal(service.Day(), (await one.Approve(renewal)).ApprovedFrom);
    }

    [Fact]
    public async Task NC_AUTH_007_and_NC_CONT_001_wait_for_missing_documents_and_go_to_review_when_they_arrive()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var present = await one.ApprovedFor(-20, 0);
        var request = await RenewalRequest(one, present);
        request.Documents.Remove(await one.Paper(DocumentKind.ServicePlan));
        request.ContinuedService.Clear();
        var renewal = await Renew(one, request);
        Assert.Equal((Proto.AuthorizationState.PendedInfo, Verdict.NotMet, Verdict.NotMet),
            (renewal.State, Finding(renewal, "NC-AUTH-007"), Finding(renewal, "NC-CONT-001")));
        Assert.Equal(
            ["service_plan False NC-AUTH-007", "authorization_request_form True NC-AUTH-007", "supporting_documentation True NC-AUTH-007"],
            renewal.Checklist.Select(i => $"{i.Document} {i.Received} {Assert.Single(i.RuleIds)}"));
        Proto.AddDocumentsRequest add = new() { Name = renewal.Name, Etag = renewal.Etag, RequestId = EligibilityService.NewId() };
        add.Documents.Add(await one.Paper(DocumentKind.ServicePlan));
        add.ContinuedService.Add(Condition.B);
        var whole = await one.Authorizations.AddDocumentsAsync(add, one.AsProvider);
        Assert.Equal((Proto.AuthorizationState.UnderReview, Verdict.Met, service.Day(1)), (whole.State, Finding(whole, "NC-AUTH-007"), whole.RequestedFrom));
    }

    [Fact]
    public async Task NC_AUTH_008_a_finding_of_the_payers_reviewer_counts_for_this_authorization_only()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var present = await one.ApprovedFor(-3, 10);
        Assert.Equal(Verdict.NeedsReview, Finding(await Renew(one, await RenewalRequest(one, present, validateOnly: true)), "NC-AUTH-008"));
        await Found(one, Proto.MedicalNecessity.Met);
        Assert.Equal(Verdict.Met, (await Renew(one, await RenewalRequest(one, present, validateOnly: true))).Decision.Verdict);
        // After ten months of steady work the same frequency is requested: the payer reduces it and names the rule.
        var renewal = await Renew(one, await RenewalRequest(one, present));
        var fewer = PersonBuilder.Ruling(renewal, Proto.AuthorizationOutcome.Modify, "NC-AUTH-008");
        fewer.ApprovedUnits = 4;
        var modified = await one.Authorizations.DecideAuthorizationAsync(fewer, one.AsPayer);
        Assert.Equal((Proto.AuthorizationState.Modified, 4, "NC-AUTH-008"), (modified.State, modified.ApprovedUnits, modified.PayerRuleId));
    }

    [Fact]
    public async Task NC_AUTH_010_years_of_steady_work_end_nothing_and_are_no_ground_for_a_denial()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var present = await one.ApprovedFor(-3, 10);
        var request = await RenewalRequest(one, present);
        request.SteadyWorkSince = service.Day(-1200);
        var renewal = await Renew(one, request);
        Assert.Equal((Proto.AuthorizationState.UnderReview, Verdict.Met), (renewal.State, Finding(renewal, "NC-AUTH-010")));
        var refused = await service.RefusedWithoutTrace(async () => await one.Authorizations.DecideAuthorizationAsync(
            PersonBuilder.Ruling(renewal, Proto.AuthorizationOutcome.Deny, "NC-AUTH-010"), one.AsPayer));
        Assert.Equal((StatusCode.FailedPrecondition, "NC-AUTH-010"), (refused.Code, refused.Message[..11]));

        // Denied by a rule that can deny, the present authorization is due for renewal again before its end.
        await one.Authorizations.DecideAuthorizationAsync(PersonBuilder.Ruling(renewal, Proto.AuthorizationOutcome.Deny, "NC-AUTH-008"), one.AsPayer);
        Assert.Equal($"authorization-end {service.Day(10)}", await one.Running(present.Name));
        Assert.Equal(Proto.AuthorizationState.UnderReview, (await Renew(one, await RenewalRequest(one, await one.Again(present)))).State);
    }

    [Fact]
    public async Task A_milestone_authorization_or_one_that_was_never_approved_is_not_renewed()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var m2 = await one.Approved();
        await one.RenewalPapers();
        Assert.Equal("name", Assert.Single((await service.RefusedWithoutTrace(async () => await Renew(one, await RenewalRequest(one, m2)))).Fields));
        var requested = await one.Requested(Proto.AuthorizationKind.Ips, 40);
        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(async () => await Renew(one, await RenewalRequest(one, requested)))).Code);
    }

    private async Task<Proto.RenewAuthorizationRequest> RenewalRequest(PersonBuilder one, Proto.Authorization present, bool validateOnly = false)
    {
        Proto.RenewAuthorizationRequest request = new()
        {
            Name = present.Name,
            Etag = present.Etag,
            RequestedThrough = service.Day(90),
            RequestedUnits = 16,
            ValidateOnly = validateOnly,
            RequestId = validateOnly ? "" : EligibilityService.NewId(),
        };
        request.Documents.Add(await one.RenewalPapers());
        request.ContinuedService.Add(Condition.E);
        return request;
    }

    private static async Task<Proto.Authorization> Renew(PersonBuilder one, Proto.RenewAuthorizationRequest request) =>
        await one.Authorizations.RenewAuthorizationAsync(request, one.AsProvider);

    private async Task Found(PersonBuilder one, Proto.MedicalNecessity finding) => await one.Individuals.RecordMedicalNecessityAsync(
        new() { Individual = one.Name, RequestId = EligibilityService.NewId(), Finding = finding, FoundOn = service.Day() }, one.AsPayer);

    private static Verdict Finding(Proto.Authorization requested, string rule) => Assert.Single(requested.Decision.Findings, f => f.RuleId == rule).Verdict;
}
