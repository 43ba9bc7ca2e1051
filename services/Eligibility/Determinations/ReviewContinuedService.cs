using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.ContinuedService;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Decides whether one of the conditions to continue is met. None met opens a discharge review; whether the service ends is another question.</summary>
public sealed class ReviewContinuedService(Once once, Deciding deciding, DeterminationSteps steps)
{
    public Task<Result<Wire.DeterminationStep>> Handle(Wire.ReviewContinuedServiceRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => Decide(ask, store, s), stop);

    private async Task<Result<Wire.DeterminationStep>> Decide(Wire.ReviewContinuedServiceRequest ask, bool store, CancellationToken stop)
    {
        // load
        Fields fields = new();
        var id = DeterminationSteps.Read(fields, ask.Name, ask.Etag);
        var asked = fields.OptionalDay("as_of", ask.AsOf);
        var jobStarted = fields.OptionalDay("job_start_date", ask.JobStartDate);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await steps.Load(id, ask.Etag, stop, Wire.DeterminationState.Eligible, Wire.DeterminationState.ReverifyDue, Wire.DeterminationState.DischargeReview)).Is(out var determination, out var refused))
            return refused;
        var day = asked ?? deciding.Today(determination.Program)!.Value;
        if (day < determination.AsOf)
            return new Problem.Invalid("as_of", "lies before the day of first service");

        // decide
        ContinuedServiceFacts facts = new()
        {
            Progress = WireCode.Lower(ask.Progress) is { } progress ? Codes.Parse<Progress>(progress) : null,
            EffectivenessDocumented = ask.HasEffectivenessDocumented ? ask.EffectivenessDocumented : null,
            InterventionsModified = ask.HasInterventionsModified ? ask.InterventionsModified : null,
            Employed = ask.HasEmployed ? ask.Employed : null,
            JobStartDate = jobStarted,
            FollowAlongNeeded = ask.HasFollowAlongNeeded ? ask.FollowAlongNeeded : null,
            BenefitsSupportNeeded = ask.HasBenefitsSupportNeeded ? ask.BenefitsSupportNeeded : null,
            ChangeGoal = WireCode.Lower(ask.ChangeGoal) is { } goal ? Codes.Parse<ChangeGoal>(goal) : null,
            MemberWantsSupport = ask.HasMemberWantsSupport ? ask.MemberWantsSupport : null,
            MonthsInService = Months(determination.AsOf, day),
        };
        if (!deciding.Decide(determination.Program, ContinuedServiceDecision.Kind, day, facts).Is(out var ruled, out var problem))
            return problem;
        var to = ruled.Decision.Verdict switch
        {
            Verdict.Met when determination.State == Wire.DeterminationState.DischargeReview => Wire.DeterminationState.Eligible,
            Verdict.NotMet => Wire.DeterminationState.DischargeReview,
            _ => determination.State,
        };

        // save and tell
        return await steps.Take(determination, new(Wire.DeterminationStepKind.ContinuedService, to, day, ruled), ask.Etag, store, stop);
    }

    /// <summary>Whole months in service, for information.</summary>
    private static int Months(DateOnly from, DateOnly day)
    {
        var months = ((day.Year - from.Year) * 12) + day.Month - from.Month;
        return from.AddMonths(months) > day ? months - 1 : months;
    }
}
