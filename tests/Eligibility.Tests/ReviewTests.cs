using Grpc.Core;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Rules that a person must decide, and facts that arrive later.</summary>
[Collection("eligibility")]
public sealed class ReviewTests(EligibilityService service)
{
    [Theory]
    [InlineData(true, true, true, Verdict.Met, Proto.DeterminationState.Eligible)]
    [InlineData(false, true, true, Verdict.NotMet, Proto.DeterminationState.NotEligible)]
    [InlineData(true, false, true, Verdict.NotMet, Proto.DeterminationState.NotEligible)]
    [InlineData(true, true, false, Verdict.NotMet, Proto.DeterminationState.NotEligible)]
    public async Task Medical_necessity_is_all_three_criteria_and_only_the_payers_NC_ELIG_009_NC_ELIG_010_NC_ELIG_011(
        bool necessary, bool nothingCheaper, bool notForConvenience, Verdict verdict, Proto.DeterminationState state)
    {
        var episode = await UnderReview("nc-state");
        var step = await episode.Review(("NC-ELIG-009", necessary), ("NC-ELIG-010", nothingCheaper), ("NC-ELIG-011", notForConvenience));
        Assert.Equal((verdict, state), (EpisodeBuilder.Of(step, "NC-ELIG-009"), step.ToState));
        Assert.Equal(state == Proto.DeterminationState.Eligible, (await episode.Verify(service.Day())).Eligible);

        // The finding is on the record, the receipt replaces the previous one, and the reviewer's text is encrypted.
        var person = await episode.One.Individuals.GetIndividualAsync(new() { Name = episode.One.Name }, episode.One.AsPayer);
        Assert.Equal($"organizations/{episode.One.Payer}", Assert.Single(person.MedicalNecessityFindings, f => f.FoundOn == service.Day()).Payer);
        var read = await episode.One.Determinations.GetDeterminationAsync(new() { Name = episode.Now.Name }, episode.One.AsPayer);
        Assert.Equal((verdict, 3), (read.Decision.Verdict, Assert.Single(read.Steps).Judgements.Count));
        Assert.Equal(0, await service.Count("determination_steps s where s::text ilike '%Quillreview%'"));
        Assert.Equal(2, await service.Count($"outbox_rows where subject = '{episode.Now.Name}' and type = 'ips.eligibility.determination-made.v1'"));
    }

    [Fact]
    public async Task A_missing_rule_or_one_that_needs_no_review_is_named_and_a_provider_may_not_review()
    {
        var episode = await UnderReview("nc-state");
        var lacking = await service.RefusedWithoutTrace(async () => await episode.Review(("NC-ELIG-009", true)));
        Assert.Equal(StatusCode.InvalidArgument, lacking.Code);
        Assert.Contains("NC-ELIG-010", lacking.Message);
        var other = await service.RefusedWithoutTrace(
            async () => await episode.Review(("NC-ELIG-009", true), ("NC-ELIG-010", true), ("NC-ELIG-011", true), ("NC-ELIG-003", true)));
        Assert.Equal((StatusCode.InvalidArgument, "judgements"), (other.Code, Assert.Single(other.Fields)));
        var provider = await service.RefusedWithoutTrace(async () => await episode.One.Determinations.ReviewDeterminationAsync(
            new() { Name = episode.Now.Name, Etag = episode.Now.Etag, RequestId = EligibilityService.NewId() }, episode.One.AsProvider));
        Assert.Equal(StatusCode.PermissionDenied, provider.Code);
    }

    [Theory]
    [InlineData(true, Proto.DeterminationState.Eligible)]
    [InlineData(false, Proto.DeterminationState.NotEligible)]
    public async Task Other_rules_that_a_person_decides_are_stored_beside_the_receipt_NCC_ELIG_003(bool met, Proto.DeterminationState state)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var intake = (await one.Individuals.GetIndividualAsync(new() { Name = one.Name }, one.AsProvider)).Intake;
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        intake.EmploymentHistory = Proto.EmploymentHistory.Underemployed;
        await one.Individuals.RecordIntakeAsync(new() { Individual = one.Name, Intake = intake, RequestId = EligibilityService.NewId() }, one.AsProvider);
        EpisodeBuilder episode = new(one, await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider));
        Assert.Equal(Proto.DeterminationState.UnderReview, episode.Now.State);
        var step = await episode.Review(("NCC-ELIG-003", met));
        Assert.Equal((Verdict.NeedsReview, state), (EpisodeBuilder.Of(step, "NCC-ELIG-003"), step.ToState));
        Assert.Equal(met, (await episode.Verify(service.Day())).Eligible);
    }

    [Fact]
    public async Task An_open_determination_is_decided_again_when_the_facts_are_recorded()
    {
        var episode = await EpisodeBuilder.Open(service, "nc-core");
        Assert.Equal(Proto.DeterminationState.EvidencePending, (await episode.Redetermine()).ToState);
        await episode.One.WithFacts();
        var step = await episode.Redetermine();
        Assert.Equal((Proto.DeterminationState.Eligible, Verdict.Met), (step.ToState, step.Determination.Decision.Verdict));
        Assert.True((await episode.Verify(service.Day())).Eligible);
        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(async () => await episode.Redetermine())).Code);
        Assert.Equal(step.Determination.Decision, await new Proto.Decisions.DecisionsClient(service.Channel)
            .GetDecisionAsync(new() { Name = step.DecisionName }, episode.One.AsPayer));
    }

    private async Task<EpisodeBuilder> UnderReview(string program)
    {
        // The payer's finding is dated after the day of first service, so on that day no reviewer had decided.
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var request = one.Determination(program);
        request.AsOf = service.Day(-7);
        EpisodeBuilder episode = new(one, await one.Determinations.DetermineAsync(request, one.AsProvider));
        Assert.Equal((Proto.DeterminationState.UnderReview, Verdict.NeedsReview), (episode.Now.State, episode.Now.Decision.Verdict));
        return episode;
    }
}
