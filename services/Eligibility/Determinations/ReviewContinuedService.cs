using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.ContinuedService;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Decides whether one of the conditions to continue is met. If none is met, a discharge review starts; it does not end the service.</summary>
public sealed class ReviewContinuedService(Requests requests, PolicyService policies, DeterminationSteps steps)
{
    public Task<Result<Proto.DeterminationStep>> Handle(Proto.ReviewContinuedServiceRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Decide(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.DeterminationStep>>> Decide(Proto.ReviewContinuedServiceRequest request, bool store, CancellationToken cancellationToken)
    {
        // read
        RequestValidator fields = new();
        var id = DeterminationSteps.Read(fields, request.Name, request.Etag);
        var requestedDay = fields.OptionalDay("as_of", request.AsOf);
        var jobStarted = fields.OptionalDay("job_start_date", request.JobStartDate);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await steps.Load(id, request.Etag, cancellationToken, Proto.DeterminationState.Eligible, Proto.DeterminationState.ReverifyDue,
            Proto.DeterminationState.DischargeReview)).Is(out var read, out var refused))
            return refused;
        var determination = read.Determination;
        if (policies.LacksStep(determination.Program, ContinuedServiceDecision.Kind, RuleDuty.InsteadOfContinuedService) is { } lacks)
            return lacks;
        var day = requestedDay ?? policies.Today(determination.Program)!.Value;
        if (Problem.Invalid.IfBefore("as_of", day, determination.AsOf, "the day of first service") is { } early)
            return early;

        // decide
        ContinuedServiceFacts facts = new()
        {
            Progress = request.Progress.Given()?.ToPolicy(),
            EffectivenessDocumented = request.HasEffectivenessDocumented ? request.EffectivenessDocumented : null,
            InterventionsModified = request.HasInterventionsModified ? request.InterventionsModified : null,
            Employed = request.HasEmployed ? request.Employed : null,
            JobStartDate = jobStarted,
            FollowAlongNeeded = request.HasFollowAlongNeeded ? request.FollowAlongNeeded : null,
            BenefitsSupportNeeded = request.HasBenefitsSupportNeeded ? request.BenefitsSupportNeeded : null,
            ChangeGoal = request.ChangeGoal.Given()?.ToPolicy(),
            MemberWantsSupport = request.HasMemberWantsSupport ? request.MemberWantsSupport : null,
            MonthsInService = Months(determination.AsOf, day),
        };
        if (!policies.Decide(determination.Program, ContinuedServiceDecision.Kind, day, facts).Is(out var decided, out var problem))
            return problem;
        var to = decided.Decision.Verdict switch
        {
            Verdict.Met when determination.State == Proto.DeterminationState.DischargeReview => Proto.DeterminationState.Eligible,
            Verdict.NotMet => Proto.DeterminationState.DischargeReview,
            _ => determination.State,
        };

        // write
        return steps.Take(read, new(Proto.DeterminationStepKind.ContinuedService, to, day, decided), store);
    }

    /// <summary>Whole months in service, for information.</summary>
    private static int Months(DateOnly from, DateOnly day)
    {
        var months = ((day.Year - from.Year) * 12) + day.Month - from.Month;
        return from.AddMonths(months) > day ? months - 1 : months;
    }
}
