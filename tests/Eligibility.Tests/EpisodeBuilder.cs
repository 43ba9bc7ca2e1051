using Grpc.Core;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>A determination that a test takes through its steps; it always holds the newest version.</summary>
public sealed class EpisodeBuilder(PersonBuilder one, Proto.Determination made)
{
    public PersonBuilder One => one;

    public Proto.Determination Now { get; private set; } = made;

    /// <summary>A person with every fact, admitted to a program of North Carolina on the clock's day or another day.</summary>
    public static async Task<EpisodeBuilder> Eligible(EligibilityService service, string program = "nc-core", int day = 0)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var request = one.Determination(program);
        request.AsOf = service.Day(day);
        EpisodeBuilder episode = new(one, await one.Determinations.DetermineAsync(request, one.AsProvider));
        Assert.Equal(Proto.DeterminationState.Eligible, episode.Now.State);
        return episode;
    }

    /// <summary>A person with every fact that any program requires, admitted to one of them five days ago.</summary>
    public static async Task<EpisodeBuilder> EligibleIn(EligibilityService service, string program)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var intake = (await one.Read()).Intake.Clone();
        intake.NeedsMoreIntensiveSupports = true;
        await one.Correct(new() { Name = intake.Fact, Etag = intake.Etag }, new() { Intake = intake });
        await one.Record(new() { MyChoice = new() { Status = Proto.MyChoiceStatus.Transitioned, From = service.Day(-40) } });
        await one.Record(new() { Recommendation = new() { By = Proto.Recommender.Physician, RecommendedOn = service.Day(-8) } });
        foreach (var other in new[] { Proto.OtherServiceKind.RehabilitationAct, Proto.OtherServiceKind.VrCase, Proto.OtherServiceKind.Lrs })
            await one.Record(Records.Service(other, service.Day(-60), absent: true));
        await one.Record(new() { Diagnosis = new() { Class = Proto.DiagnosisClass.OtherMh, DiagnosedOn = service.Day(-60), Qualifying = true } }, one.AsPayer);
        EpisodeBuilder episode = new(one, await one.Determined(program, service.Day(-5)));
        Assert.Equal(Proto.DeterminationState.Eligible, episode.Now.State);
        return episode;
    }

    /// <summary>A person with only an enrollment recorded: the determination stays open.</summary>
    public static async Task<EpisodeBuilder> Open(EligibilityService service, string program)
    {
        var one = await PersonBuilder.Register(service);
        var request = one.Determination(program);
        EpisodeBuilder episode = new(one, await one.Determinations.DetermineAsync(request, one.AsProvider));
        Assert.Equal(Proto.DeterminationState.EvidencePending, episode.Now.State);
        return episode;
    }

    public Task<Proto.DeterminationStep> Deny(Proto.DenialReason reason, Metadata? who = null) =>
        Take(one.Determinations.DenyAdmissionAsync(new() { Name = Now.Name, Etag = Now.Etag, Reason = reason, RequestId = EligibilityService.NewId() },
            who ?? one.AsProvider));

    public Task<Proto.DeterminationStep> Redetermine() =>
        Take(one.Determinations.RedetermineAsync(new() { Name = Now.Name, Etag = Now.Etag, RequestId = EligibilityService.NewId() }, one.AsProvider));

    public Task<Proto.DeterminationStep> Withdraw() =>
        Take(one.Determinations.WithdrawDeterminationAsync(new() { Name = Now.Name, Etag = Now.Etag, RequestId = EligibilityService.NewId() }, one.AsProvider));

    public Task<Proto.DeterminationStep> Review(params (string Rule, bool Met)[] judgements)
    {
        Proto.ReviewDeterminationRequest request = new() { Name = Now.Name, Etag = Now.Etag, RequestId = EligibilityService.NewId() };
        request.Judgements.AddRange(judgements.Select(j => new Proto.Judgement { RuleId = j.Rule, Met = j.Met, Reason = "Quillreview of the plan's goals" }));
        return Take(one.Determinations.ReviewDeterminationAsync(request, one.AsPayer));
    }

    public Task<Proto.DeterminationStep> Reverify(string asOf, Proto.ReverifyOccasion occasion = Proto.ReverifyOccasion.Check) =>
        Take(one.Determinations.ReverifyAsync(
            new() { Name = Now.Name, Etag = Now.Etag, AsOf = asOf, Occasion = occasion, RequestId = EligibilityService.NewId() }, one.AsPayer));

    public Task<Proto.DeterminationStep> Continue(Proto.ReviewContinuedServiceRequest request)
    {
        (request.Name, request.Etag, request.RequestId) = (Now.Name, Now.Etag, EligibilityService.NewId());
        return Take(one.Determinations.ReviewContinuedServiceAsync(request, one.AsProvider));
    }

    public Task<Proto.DeterminationStep> Discharge(Proto.DischargeRequest request)
    {
        (request.Name, request.Etag, request.RequestId) = (Now.Name, Now.Etag, EligibilityService.NewId());
        return Take(one.Determinations.DischargeAsync(request, one.AsProvider));
    }

    public Task<Proto.DeterminationStep> RetractDischarge() => Take(one.Determinations.RetractDischargeAsync(
        new() { Name = Now.Name, Etag = Now.Etag, Reason = "Quillmistake of the intake office", RequestId = EligibilityService.NewId() }, one.AsProvider));

    public async Task<Proto.VerifyResponse> Verify(string day) =>
        await one.Determinations.VerifyAsync(new() { Individual = one.Name, Program = Now.Program, ServiceDate = day }, one.AsProvider);

    /// <summary>A discharge at the person's own request with everything it needs.</summary>
    public static Proto.DischargeRequest OwnRequest() => new()
    {
        Reason = Proto.DischargeReason.IndividualRequest,
        ReasonDocumented = true,
        RequestedBy = Proto.DischargeRequester.Individual,
        DischargePlanDiscussed = true,
        DischargePlanInRecord = true,
        EnhancedService = false,
        ClearlyNoLongerWants = true,
    };

    /// <summary>The verdict of one rule.</summary>
    public static Verdict Of(Proto.DeterminationStep step, string rule) => Assert.Single(step.Decision.Findings, f => f.RuleId == rule).Verdict;

    private async Task<Proto.DeterminationStep> Take(AsyncUnaryCall<Proto.DeterminationStep> call)
    {
        var step = await call;
        Assert.Equal(step.ToState, step.Determination.State);
        Now = step.Determination;
        return step;
    }
}
