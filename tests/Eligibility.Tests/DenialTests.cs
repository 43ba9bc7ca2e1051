using Grpc.Core;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>For which reasons no caller may deny a person, and for which a caller may.</summary>
[Collection("eligibility")]
public sealed class DenialTests(EligibilityService service)
{
    [Theory]
    [InlineData("nc-state", Proto.DenialReason.ActiveSubstanceUse, "NC-ELIG-015")]
    [InlineData("nc-state", Proto.DenialReason.CriminalBackground, "NC-ELIG-015")]
    [InlineData("nc-state", Proto.DenialReason.ActiveSymptoms, "NC-ELIG-015")]
    [InlineData("nc-core", Proto.DenialReason.Nonadherence, "NC-ELIG-015")]
    [InlineData("nc-core", Proto.DenialReason.PersonalPresentation, "NC-ELIG-015")]
    [InlineData("nc-core", Proto.DenialReason.JobReadiness, "NC-ELIG-015")]
    [InlineData("nc-state", Proto.DenialReason.PrevocationalNotCompleted, "NC-ELIG-016")]
    [InlineData("la-acla", Proto.DenialReason.Hospitalization, "LA-ELIG-003")]
    [InlineData("la-acla", Proto.DenialReason.JobReadiness, "LA-ELIG-003")]
    // LHCC-HIST-003: the sentence moved to the Description of the plan's policy and still applies.
    [InlineData("la-lhcc", Proto.DenialReason.Homelessness, "LA-ELIG-003")]
    [InlineData("la-lhcc", Proto.DenialReason.ViolenceHistory, "LA-ELIG-003")]
    public async Task Neither_provider_nor_payer_may_deny_for_readiness(string program, Proto.DenialReason reason, string rule)
    {
        var episode = await EpisodeBuilder.Open(service, program);
        foreach (var who in new[] { episode.One.AsProvider, episode.One.AsPayer })
        {
            var step = await episode.Deny(reason, who);
            Assert.Equal((Verdict.NotMet, Proto.DeterminationState.EvidencePending), (EpisodeBuilder.Of(step, rule), step.ToState));
            Assert.NotEmpty(step.Decision.DecisionId);
        }

        Assert.Equal(2, await service.Count($"determination_steps where determination_id = '{episode.Now.Name["determinations/".Length..]}'"));
    }

    /// <summary>Without a VR case a person of Missouri is eligible at once (MO-VR-002), so there is no open question to deny.</summary>
    [Fact]
    public async Task A_person_who_was_admitted_is_not_denied()
    {
        var one = await PersonBuilder.Register(service);
        var made = await one.Determined("mo-dmh-vr", service.Day());
        Assert.Equal(Proto.DeterminationState.Eligible, made.State);
        var refused = await service.RefusedWithoutTrace(async () => await one.Determinations.DenyAdmissionAsync(
            new() { Name = made.Name, Etag = made.Etag, Reason = Proto.DenialReason.NoOpenVrCase, RequestId = EligibilityService.NewId() }, one.AsProvider));
        Assert.Equal(StatusCode.FailedPrecondition, refused.Code);
    }

    [Theory]
    [InlineData("nc-state", Proto.DenialReason.NotEnrolledLmeMco, "NC-ELIG-015")]
    [InlineData("la-acla", Proto.DenialReason.NotMyChoice, "LA-ELIG-003")]
    [InlineData("la-lhcc", Proto.DenialReason.UnderMinimumAge, "LA-ELIG-003")]
    public async Task A_criterion_of_the_program_is_a_valid_reason(string program, Proto.DenialReason reason, string rule)
    {
        var episode = await EpisodeBuilder.Open(service, program);
        var step = await episode.Deny(reason);
        Assert.Equal((Verdict.Met, Proto.DeterminationState.NotEligible), (EpisodeBuilder.Of(step, rule), step.ToState));
        var verified = await episode.Verify(service.Day());
        Assert.Equal((false, Proto.DeterminationState.NotEligible), (verified.Eligible, verified.State));
        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(async () => await episode.Withdraw())).Code);
    }

    [Fact]
    public async Task A_diagnosis_is_the_payers_test_and_never_the_providers_LA_ELIG_003()
    {
        var episode = await EpisodeBuilder.Open(service, "la-lhcc");
        Assert.Equal((Verdict.NotMet, Proto.DeterminationState.EvidencePending),
            Both(await episode.Deny(Proto.DenialReason.NoQualifyingDiagnosis, episode.One.AsProvider)));
        Assert.Equal((Verdict.Met, Proto.DeterminationState.NotEligible),
            Both(await episode.Deny(Proto.DenialReason.NoQualifyingDiagnosis, episode.One.AsPayer)));

        static (Verdict, Proto.DeterminationState) Both(Proto.DeterminationStep step) => (EpisodeBuilder.Of(step, "LA-ELIG-003"), step.ToState);
    }

    [Fact]
    public async Task The_contract_does_not_serve_a_person_who_declines_other_services_and_was_referred_elsewhere_NCC_ELIG_007()
    {
        var episode = await EpisodeBuilder.Open(service, "nc-core");
        var without = await episode.Deny(Proto.DenialReason.DeclinesBhServices);
        Assert.Equal((Verdict.NeedsFacts, Proto.DeterminationState.EvidencePending), (EpisodeBuilder.Of(without, "NCC-ELIG-007"), without.ToState));
        var referred = await episode.One.Determinations.DenyAdmissionAsync(new()
        {
            Name = episode.Now.Name,
            Etag = episode.Now.Etag,
            Reason = Proto.DenialReason.DeclinesBhServices,
            ReferralOutDate = service.Day(-1),
            RequestId = EligibilityService.NewId(),
        }, episode.One.AsProvider);
        Assert.Equal((Verdict.Met, Proto.DeterminationState.NotEligible, "not_served_contract_condition"),
            (EpisodeBuilder.Of(referred, "NCC-ELIG-007"), referred.ToState, referred.Decision.Values.Fields["recordAs"].StringValue));
    }

    [Fact]
    public async Task An_open_determination_is_withdrawn_once()
    {
        var episode = await EpisodeBuilder.Open(service, "nc-core");
        var step = await episode.Withdraw();
        Assert.Equal((Proto.DeterminationState.Withdrawn, "", true), (step.ToState, step.DecisionName, step.Decision is null));
        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(async () => await episode.Withdraw())).Code);
        Assert.False((await episode.Verify(service.Day())).Eligible);
    }
}
