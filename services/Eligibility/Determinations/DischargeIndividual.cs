using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Policies;
using Ips.Policies.Discharges;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>
/// Decides whether a person may be discharged for a reason, and if so discharges the person. The record shows whether the person is still eligible.
/// </summary>
public sealed class DischargeIndividual(EligibilityDb db, Requests requests, PolicyService policies, DeterminationSteps steps)
{
    public Task<Result<Proto.DeterminationStep>> Handle(Proto.DischargeRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Decide(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.DeterminationStep>>> Decide(Proto.DischargeRequest request, bool store, CancellationToken cancellationToken)
    {
        // read
        RequestValidator fields = new();
        var id = DeterminationSteps.Read(fields, request.Name, request.Etag);
        var reason = fields.Choice("reason", request.Reason);
        var requestedDay = fields.OptionalDay("discharge_date", request.DischargeDate);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await steps.Load(id, request.Etag, cancellationToken, Proto.DeterminationState.Eligible, Proto.DeterminationState.ReverifyDue,
            Proto.DeterminationState.DischargeReview, Proto.DeterminationState.Lapsed))
            .Is(out var read, out var refused))
            return refused;
        var determination = read.Determination;
        var today = policies.Today(determination.Program)!.Value;
        var last = requestedDay ?? today;
        if (Problem.Invalid.IfAhead("discharge_date", last, today) is { } ahead)
            return ahead;
        if (Problem.Invalid.IfBefore("discharge_date", last, determination.AsOf, "the day of first service") is { } early)
            return early;

        // decide
        if (!policies.Decide(determination.Program, DischargeDecision.Kind, last, Facts(request, reason, await IsEligible(determination, cancellationToken)))
            .Is(out var decided, out var problem))
            return problem;
        var to = decided.Decision.Verdict switch
        {
            Verdict.Met => Proto.DeterminationState.Discharged,
            Verdict.NeedsReview when determination.State != Proto.DeterminationState.Lapsed => Proto.DeterminationState.DischargeReview,
            _ => determination.State,
        };

        // write; a lapse before the discharge keeps its day
        var through = determination.EligibleThrough < last ? determination.EligibleThrough : last;
        return steps.Take(read, new(Proto.DeterminationStepKind.Discharge, to, last, decided) { Through = through }, store);
    }

    /// <summary>False when this determination lapsed or a later one denied.</summary>
    private async Task<bool> IsEligible(Determination determination, CancellationToken cancellationToken) =>
        determination.State != Proto.DeterminationState.Lapsed && !await db.Determinations.AsNoTracking()
            .AnyAsync(d => d.IndividualId == determination.IndividualId
            && d.Program == determination.Program && d.State == Proto.DeterminationState.NotEligible && d.AsOf >= determination.AsOf, cancellationToken);

    private static DischargeFacts Facts(Proto.DischargeRequest request, Proto.DischargeReason reason, bool isEligible) => new()
    {
        DischargeReason = reason.ToPolicy(),
        ReasonDocumented = request.HasReasonDocumented ? request.ReasonDocumented : null,
        StableOutcome = request.HasStableOutcome ? request.StableOutcome : null,
        IpsStillNeeded = request.HasIpsStillNeeded ? request.IpsStillNeeded : null,
        RequestedBy = request.RequestedBy.Given()?.ToPolicy(),
        GuardianAuthorityCoversDecision = request.HasGuardianAuthorityCoversDecision ? request.GuardianAuthorityCoversDecision : null,
        EligibilityDecision = isEligible ? EligibilityOutcome.Eligible : EligibilityOutcome.NotEligible,
        AdministrativeExplanation = request.HasAdministrativeExplanation ? request.AdministrativeExplanation : null,
        DischargePlanDiscussed = request.HasDischargePlanDiscussed ? request.DischargePlanDiscussed : null,
        DischargePlanInRecord = request.HasDischargePlanInRecord ? request.DischargePlanInRecord : null,
        EnhancedService = request.HasEnhancedService ? request.EnhancedService : null,
        CoordinatedWithProviders = request.HasCoordinatedWithProviders ? request.CoordinatedWithProviders : null,
        ClearlyNoLongerWants = request.HasClearlyNoLongerWants ? request.ClearlyNoLongerWants : null,
        StepDownTo = request.StepDownTo.Given()?.ToPolicy(),
    };
}
