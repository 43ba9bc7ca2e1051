using Grpc.Core;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>For which reasons the service ends (NC-DISCH-001 to NC-DISCH-005), and what an end means for days of service.</summary>
[Collection("eligibility")]
public sealed class DischargeTests(EligibilityService service)
{
    [Fact]
    public async Task A_discharge_ends_eligibility_after_its_day_and_is_published()
    {
        var episode = await EpisodeBuilder.Eligible(service, day: -5);
        var request = EpisodeBuilder.OwnRequest();
        request.DischargeDate = service.Day(-3);
        var step = await episode.Discharge(request);
        Assert.Equal((Proto.DeterminationState.Discharged, Verdict.Met, service.Day(-3)),
            (step.ToState, step.Decision.Verdict, step.Determination.EligibleThrough));
        Assert.Equal((Verdict.Met, Verdict.Met, Verdict.Met),
            (EpisodeBuilder.Of(step, "NC-DISCH-001"), EpisodeBuilder.Of(step, "NC-DISCH-003"), EpisodeBuilder.Of(step, "NC-DISCH-005")));

        Assert.True((await episode.Verify(service.Day(-3))).Eligible);
        var after = await episode.Verify(service.Day(-2));
        Assert.Equal((false, Proto.DeterminationState.Discharged, service.Day(-3)), (after.Eligible, after.State, after.EligibleThrough));
        Assert.Contains("discharged", after.Reason);

        var body = (string)(await service.Scalar(
            $"select body::text from outbox_rows where subject = '{episode.Now.Name}' and type = 'ips.eligibility.individual-discharged.v1'"))!;
        Assert.Contains("individual_request", body);
        Assert.Equal([1L, 2, 3], await Sequences(episode.Now.Name));

        var read = await episode.One.Determinations.GetDeterminationAsync(new() { Name = episode.Now.Name }, episode.One.AsPayer);
        Assert.Equal((Proto.DeterminationStepKind.Discharge, step.DecisionName), (Assert.Single(read.Steps).Kind, read.Steps[0].DecisionName));
        var again = await service.RefusedWithoutTrace(async () => await episode.Discharge(EpisodeBuilder.OwnRequest()));
        Assert.Equal(StatusCode.FailedPrecondition, again.Code);
    }

    [Fact]
    public async Task An_episode_runs_from_the_first_admission_to_the_discharge()
    {
        var episode = await EpisodeBuilder.Eligible(service, day: -5);
        var one = episode.One;
        Assert.Equal(("", ""), await Of(-6));
        Assert.Equal((service.Day(-5), ""), await Of(-5));
        var request = EpisodeBuilder.OwnRequest();
        request.DischargeDate = service.Day(-3);
        await episode.Discharge(request);
        Assert.Equal((service.Day(-5), service.Day(-3)), await Of(-3));
        Assert.Equal(("", ""), await Of(-2));

        await one.Determined("nc-core", service.Day(-1));
        Assert.Equal((service.Day(-5), service.Day(-3)), await Of(-4));
        Assert.Equal(("", ""), await Of(-2));
        Assert.Equal((service.Day(-1), ""), await Of(0));

        async Task<(string From, string Through)> Of(int day) =>
            await one.Overlaps(service.Day(day)) is var answer ? (answer.EpisodeFrom, answer.EpisodeThrough) : default;
    }

    [Fact]
    public async Task A_discharge_ends_what_is_authorized_beyond_its_day()
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var approved = await episode.One.Approved();
        await episode.Discharge(EpisodeBuilder.OwnRequest());
        Proto.Authorization now = approved;
        await Ips.Testing.Poll.Until(async () => (now = await episode.One.Again(approved)).EndedThrough.Length > 0);
        Assert.Equal((Proto.AuthorizationState.Terminated, service.Day()), (now.State, now.EndedThrough));
        Assert.Equal("", await episode.One.Running(approved.Name));
    }

    [Theory]
    [InlineData(Proto.DischargeReason.MissedAppointments)]
    [InlineData(Proto.DischargeReason.TimeLimit)]
    [InlineData(Proto.DischargeReason.NoProgress)]
    public async Task An_unlisted_reason_ends_nothing_and_the_attempt_is_stored_NC_DISCH_001(Proto.DischargeReason reason)
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var request = EpisodeBuilder.OwnRequest();
        request.Reason = reason;
        var step = await episode.Discharge(request);
        Assert.Equal((Proto.DeterminationState.Eligible, Verdict.NotMet), (step.ToState, EpisodeBuilder.Of(step, "NC-DISCH-001")));
        Assert.Equal("", step.Determination.EligibleThrough);
        Assert.Equal(1, await service.Count(
            $"determination_steps where determination_id = '{episode.Now.Name["determinations/".Length..]}' and from_state = to_state"));
        Assert.Equal(0, await service.Count($"outbox_rows where subject = '{episode.Now.Name}' and type = 'ips.eligibility.individual-discharged.v1'"));
    }

    [Fact]
    public async Task A_listed_reason_counts_only_when_it_is_documented_NC_DISCH_001()
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var request = EpisodeBuilder.OwnRequest();
        request.ReasonDocumented = false;
        Assert.Equal((Verdict.NotMet, Proto.DeterminationState.Eligible),
            (EpisodeBuilder.Of(await episode.Discharge(request), "NC-DISCH-001"), episode.Now.State));
        request.ClearReasonDocumented();
        Assert.Equal((Verdict.NeedsFacts, Proto.DeterminationState.Eligible),
            (EpisodeBuilder.Of(await episode.Discharge(request), "NC-DISCH-001"), episode.Now.State));
    }

    [Theory]
    [InlineData(true, false, Verdict.Met, Proto.DeterminationState.Discharged)]
    [InlineData(true, true, Verdict.NotMet, Proto.DeterminationState.Eligible)]
    [InlineData(false, false, Verdict.NotMet, Proto.DeterminationState.Eligible)]
    public async Task An_outcome_ends_the_service_when_it_is_stable_and_ips_is_no_longer_needed_NC_DISCH_002(
        bool stable, bool needed, Verdict verdict, Proto.DeterminationState state)
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var request = EpisodeBuilder.OwnRequest();
        (request.Reason, request.StableOutcome, request.IpsStillNeeded) = (Proto.DischargeReason.OutcomeAchieved, stable, needed);
        var step = await episode.Discharge(request);
        Assert.Equal((verdict, state), (EpisodeBuilder.Of(step, "NC-DISCH-002"), step.ToState));
    }

    [Theory]
    [InlineData(Proto.DischargeRequester.Individual, null, Verdict.Met)]
    [InlineData(Proto.DischargeRequester.Guardian, true, Verdict.Met)]
    [InlineData(Proto.DischargeRequester.Guardian, false, Verdict.NotMet)]
    [InlineData(Proto.DischargeRequester.Family, null, Verdict.NotMet)]
    public async Task The_person_or_a_guardian_with_authority_requests_the_discharge_NC_DISCH_003(Proto.DischargeRequester who, bool? covers, Verdict verdict)
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var request = EpisodeBuilder.OwnRequest();
        request.RequestedBy = who;
        if (covers is { } papers)
            request.GuardianAuthorityCoversDecision = papers;
        Assert.Equal(verdict, EpisodeBuilder.Of(await episode.Discharge(request), "NC-DISCH-003"));
    }

    [Fact]
    public async Task No_longer_eligible_is_read_from_the_record_and_not_from_the_request_NC_DISCH_004()
    {
        var episode = await EpisodeBuilder.Eligible(service, day: -5);
        var request = EpisodeBuilder.OwnRequest();
        request.Reason = Proto.DischargeReason.NoLongerEligible;
        var refused = await episode.Discharge(request.Clone());
        Assert.Equal((Verdict.NotMet, Proto.DeterminationState.Eligible), (EpisodeBuilder.Of(refused, "NC-DISCH-004"), refused.ToState));

        // The contract does not serve a person who declines other services (NCC-ELIG-006): at the reauthorization that ends eligibility, and the discharge
        // follows.
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        await episode.One.Individuals.RecordIntakeAsync(new()
        {
            Individual = episode.One.Name,
            RequestId = EligibilityService.NewId(),
            Intake = new() { DeclinesBhServices = true }
        }, episode.One.AsProvider);
        var lapsed = await episode.Reverify(service.Day(-4), Proto.ReverifyOccasion.Reauthorization);
        Assert.Equal((Proto.DeterminationState.Lapsed, service.Day(-5)), (lapsed.ToState, lapsed.Determination.EligibleThrough));
        Assert.False((await episode.Verify(service.Day(-4))).Eligible);
        var done = await episode.Discharge(request);
        Assert.Equal((Verdict.Met, Proto.DeterminationState.Discharged), (EpisodeBuilder.Of(done, "NC-DISCH-004"), done.ToState));
        Assert.Equal(service.Day(-5), done.Determination.EligibleThrough);
    }

    [Fact]
    public async Task A_move_away_needs_a_written_explanation_NC_DISCH_004()
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var request = EpisodeBuilder.OwnRequest();
        (request.Reason, request.AdministrativeExplanation) = (Proto.DischargeReason.Relocated, false);
        Assert.Equal(Verdict.NotMet, EpisodeBuilder.Of(await episode.Discharge(request.Clone()), "NC-DISCH-004"));
        request.AdministrativeExplanation = true;
        var step = await episode.Discharge(request);
        Assert.Equal(("no_longer_eligible", Proto.DeterminationState.Discharged), (step.Decision.Values.Fields["mappedReason"].StringValue, step.ToState));
    }

    [Theory]
    [InlineData(false, true, true, false, Verdict.NotMet)]
    [InlineData(true, false, true, false, Verdict.NotMet)]
    [InlineData(true, true, true, false, Verdict.NotMet)]
    [InlineData(true, true, true, true, Verdict.Met)]
    [InlineData(true, true, false, false, Verdict.Met)]
    public async Task The_plan_is_discussed_filed_and_coordinated_where_there_is_an_enhanced_service_NC_DISCH_005(
        bool discussed, bool filed, bool enhanced, bool coordinated, Verdict verdict)
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var request = EpisodeBuilder.OwnRequest();
        (request.DischargePlanDiscussed, request.DischargePlanInRecord, request.EnhancedService, request.CoordinatedWithProviders) =
            (discussed, filed, enhanced, coordinated);
        var step = await episode.Discharge(request);
        Assert.Equal((verdict, verdict == Verdict.Met ? Proto.DeterminationState.Discharged : Proto.DeterminationState.Eligible),
            (EpisodeBuilder.Of(step, "NC-DISCH-005"), step.ToState));
    }

    [Fact]
    public async Task Validate_only_stores_nothing_and_a_retry_discharges_once()
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var request = EpisodeBuilder.OwnRequest();
        (request.Name, request.Etag, request.ValidateOnly) = (episode.Now.Name, episode.Now.Etag, true);
        var before = await service.Everything();
        var tried = await episode.One.Determinations.DischargeAsync(request, episode.One.AsProvider);
        Assert.Equal((Proto.DeterminationState.Discharged, "", ""), (tried.ToState, tried.DecisionName, tried.Decision.DecisionId));
        Assert.Equal(before, await service.Everything());

        (request.ValidateOnly, request.RequestId) = (false, EligibilityService.NewId());
        var first = await episode.One.Determinations.DischargeAsync(request, episode.One.AsProvider);
        Assert.Equal(first, await episode.One.Determinations.DischargeAsync(request, episode.One.AsProvider));
        Assert.Equal(1, await service.Count($"outbox_rows where subject = '{episode.Now.Name}' and type = 'ips.eligibility.individual-discharged.v1'"));

        request.DischargeDate = service.Day();
        request.RequestId = EligibilityService.NewId();
        request.Etag = first.Determination.Etag;
        Assert.Equal(StatusCode.FailedPrecondition,
            (await service.RefusedWithoutTrace(async () => await episode.One.Determinations.DischargeAsync(request, episode.One.AsProvider))).Code);
        Assert.Equal(StatusCode.NotFound,
            (await service.RefusedWithoutTrace(async () => await episode.One.Determinations.DischargeAsync(request,
            service.As(Ips.Platform.Rpc.Roles.Provider, "agency-foreign")))).Code);
    }

    private async Task<IReadOnlyList<long>> Sequences(string subject) =>
        ((string)(await service.Scalar($"select string_agg(sequence::text, ' ' order by sequence) from outbox_rows where subject = '{subject}'"))!).Split(' ')
            .Select(long.Parse).ToList();
}
