using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Policies;
using Ips.Policies.Discharges;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Decides whether a person may be discharged for a reason, and discharges if so. Whether the person is still eligible is read from the record.</summary>
public sealed class DischargeIndividual(EligibilityDb db, Once once, Deciding deciding, DeterminationSteps steps)
{
    public Task<Result<Wire.DeterminationStep>> Handle(Wire.DischargeRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => Decide(ask, store, s), stop);

    private async Task<Result<Wire.DeterminationStep>> Decide(Wire.DischargeRequest ask, bool store, CancellationToken stop)
    {
        // load
        Fields fields = new();
        var id = DeterminationSteps.Read(fields, ask.Name, ask.Etag);
        var reason = fields.Choice("reason", ask.Reason);
        var asked = fields.OptionalDay("discharge_date", ask.DischargeDate);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await steps.Load(id, ask.Etag, stop, Wire.DeterminationState.Eligible, Wire.DeterminationState.ReverifyDue, Wire.DeterminationState.DischargeReview, Wire.DeterminationState.Lapsed))
            .Is(out var determination, out var refused))
            return refused;
        var today = deciding.Today(determination.Program)!.Value;
        var last = asked ?? today;
        if (last < determination.AsOf || last > today)
            return new Problem.Invalid("discharge_date", "lies before the day of first service or in the future");

        // decide
        if (!deciding.Decide(determination.Program, DischargeDecision.Kind, last, Facts(ask, reason, await IsEligible(determination, stop))).Is(out var ruled, out var problem))
            return problem;
        var to = ruled.Decision.Verdict switch
        {
            Verdict.Met => Wire.DeterminationState.Discharged,
            Verdict.NeedsReview when determination.State != Wire.DeterminationState.Lapsed => Wire.DeterminationState.DischargeReview,
            _ => determination.State,
        };

        // save and tell; a lapse that came before the discharge keeps its day
        var through = determination.EligibleThrough < last ? determination.EligibleThrough : last;
        return await steps.Take(determination, new(Wire.DeterminationStepKind.Discharge, to, last, ruled) { Through = through }, ask.Etag, store, stop);
    }

    /// <summary>Not, when this determination lapsed or a later one answered no.</summary>
    private async Task<bool> IsEligible(Determination determination, CancellationToken stop) =>
        determination.State != Wire.DeterminationState.Lapsed && !await db.Determinations.AsNoTracking().AnyAsync(d => d.IndividualId == determination.IndividualId
            && d.Program == determination.Program && d.State == Wire.DeterminationState.NotEligible && d.AsOf >= determination.AsOf, stop);

    private static DischargeFacts Facts(Wire.DischargeRequest ask, Wire.DischargeReason reason, bool isEligible) => new()
    {
        DischargeReason = Codes.Parse<DischargeReason>(WireCode.Lower(reason)!),
        ReasonDocumented = ask.HasReasonDocumented ? ask.ReasonDocumented : null,
        StableOutcome = ask.HasStableOutcome ? ask.StableOutcome : null,
        IpsStillNeeded = ask.HasIpsStillNeeded ? ask.IpsStillNeeded : null,
        RequestedBy = WireCode.Lower(ask.RequestedBy) is { } requester ? Codes.Parse<DischargeRequester>(requester) : null,
        GuardianAuthorityCoversDecision = ask.HasGuardianAuthorityCoversDecision ? ask.GuardianAuthorityCoversDecision : null,
        EligibilityDecision = isEligible ? EligibilityOutcome.Eligible : EligibilityOutcome.NotEligible,
        AdministrativeExplanation = ask.HasAdministrativeExplanation ? ask.AdministrativeExplanation : null,
        DischargePlanDiscussed = ask.HasDischargePlanDiscussed ? ask.DischargePlanDiscussed : null,
        DischargePlanInRecord = ask.HasDischargePlanInRecord ? ask.DischargePlanInRecord : null,
        EnhancedService = ask.HasEnhancedService ? ask.EnhancedService : null,
        CoordinatedWithProviders = ask.HasCoordinatedWithProviders ? ask.CoordinatedWithProviders : null,
        ClearlyNoLongerWants = ask.HasClearlyNoLongerWants ? ask.ClearlyNoLongerWants : null,
        StepDownTo = WireCode.Lower(ask.StepDownTo) is { } next ? Codes.Parse<StepDown>(next) : null,
    };
}
