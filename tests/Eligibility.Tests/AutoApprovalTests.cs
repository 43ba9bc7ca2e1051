using Grpc.Core;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Eligibility.Authorizations;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Requests that the platform approves, because their payer has switched that on and nothing is open.</summary>
[Collection("eligibility")]
public sealed class AutoApprovalTests(EligibilityService service)
{
    [Fact]
    public async Task A_request_with_everything_met_and_on_record_is_approved_and_sampled_and_reviewed_by_a_person()
    {
        var one = await Ready();
        await Switch(one, 100);
        var requested = await one.Requested();
        Assert.Equal(Proto.AuthorizationState.UnderReview, requested.State);
        var approved = await Until(one, requested);
        Assert.Equal((Proto.Decider.Platform, service.Day(), 1, Proto.SampleReview.Awaiting, "A1"),
            (approved.Decider, approved.DecidedOn, approved.ApprovedUnits, approved.SampleReview, approved.X12Action));
        Assert.Empty(approved.Overridden);
        Assert.Equal(1, await service.Count($"outbox_rows where subject = '{requested.Name}' and body->>'outcome' = 'approve'"));

        Assert.Equal(requested.Name, Assert.Single((await one.Authorizations.ListAuthorizationsAsync(
            new() { SampleReview = Proto.SampleReview.Awaiting, Decider = Proto.Decider.Platform }, one.AsPayer)).Authorizations).Name);
        var program = await service.RefusedWithoutTrace(async () => await one.Authorizations.ReviewAutoApprovalAsync(
            Review(approved, Proto.SampleReview.Confirmed), service.As(Roles.Mco, one.Payer, "nightly-job", client: "nightly-job")));
        Assert.Equal(StatusCode.PermissionDenied, program.Code);
        var bare = await service.RefusedWithoutTrace(
            async () => await one.Authorizations.ReviewAutoApprovalAsync(Review(approved, Proto.SampleReview.Disputed, ""), one.AsPayer));
        Assert.Equal(["note"], bare.Fields);
        var reviewed = await one.Authorizations.ReviewAutoApprovalAsync(Review(approved, Proto.SampleReview.Disputed, "Quillsample note"), one.AsPayer);
        Assert.Equal((Proto.SampleReview.Disputed, "Quillsample note", Proto.AuthorizationState.Approved), (reviewed.SampleReview, reviewed.SampleNote, reviewed.State));
        Assert.Equal("", (await one.Again(requested)).SampleNote);
        Assert.Equal(0, await service.Count("authorizations a where a::text like '%Quillsample%' or a::text like '%5175696c6c73616d%'"));
        var again = await service.RefusedWithoutTrace(
            async () => await one.Authorizations.ReviewAutoApprovalAsync(Review(reviewed, Proto.SampleReview.Confirmed), one.AsPayer));
        Assert.Equal(StatusCode.FailedPrecondition, again.Code);
    }

    [Fact]
    public async Task What_is_not_clear_waits_for_a_person()
    {
        // A request without its plan; then no determination; then another request for the same days.
        var papers = await (await PersonBuilder.Register(service)).WithFacts();
        await papers.Determinations.DetermineAsync(papers.Determination(), papers.AsProvider);
        await Switch(papers, 1);
        var bare = await papers.Request();
        bare.Documents.RemoveAt(2);
        var undocumented = await papers.Send(bare);
        var undetermined = await (await (await PersonBuilder.Register(service, payer: papers.Payer)).WithFacts()).WithDocuments();
        var ineligible = await undetermined.Requested();
        var two = await Ready(papers.Payer);
        await Until(two, await two.Requested());
        var doubled = await two.Requested();
        Assert.NotEmpty(doubled.Overlaps);
        // One that is clear comes last: when it is approved, the others were seen.
        var clear = await Ready(papers.Payer);
        await Until(clear, await clear.Requested());
        await service.Everything();
        Assert.Equal(Proto.AuthorizationState.PendedInfo, (await papers.Again(undocumented)).State);
        foreach (var (one, waits) in new[] { (undetermined, ineligible), (two, doubled) })
            Assert.Equal((Proto.AuthorizationState.UnderReview, Proto.Decider.Unspecified), ((await one.Again(waits)).State, (await one.Again(waits)).Decider));
        // The person can still decide it.
        Assert.Equal(Proto.Decider.Payer, (await undetermined.Approve(ineligible)).Decider);
    }

    [Fact]
    public async Task Without_a_switch_of_the_payer_for_the_kind_nothing_is_approved()
    {
        var one = await Ready();
        await one.Authorizations.SetAutoApprovalAsync(
            new() { Program = "nc-core", Kind = Proto.AuthorizationKind.M6, Enabled = true, SamplePercent = 5, RequestId = EligibilityService.NewId() }, one.AsPayer);
        var first = await one.Requested();
        await Switch(one, 10);
        await Switch(one, 0, enabled: false);
        await service.Everything();
        Assert.Equal(Proto.AuthorizationState.UnderReview, (await one.Again(first)).State);

        var listed = (await one.Authorizations.ListAutoApprovalsAsync(new(), one.AsPayer)).AutoApprovals;
        Assert.Equal([(Proto.AuthorizationKind.M2, false, 0), (Proto.AuthorizationKind.M6, true, 5)], listed.Select(a => (a.Kind, a.Enabled, a.SamplePercent)));
        Assert.Empty((await one.Authorizations.ListAutoApprovalsAsync(new(), service.As(Roles.Mco, "another-payer"))).AutoApprovals);
    }

    [Fact]
    public async Task A_person_of_the_payer_sets_it_with_a_sample()
    {
        var one = await PersonBuilder.Register(service);
        Assert.Equal(["sample_percent"], (await service.RefusedWithoutTrace(() => Switch(one, 0))).Fields);
        Assert.Equal(["sample_percent"], (await service.RefusedWithoutTrace(() => Switch(one, 101))).Fields);
        Assert.Equal(["program"], (await service.RefusedWithoutTrace(async () => await one.Authorizations.SetAutoApprovalAsync(
            new() { Program = "nc-none", Kind = Proto.AuthorizationKind.M2, Enabled = true, SamplePercent = 5, RequestId = EligibilityService.NewId() }, one.AsPayer))).Fields);
        Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(async () => await one.Authorizations.SetAutoApprovalAsync(
            new() { Program = "nc-core", Kind = Proto.AuthorizationKind.M2, RequestId = EligibilityService.NewId() },
            service.As(Roles.Mco, one.Payer, "nightly-job", client: "nightly-job")))).Code);
        Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(async () => await one.Authorizations.SetAutoApprovalAsync(
            new() { Program = "nc-core", Kind = Proto.AuthorizationKind.M2, RequestId = EligibilityService.NewId() }, one.AsProvider))).Code);
    }

    [Theory]
    [InlineData(1, 0.005, 0.015)]
    [InlineData(30, 0.28, 0.32)]
    [InlineData(100, 1, 1)]
    public void The_sample_has_the_share_that_was_set(int percent, double least, double most)
    {
        var sampled = Enumerable.Range(0, 20_000).Count(_ => AutoApprove.IsSampled(AuthorizationId.New(TimeProvider.System), percent));
        Assert.InRange(sampled / 20_000d, least, most);
    }

    private async Task<PersonBuilder> Ready(string? payer = null)
    {
        var one = await (await (await PersonBuilder.Register(service, payer: payer, funding: Funding.Medicaid)).WithFacts()).WithDocuments();
        await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        return one;
    }

    private static async Task Switch(PersonBuilder one, int sample, bool enabled = true) => await one.Authorizations.SetAutoApprovalAsync(
        new() { Program = "nc-core", Kind = Proto.AuthorizationKind.M2, Enabled = enabled, SamplePercent = sample, RequestId = EligibilityService.NewId() }, one.AsPayer);

    private static Proto.ReviewAutoApprovalRequest Review(Proto.Authorization approved, Proto.SampleReview finding, string note = "Quillsample note") =>
        new() { Name = approved.Name, Etag = approved.Etag, Finding = finding, Note = note, RequestId = EligibilityService.NewId() };

    private static async Task<Proto.Authorization> Until(PersonBuilder one, Proto.Authorization requested)
    {
        Proto.Authorization? found = null;
        await Poll.Until(async () => (found = await one.Again(requested)).State == Proto.AuthorizationState.Approved);
        return found!;
    }
}
