using Grpc.Core;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Continuing and ending the service in Louisiana and Missouri.</summary>
[Collection("eligibility")]
public sealed class OtherStatesTests(EligibilityService service)
{
    [Theory]
    [InlineData("la-acla")]
    [InlineData("la-lhcc")]
    public async Task The_service_does_not_end_for_missed_appointments_or_time_and_missing_progress_goes_to_a_person_LA_SVC_024(string program)
    {
        var episode = await EpisodeBuilder.EligibleIn(service, program);
        foreach (var reason in new[] { Proto.DischargeReason.MissedAppointments, Proto.DischargeReason.TimeLimit })
        {
            var refused = await episode.Discharge(new() { Reason = reason });
            Assert.Equal((Verdict.NotMet, Proto.DeterminationState.Eligible), (EpisodeBuilder.Of(refused, "LA-SVC-024"), refused.ToState));
        }

        var result = await episode.Discharge(new() { Reason = Proto.DischargeReason.NoProgress });
        Assert.Equal((Verdict.NeedsReview, Proto.DeterminationState.DischargeReview), (EpisodeBuilder.Of(result, "LA-SVC-024"), result.ToState));
        Assert.True((await episode.Verify(service.Day())).Eligible);
    }

    [Fact]
    public async Task Outreach_stops_once_it_is_clear_that_the_member_no_longer_wants_it_LA_SVC_026()
    {
        var episode = await EpisodeBuilder.EligibleIn(service, "la-lhcc");
        var request = EpisodeBuilder.OwnRequest();
        request.ClearlyNoLongerWants = false;
        var stored = await episode.Discharge(request.Clone());
        Assert.Equal((Verdict.NotMet, Proto.DeterminationState.Eligible), (EpisodeBuilder.Of(stored, "LA-SVC-026"), stored.ToState));
        request.ClearlyNoLongerWants = true;
        var done = await episode.Discharge(request);
        Assert.Equal((Verdict.Met, Proto.DeterminationState.Discharged), (EpisodeBuilder.Of(done, "LA-SVC-026"), done.ToState));
        Assert.False((await episode.Verify(service.Day(1))).Eligible);
        Assert.True((await episode.Verify(service.Day())).Eligible);
    }

    [Theory]
    [InlineData(Proto.StepDown.MentalHealthWorker, Verdict.Met, Proto.DeterminationState.Discharged)]
    [InlineData(Proto.StepDown.None, Verdict.NotMet, Proto.DeterminationState.Eligible)]
    public async Task After_steady_work_another_person_takes_over_LA_SVC_021(Proto.StepDown next, Verdict verdict, Proto.DeterminationState state)
    {
        var episode = await EpisodeBuilder.EligibleIn(service, "la-acla");
        var step = await episode.Discharge(new() { Reason = Proto.DischargeReason.OutcomeAchieved, StepDownTo = next });
        Assert.Equal((verdict, state), (EpisodeBuilder.Of(step, "LA-SVC-021"), step.ToState));
    }

    [Fact]
    public async Task Support_lasts_as_long_as_the_member_wants_it_LA_SVC_030()
    {
        var episode = await EpisodeBuilder.EligibleIn(service, "la-acla");
        var goesOn = await episode.Continue(new() { MemberWantsSupport = true });
        Assert.Equal((Verdict.Met, Proto.DeterminationState.Eligible), (EpisodeBuilder.Of(goesOn, "LA-SVC-030"), goesOn.ToState));
        var review = await episode.Continue(new() { MemberWantsSupport = false });
        Assert.Equal((Verdict.NotMet, Proto.DeterminationState.DischargeReview), (EpisodeBuilder.Of(review, "LA-SVC-030"), review.ToState));
    }

    [Theory]
    [InlineData(Proto.DischargeReason.TimeLimit, Verdict.NotMet, Proto.DeterminationState.Eligible)]
    [InlineData(Proto.DischargeReason.MissedAppointments, Verdict.NeedsReview, Proto.DeterminationState.DischargeReview)]
    [InlineData(Proto.DischargeReason.IndividualRequest, Verdict.Met, Proto.DeterminationState.Discharged)]
    public async Task The_year_is_an_average_and_no_limit_MO_DEF_003(Proto.DischargeReason reason, Verdict verdict, Proto.DeterminationState state)
    {
        var episode = await EpisodeBuilder.EligibleIn(service, "mo-dmh-vr");
        var step = await episode.Discharge(new() { Reason = reason });
        Assert.Equal((verdict, state), (EpisodeBuilder.Of(step, "MO-DEF-003"), step.ToState));
    }

    [Fact]
    public async Task Missouri_has_no_conditions_to_continue()
    {
        var episode = await EpisodeBuilder.EligibleIn(service, "mo-dmh-vr");
        var refused = await service.RefusedWithoutTrace(async () => await episode.Continue(new() { MemberWantsSupport = true }));
        Assert.Equal((StatusCode.InvalidArgument, "program"), (refused.Code, Assert.Single(refused.Fields)));
    }
}
