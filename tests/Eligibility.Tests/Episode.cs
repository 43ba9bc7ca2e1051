using Grpc.Core;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>A determination that a test takes through its steps; it always holds the newest version.</summary>
public sealed class Episode(Someone one, Wire.Determination made)
{
    public Someone One => one;

    public Wire.Determination Now { get; private set; } = made;

    /// <summary>Somebody with every fact, admitted to a program of North Carolina on the clock's day or another.</summary>
    public static async Task<Episode> Eligible(EligibilityService service, string program = "nc-core", int day = 0)
    {
        var one = await (await Someone.Register(service)).WithFacts();
        var ask = one.Determination(program);
        ask.AsOf = service.Day(day);
        Episode episode = new(one, await one.Determinations.DetermineAsync(ask, one.AsProvider));
        Assert.Equal(Wire.DeterminationState.Eligible, episode.Now.State);
        return episode;
    }

    /// <summary>Somebody of whom everything is recorded that any program asks, admitted to one of them five days ago.</summary>
    public static async Task<Episode> EligibleIn(EligibilityService service, string program)
    {
        var one = await (await Someone.Register(service)).WithFacts();
        var intake = (await one.Read()).Intake.Clone();
        intake.NeedsMoreIntensiveSupports = true;
        await one.Correct(new() { Name = intake.Fact, Etag = intake.Etag }, new() { Intake = intake });
        await one.Record(new() { MyChoice = new() { Status = Wire.MyChoiceStatus.Transitioned, From = service.Day(-40) } });
        await one.Record(new() { Recommendation = new() { By = Wire.Recommender.Physician, RecommendedOn = service.Day(-8) } });
        foreach (var other in new[] { Wire.OtherServiceKind.RehabilitationAct, Wire.OtherServiceKind.VrCase, Wire.OtherServiceKind.Lrs })
            await one.Record(Records.Service(other, service.Day(-60), absent: true));
        await one.Record(new() { Diagnosis = new() { Class = Wire.DiagnosisClass.OtherMh, DiagnosedOn = service.Day(-60), Qualifying = true } }, one.AsPayer);
        Episode episode = new(one, await one.Determined(program, service.Day(-5)));
        Assert.Equal(Wire.DeterminationState.Eligible, episode.Now.State);
        return episode;
    }

    /// <summary>Somebody of whom nothing but the enrolment is recorded: the question stays open.</summary>
    public static async Task<Episode> Open(EligibilityService service, string program)
    {
        var one = await Someone.Register(service);
        var ask = one.Determination(program);
        Episode episode = new(one, await one.Determinations.DetermineAsync(ask, one.AsProvider));
        Assert.Equal(Wire.DeterminationState.EvidencePending, episode.Now.State);
        return episode;
    }

    public Task<Wire.DeterminationStep> Deny(Wire.DenialReason reason, Metadata? who = null) =>
        Take(one.Determinations.DenyAdmissionAsync(new() { Name = Now.Name, Etag = Now.Etag, Reason = reason, RequestId = EligibilityService.NewId() }, who ?? one.AsProvider));

    public Task<Wire.DeterminationStep> Redetermine() =>
        Take(one.Determinations.RedetermineAsync(new() { Name = Now.Name, Etag = Now.Etag, RequestId = EligibilityService.NewId() }, one.AsProvider));

    public Task<Wire.DeterminationStep> Withdraw() =>
        Take(one.Determinations.WithdrawDeterminationAsync(new() { Name = Now.Name, Etag = Now.Etag, RequestId = EligibilityService.NewId() }, one.AsProvider));

    public Task<Wire.DeterminationStep> Review(params (string Rule, bool Met)[] judgements)
    {
        Wire.ReviewDeterminationRequest ask = new() { Name = Now.Name, Etag = Now.Etag, RequestId = EligibilityService.NewId() };
        ask.Judgements.AddRange(judgements.Select(j => new Wire.Judgement { RuleId = j.Rule, Met = j.Met, Reason = "Quillreview of the plan's goals" }));
        return Take(one.Determinations.ReviewDeterminationAsync(ask, one.AsPayer));
    }

    public Task<Wire.DeterminationStep> Reverify(string asOf, Wire.ReverifyOccasion occasion = Wire.ReverifyOccasion.Check) =>
        Take(one.Determinations.ReverifyAsync(new() { Name = Now.Name, Etag = Now.Etag, AsOf = asOf, Occasion = occasion, RequestId = EligibilityService.NewId() }, one.AsPayer));

    public Task<Wire.DeterminationStep> Continue(Wire.ReviewContinuedServiceRequest ask)
    {
        (ask.Name, ask.Etag, ask.RequestId) = (Now.Name, Now.Etag, EligibilityService.NewId());
        return Take(one.Determinations.ReviewContinuedServiceAsync(ask, one.AsProvider));
    }

    public Task<Wire.DeterminationStep> Discharge(Wire.DischargeRequest ask)
    {
        (ask.Name, ask.Etag, ask.RequestId) = (Now.Name, Now.Etag, EligibilityService.NewId());
        return Take(one.Determinations.DischargeAsync(ask, one.AsProvider));
    }

    public async Task<Wire.VerifyResponse> Verify(string day) =>
        await one.Determinations.VerifyAsync(new() { Individual = one.Name, Program = Now.Program, ServiceDate = day }, one.AsProvider);

    /// <summary>A discharge at the person's own request with everything it needs.</summary>
    public static Wire.DischargeRequest Asked() => new()
    {
        Reason = Wire.DischargeReason.IndividualRequest,
        ReasonDocumented = true,
        RequestedBy = Wire.DischargeRequester.Individual,
        DischargePlanDiscussed = true,
        DischargePlanInRecord = true,
        EnhancedService = false,
        ClearlyNoLongerWants = true,
    };

    /// <summary>The verdict of one rule.</summary>
    public static Verdict Of(Wire.DeterminationStep step, string rule) => Assert.Single(step.Decision.Findings, f => f.RuleId == rule).Verdict;

    private async Task<Wire.DeterminationStep> Take(AsyncUnaryCall<Wire.DeterminationStep> call)
    {
        var step = await call;
        Assert.Equal(step.ToState, step.Determination.State);
        Now = step.Determination;
        return step;
    }
}
