using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>A fact that admission rested on is corrected: the determination stands, or it needs attention and admits on no day.</summary>
[Collection("eligibility")]
public sealed class ReconsiderTests(EligibilityService service)
{
    [Fact]
    public async Task A_person_admitted_on_a_diagnosis_that_was_corrected_away_is_not_eligible_any_more()
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var diagnosis = Assert.Single(await episode.One.History(standing: true), f => f.Diagnosis is not null);
        Assert.True((await episode.Verify(service.Day())).Eligible);
        var known = service.Clock.GetUtcNow();
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        var corrected = await episode.One.Correct(diagnosis, Records.Diagnosis(Proto.DiagnosisClass.Idd, service.Day(-90), primary: true));
        var needs = await Becomes(episode, Proto.DeterminationState.Attention);
        var verified = await episode.Verify(service.Day());
        Assert.Equal((false, Proto.DeterminationState.Attention), (verified.Eligible, verified.State));
        Assert.Equal(Ips.Contracts.Common.V1.Verdict.NotMet, needs.Decision.Verdict);
        var step = Assert.Single(needs.Steps);
        Assert.Equal((Proto.DeterminationStepKind.Reconsideration, Proto.DeterminationState.Eligible), (step.Kind, step.FromState));

        // What was known before is still answered as it was.
        Assert.True((await episode.One.Determinations.VerifyAsync(new()
        {
            Individual = episode.One.Name,
            Program = "nc-core",
            ServiceDate = service.Day(),
            KnownAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(known),
        }, episode.One.AsProvider)).Eligible);

        // The correction was wrong itself: what it rested on is there again.
        await episode.One.Correct(corrected, Records.Diagnosis(Proto.DiagnosisClass.Spmi, service.Day(-90), primary: true));
        await Becomes(episode, Proto.DeterminationState.Eligible);
        var again = await episode.Verify(service.Day());
        Assert.Equal((true, ""), (again.Eligible, again.EligibleThrough));
    }

    [Fact]
    public async Task A_correction_that_changes_no_answer_changes_no_determination()
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var diagnosis = Assert.Single(await episode.One.History(standing: true), f => f.Diagnosis is not null);
        await episode.One.Correct(diagnosis, Records.Diagnosis(Proto.DiagnosisClass.Spmi, service.Day(-80), primary: true));
        await Reconsider(episode);
        var now = await Read(episode);
        Assert.Equal((Proto.DeterminationState.Eligible, episode.Now.Etag, 0), (now.State, now.Etag, now.Steps.Count));
    }

    [Fact]
    public async Task Someone_decides_it_again()
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var diagnosis = Assert.Single(await episode.One.History(standing: true), f => f.Diagnosis is not null);
        await episode.One.Correct(diagnosis, Records.Diagnosis(Proto.DiagnosisClass.Idd, service.Day(-90), primary: true));
        var needs = await Becomes(episode, Proto.DeterminationState.Attention);
        var step = await new EpisodeBuilder(episode.One, needs).Redetermine();
        Assert.Equal((Proto.DeterminationState.Attention, Proto.DeterminationState.NotEligible), (step.FromState, step.ToState));
        Assert.False((await episode.Verify(service.Day())).Eligible);
    }

    private Task Reconsider(EpisodeBuilder episode) => service.Use<ReconsiderPerson>(
        person => person.Handle([new(Guid.Parse(episode.One.Name[12..]))], EligibilityService.NewMessage(), default));

    private static async Task<Proto.Determination> Read(EpisodeBuilder episode) =>
        await episode.One.Determinations.GetDeterminationAsync(new() { Name = episode.Now.Name }, episode.One.AsProvider);

    private static async Task<Proto.Determination> Becomes(EpisodeBuilder episode, Proto.DeterminationState state)
    {
        var now = episode.Now;
        await Ips.Testing.Poll.Until(async () => (now = await Read(episode)).State == state);
        return now;
    }
}
