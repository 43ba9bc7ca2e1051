using Grpc.Core;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>What a discharge and a death end, and that it goes on when they are taken back.</summary>
[Collection("eligibility")]
public sealed class EndsTests(EligibilityService service)
{
    [Fact]
    public async Task A_discharge_that_is_taken_back_ends_nothing()
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var approved = await episode.One.Approved();
        await episode.Discharge(EpisodeBuilder.OwnRequest());
        await Becomes(episode, approved, Proto.AuthorizationState.Terminated);

        var step = await episode.RetractDischarge();
        Assert.Equal((Proto.DeterminationStepKind.DischargeRetraction, Proto.DeterminationState.Discharged, Proto.DeterminationState.Eligible, ""),
            (step.Kind, step.FromState, step.ToState, step.Determination.EligibleThrough));
        Assert.True((await episode.Verify(service.Day(1))).Eligible);
        var again = await Becomes(episode, approved, Proto.AuthorizationState.Approved);
        Assert.Equal(("", Proto.TerminationReason.Unspecified), (again.EndedThrough, again.TerminationReason));

        var read = await episode.One.Determinations.GetDeterminationAsync(new() { Name = episode.Now.Name }, episode.One.AsProvider);
        Assert.Equal(["", "Quillmistake of the intake office"], read.Steps.Select(s => s.Reason).Order());
        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(episode.RetractDischarge)).Code);
    }

    [Fact]
    public async Task A_discharge_stands_when_admission_was_decided_again_from_a_later_day()
    {
        var episode = await EpisodeBuilder.Eligible(service, day: -5);
        var request = EpisodeBuilder.OwnRequest();
        request.DischargeDate = service.Day(-3);
        await episode.Discharge(request);
        await episode.One.Determined("nc-core", service.Day(-1));
        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(episode.RetractDischarge)).Code);
    }

    [Fact]
    public async Task A_death_ends_everything_with_its_day_and_its_retraction_takes_that_back()
    {
        var episode = await EpisodeBuilder.Eligible(service, day: -5);
        var one = episode.One;
        var approved = await one.ApprovedFor(-4, 20);
        var open = await one.Determinations.DetermineAsync(OpenIn(one, "la-acla"), one.AsProvider);
        Assert.Equal(Proto.DeterminationState.EvidencePending, open.State);

        var death = await one.Record(new() { Death = new() { DiedOn = service.Day(-2) } });
        var ended = await Becomes(episode, approved, Proto.AuthorizationState.Terminated);
        Assert.Equal((service.Day(-2), Proto.TerminationReason.Died), (ended.EndedThrough, ended.TerminationReason));
        await Stands(episode.Now.Name, Proto.DeterminationState.Discharged, service.Day(-2));
        await Stands(open.Name, Proto.DeterminationState.Withdrawn, "");
        Assert.Equal((true, false), ((await episode.Verify(service.Day(-2))).Eligible, (await episode.Verify(service.Day(-1))).Eligible));
        Assert.Equal(service.Day(-2), (await one.Read()).Death.DiedOn);
        Assert.Equal(StatusCode.InvalidArgument,
            (await service.RefusedWithoutTrace(async () => await one.Record(new() { Death = new() { DiedOn = service.Day(-1) } }))).Code);

        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(async () => await one.Determined("nc-core", service.Day()))).Code);

        // Another day: what ended goes on until then.
        death = await one.Correct(death, new() { Death = new() { DiedOn = service.Day(-1) } });
        await Ips.Testing.Poll.Until(async () => (await one.Again(approved)).EndedThrough == service.Day(-1));
        await Stands(episode.Now.Name, Proto.DeterminationState.Discharged, service.Day(-1));

        // Only the fact is taken back, not the end that follows from it.
        var now = await one.Determinations.GetDeterminationAsync(new() { Name = episode.Now.Name }, one.AsProvider);
        var refused = await service.RefusedWithoutTrace(async () => await one.Determinations.RetractDischargeAsync(
            new() { Name = now.Name, Etag = now.Etag, Reason = "Quillmistake", RequestId = EligibilityService.NewId() }, one.AsProvider));
        Assert.Equal(StatusCode.FailedPrecondition, refused.Code);

        await one.Retract(death.Name, death.Etag);
        var again = await Becomes(episode, approved, Proto.AuthorizationState.Approved);
        Assert.Equal("", again.EndedThrough);
        await Stands(episode.Now.Name, Proto.DeterminationState.Eligible, "");
        await Stands(open.Name, Proto.DeterminationState.EvidencePending, "");
        Assert.True((await episode.Verify(service.Day(1))).Eligible);

        Task Stands(string name, Proto.DeterminationState state, string through) => Ips.Testing.Poll.Until(async () =>
            await one.Determinations.GetDeterminationAsync(new() { Name = name }, one.AsProvider) is var read && (read.State, read.EligibleThrough) == (state, through));
    }

    private Proto.DetermineRequest OpenIn(PersonBuilder one, string program)
    {
        var request = one.Determination(program);
        request.AsOf = service.Day();
        return request;
    }

    private static async Task<Proto.Authorization> Becomes(EpisodeBuilder episode, Proto.Authorization authorization, Proto.AuthorizationState state)
    {
        var now = authorization;
        await Ips.Testing.Poll.Until(async () => (now = await episode.One.Again(authorization)).State == state);
        return now;
    }
}
