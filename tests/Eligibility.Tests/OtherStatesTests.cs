using Grpc.Core;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Wire = Ips.Contracts.Eligibility.V1;

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
        var episode = await Episode.EligibleIn(service, program);
        foreach (var reason in new[] { Wire.DischargeReason.MissedAppointments, Wire.DischargeReason.TimeLimit })
        {
            var refused = await episode.Discharge(new() { Reason = reason });
            Assert.Equal((Verdict.NotMet, Wire.DeterminationState.Eligible), (Episode.Of(refused, "LA-SVC-024"), refused.ToState));
        }

        var judged = await episode.Discharge(new() { Reason = Wire.DischargeReason.NoProgress });
        Assert.Equal((Verdict.NeedsReview, Wire.DeterminationState.DischargeReview), (Episode.Of(judged, "LA-SVC-024"), judged.ToState));
        Assert.True((await episode.Verify(service.Day())).Eligible);
    }

    [Fact]
    public async Task Outreach_stops_once_it_is_clear_that_the_member_no_longer_wants_it_LA_SVC_026()
    {
        var episode = await Episode.EligibleIn(service, "la-lhcc");
        var ask = Episode.Asked();
        ask.ClearlyNoLongerWants = false;
        var kept = await episode.Discharge(ask.Clone());
        Assert.Equal((Verdict.NotMet, Wire.DeterminationState.Eligible), (Episode.Of(kept, "LA-SVC-026"), kept.ToState));
        ask.ClearlyNoLongerWants = true;
        var done = await episode.Discharge(ask);
        Assert.Equal((Verdict.Met, Wire.DeterminationState.Discharged), (Episode.Of(done, "LA-SVC-026"), done.ToState));
        Assert.False((await episode.Verify(service.Day(1))).Eligible);
        Assert.True((await episode.Verify(service.Day())).Eligible);
    }

    [Theory]
    [InlineData(Wire.StepDown.MentalHealthWorker, Verdict.Met, Wire.DeterminationState.Discharged)]
    [InlineData(Wire.StepDown.None, Verdict.NotMet, Wire.DeterminationState.Eligible)]
    public async Task After_steady_work_somebody_takes_over_LA_SVC_021(Wire.StepDown next, Verdict verdict, Wire.DeterminationState state)
    {
        var episode = await Episode.EligibleIn(service, "la-acla");
        var step = await episode.Discharge(new() { Reason = Wire.DischargeReason.OutcomeAchieved, StepDownTo = next });
        Assert.Equal((verdict, state), (Episode.Of(step, "LA-SVC-021"), step.ToState));
    }

    [Fact]
    public async Task Support_lasts_as_long_as_the_member_wants_it_LA_SVC_030()
    {
        var episode = await Episode.EligibleIn(service, "la-acla");
        var goesOn = await episode.Continue(new() { MemberWantsSupport = true });
        Assert.Equal((Verdict.Met, Wire.DeterminationState.Eligible), (Episode.Of(goesOn, "LA-SVC-030"), goesOn.ToState));
        var review = await episode.Continue(new() { MemberWantsSupport = false });
        Assert.Equal((Verdict.NotMet, Wire.DeterminationState.DischargeReview), (Episode.Of(review, "LA-SVC-030"), review.ToState));
    }

    [Theory]
    [InlineData(Wire.DischargeReason.TimeLimit, Verdict.NotMet, Wire.DeterminationState.Eligible)]
    [InlineData(Wire.DischargeReason.MissedAppointments, Verdict.NeedsReview, Wire.DeterminationState.DischargeReview)]
    [InlineData(Wire.DischargeReason.IndividualRequest, Verdict.Met, Wire.DeterminationState.Discharged)]
    public async Task The_year_is_an_average_and_no_limit_MO_DEF_003(Wire.DischargeReason reason, Verdict verdict, Wire.DeterminationState state)
    {
        var episode = await Episode.EligibleIn(service, "mo-dmh-vr");
        var step = await episode.Discharge(new() { Reason = reason });
        Assert.Equal((verdict, state), (Episode.Of(step, "MO-DEF-003"), step.ToState));
    }

    [Fact]
    public async Task Missouri_prints_no_conditions_to_continue_and_is_not_asked()
    {
        var episode = await Episode.EligibleIn(service, "mo-dmh-vr");
        var refused = await service.RefusedWithoutTrace(async () => await episode.Continue(new() { MemberWantsSupport = true }));
        Assert.Equal((StatusCode.InvalidArgument, "program"), (refused.Code, Assert.Single(refused.Fields)));
    }
}
