using Grpc.Core;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Two persons of the payer admit a person although a rule is not met; the determination shows the rules' verdict and the override.</summary>
[Collection("eligibility")]
public sealed class OverrideTests(EligibilityService service)
{
    [Fact]
    public async Task One_proposes_another_confirms_and_the_receipt_stands_beside_it()
    {
        var (one, refused) = await NotEligible();
        var proposed = await one.Determinations.OverrideDeterminationAsync(Proposal(refused), one.AsPayer);
        Assert.Equal((Proto.DeterminationState.NotEligible, Proto.DeterminationStepKind.OverrideProposal, Proto.OverrideState.Proposed, "Quillwhy all the same"),
            (proposed.ToState, proposed.Kind, proposed.Determination.Override.State, proposed.Determination.Override.Reason));
        Assert.NotEmpty(proposed.Determination.Override.RuleIds);
        Assert.Equal(refused.Name, Assert.Single((await one.Determinations.ListDeterminationsAsync(
            new() { OverrideState = Proto.OverrideState.Proposed }, one.AsPayer)).Determinations).Name);
        Assert.Equal(StatusCode.AlreadyExists, (await service.RefusedWithoutTrace(
            async () => await one.Determinations.OverrideDeterminationAsync(Proposal(proposed.Determination), one.AsReviewer))).Code);
        Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(
            async () => await one.Determinations.ReviewOverrideAsync(Review(proposed.Determination, true), one.AsPayer))).Code);

        // Steps are in the order of their instants.
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        var confirmed = await one.Determinations.ReviewOverrideAsync(Review(proposed.Determination, true), one.AsReviewer);
        Assert.Equal((Proto.DeterminationState.Eligible, Verdict.NotMet, Proto.OverrideState.Confirmed),
            (confirmed.ToState, confirmed.Determination.Decision.Verdict, confirmed.Determination.Override.State));
        var read = await one.Determinations.GetDeterminationAsync(new() { Name = refused.Name }, one.AsProvider);
        Assert.Equal((Proto.DeterminationState.Eligible, Verdict.NotMet, "Quillreviewed", service.Day()),
            (read.State, read.Decision.Verdict, read.Override.ReviewReason, read.Override.ReviewedOn));
        Assert.Equal([Proto.DeterminationStepKind.OverrideProposal, Proto.DeterminationStepKind.Override], read.Steps.Select(s => s.Kind));
        Assert.True((await one.Determinations.VerifyAsync(
            new() { Individual = one.Name, Program = "nc-core", ServiceDate = service.Day() }, one.AsProvider)).Eligible);
        Assert.Equal(0, await service.Count("determinations d where d::text like '%Quill%' or d::text like '%5175696c6c%'"));
        Assert.Equal(0, await service.Count("outbox_rows where body::text like '%Quill%'"));
        Assert.Equal(1, await service.Count($"outbox_rows where subject = '{refused.Name}' and type = 'ips.eligibility.determination-moved.v1' and body->>'kind' = 'override'"));
    }

    [Fact]
    public async Task A_confirmed_override_stands_when_facts_are_corrected_as_long_as_the_same_rules_are_not_met()
    {
        var (one, refused) = await NotEligible();
        var proposed = await one.Determinations.OverrideDeterminationAsync(Proposal(refused), one.AsPayer);
        await one.Determinations.ReviewOverrideAsync(Review(proposed.Determination, true), one.AsReviewer);
        var assessment = Assert.Single((await one.Individuals.ListFactsAsync(new() { Individual = one.Name, StandingOnly = true }, one.AsProvider)).Facts,
            f => f.Assessment is not null);
        await one.Retract(assessment.Name, assessment.Etag);
        await service.Everything();
        Assert.Equal(Proto.DeterminationState.Attention, (await one.Determinations.GetDeterminationAsync(new() { Name = refused.Name }, one.AsProvider)).State);
    }

    [Fact]
    public async Task A_declined_override_changes_nothing_and_can_be_proposed_again()
    {
        var (one, refused) = await NotEligible();
        var proposed = await one.Determinations.OverrideDeterminationAsync(Proposal(refused), one.AsPayer);
        var declined = await one.Determinations.ReviewOverrideAsync(Review(proposed.Determination, false), one.AsReviewer);
        Assert.Equal((Proto.DeterminationState.NotEligible, Proto.OverrideState.Declined), (declined.ToState, declined.Determination.Override.State));
        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(
            async () => await one.Determinations.ReviewOverrideAsync(Review(declined.Determination, true), one.AsReviewer))).Code);
        Assert.Equal(Proto.OverrideState.Proposed,
            (await one.Determinations.OverrideDeterminationAsync(Proposal(declined.Determination), one.AsPayer)).Determination.Override.State);
    }

    [Fact]
    public async Task Only_a_person_of_the_payer_overrides_and_only_what_is_not_met()
    {
        var (one, refused) = await NotEligible();
        foreach (var who in new[] { one.AsProvider, service.As(Roles.Mco, one.Payer, "nightly-job", client: "nightly-job") })
            Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(
                async () => await one.Determinations.OverrideDeterminationAsync(Proposal(refused), who))).Code);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(
            async () => await one.Determinations.OverrideDeterminationAsync(Proposal(refused), service.As(Roles.Mco, "another-payer")))).Code);
        var bare = Proposal(refused);
        bare.Reason = "";
        Assert.Equal(["reason"], (await service.RefusedWithoutTrace(async () => await one.Determinations.OverrideDeterminationAsync(bare, one.AsPayer))).Fields);
        var trial = Proposal(refused);
        (trial.ValidateOnly, trial.RequestId) = (true, "");
        Assert.Equal(Proto.OverrideState.Proposed, (await one.Determinations.OverrideDeterminationAsync(trial, one.AsPayer)).Determination.Override.State);
        Assert.Null((await one.Determinations.GetDeterminationAsync(new() { Name = refused.Name }, one.AsPayer)).Override);

        var eligible = await (await PersonBuilder.Register(service)).WithFacts();
        var determined = await eligible.Determinations.DetermineAsync(eligible.Determination(), eligible.AsProvider);
        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(
            async () => await eligible.Determinations.OverrideDeterminationAsync(Proposal(determined), eligible.AsPayer))).Code);
    }

    // Too young on the day of first service: nothing but the age is not met.
    private async Task<(PersonBuilder One, Proto.Determination Refused)> NotEligible()
    {
        var one = await (await PersonBuilder.Register(service, birthDate: DateOnly.Parse(service.Day()).AddYears(-15).ToString("yyyy-MM-dd"))).WithFacts();
        var determined = await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        Assert.Equal(Proto.DeterminationState.NotEligible, determined.State);
        return (one, determined);
    }

    private static Proto.OverrideDeterminationRequest Proposal(Proto.Determination determination) =>
        new() { Name = determination.Name, Etag = determination.Etag, Reason = "Quillwhy all the same", RequestId = EligibilityService.NewId() };

    private static Proto.ReviewOverrideRequest Review(Proto.Determination determination, bool confirm) =>
        new() { Name = determination.Name, Etag = determination.Etag, Confirm = confirm, Reason = "Quillreviewed", RequestId = EligibilityService.NewId() };
}
