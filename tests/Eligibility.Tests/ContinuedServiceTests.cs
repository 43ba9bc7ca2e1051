using Grpc.Core;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Whether the service continues: one of five conditions is enough (NC-CONT-001 to NC-CONT-006).</summary>
[Collection("eligibility")]
public sealed class ContinuedServiceTests(EligibilityService service)
{
    /// <summary>A request that meets no condition: goals reached, no job, no need, no wish.</summary>
    private static Proto.ReviewContinuedServiceRequest Nothing() => new()
    {
        Progress = Proto.ServiceProgress.GoalsMet,
        EffectivenessDocumented = false,
        InterventionsModified = false,
        Employed = false,
        FollowAlongNeeded = false,
        BenefitsSupportNeeded = false,
        ChangeGoal = Proto.ChangeGoal.None,
    };

    [Fact]
    public async Task None_of_the_five_conditions_opens_a_discharge_review_and_ends_nothing()
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var step = await episode.Continue(Nothing());
        Assert.Equal((Proto.DeterminationState.Eligible, Proto.DeterminationState.DischargeReview), (step.FromState, step.ToState));
        Assert.Equal((Verdict.NotMet, Verdict.NotMet), (step.Decision.Verdict, EpisodeBuilder.Of(step, "NC-CONT-001")));
        Assert.True((await episode.Verify(service.Day())).Eligible);

        var goes = Nothing();
        goes.ChangeGoal = Proto.ChangeGoal.Advance;
        Assert.Equal(Proto.DeterminationState.Eligible, (await episode.Continue(goes)).ToState);
    }

    [Theory]
    [InlineData("NC-CONT-002")]
    [InlineData("NC-CONT-003")]
    [InlineData("NC-CONT-004")]
    [InlineData("NC-CONT-005")]
    [InlineData("NC-CONT-006")]
    public async Task One_condition_is_enough_but_only_with_its_evidence(string rule)
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var request = Nothing();
        Arrange(request, rule, service, evidence: false);
        var without = await episode.Continue(request.Clone());
        Assert.Equal((Verdict.NotMet, Verdict.NotMet), (EpisodeBuilder.Of(without, rule), EpisodeBuilder.Of(without, "NC-CONT-001")));
        Arrange(request, rule, service, evidence: true);
        var with = await episode.Continue(request.Clone());
        Assert.Equal((Verdict.Met, Verdict.Met, Proto.DeterminationState.Eligible),
            (EpisodeBuilder.Of(with, rule), EpisodeBuilder.Of(with, "NC-CONT-001"), with.ToState));
    }

    [Fact]
    public async Task The_first_year_of_a_job_ends_the_day_before_its_anniversary()
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var request = Nothing();
        var today = DateOnly.FromDateTime(service.Clock.GetUtcNow().UtcDateTime);
        (request.AsOf, request.Employed, request.FollowAlongNeeded, request.JobStartDate) = (today.Day(), true, true, today.AddYears(-1).AddDays(1).Day());
        Assert.Equal(Verdict.Met, EpisodeBuilder.Of(await episode.Continue(request.Clone()), "NC-CONT-004"));
        request.JobStartDate = today.AddYears(-1).Day();
        var over = await episode.Continue(request.Clone());
        Assert.Equal((Verdict.NotMet, service.Day(-1)),
            (EpisodeBuilder.Of(over, "NC-CONT-004"), over.Decision.Values.Fields["followAlongYearEnds"].StringValue));
    }

    [Fact]
    public async Task Unknown_is_not_no_and_a_program_without_the_decision_is_refused()
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var step = await episode.Continue(new());
        Assert.Equal((Verdict.NeedsFacts, Proto.DeterminationState.Eligible), (step.Decision.Verdict, step.ToState));
        var (name, etag) = (episode.Now.Name, episode.Now.Etag);
        var before = await service.RefusedWithoutTrace(async () => await episode.One.Determinations.ReviewContinuedServiceAsync(
            new() { Name = name, Etag = etag, AsOf = service.Day(-1), RequestId = EligibilityService.NewId() }, episode.One.AsProvider));
        Assert.Equal((StatusCode.InvalidArgument, "as_of"), (before.Code, Assert.Single(before.Fields)));
        var stale = await service.RefusedWithoutTrace(async () => await episode.One.Determinations.ReviewContinuedServiceAsync(
            new() { Name = name, Etag = "1", RequestId = EligibilityService.NewId() }, episode.One.AsProvider));
        Assert.Equal(StatusCode.Aborted, stale.Code);
    }

    private static void Arrange(Proto.ReviewContinuedServiceRequest request, string rule, EligibilityService service, bool evidence)
    {
        switch (rule)
        {
            case "NC-CONT-002": (request.Progress, request.EffectivenessDocumented) = (Proto.ServiceProgress.Little, evidence); break;
            case "NC-CONT-003": (request.Progress, request.InterventionsModified) = (Proto.ServiceProgress.Progressing, evidence); break;
            case "NC-CONT-004": (request.Employed, request.JobStartDate, request.FollowAlongNeeded) = (true, service.Day(-100), evidence); break;
            case "NC-CONT-005": request.BenefitsSupportNeeded = evidence; break;
            default: request.ChangeGoal = evidence ? Proto.ChangeGoal.IncreaseHours : Proto.ChangeGoal.None; break;
        }
    }
}
