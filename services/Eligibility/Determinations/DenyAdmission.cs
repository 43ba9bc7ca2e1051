using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Policies;
using Ips.Policies.Admission;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>
/// Refuses a person for a reason, if the program lets anybody be refused for it. Zero exclusion stands above the caller: a readiness factor changes
/// nothing, and the attempt is kept with its receipt.
/// </summary>
public sealed class DenyAdmission(EligibilityDb db, Once once, Deciding deciding, Caller caller, DeterminationSteps steps)
{
    public Task<Result<Wire.DeterminationStep>> Handle(Wire.DenyAdmissionRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => Decide(ask, store, s), stop);

    private async Task<Result<Wire.DeterminationStep>> Decide(Wire.DenyAdmissionRequest ask, bool store, CancellationToken stop)
    {
        // load
        Fields fields = new();
        var id = DeterminationSteps.Read(fields, ask.Name, ask.Etag);
        var reason = fields.Choice("reason", ask.Reason);
        var referredOut = fields.OptionalDay("referral_out_date", ask.ReferralOutDate);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await steps.Load(id, ask.Etag, stop, Wire.DeterminationState.EvidencePending, Wire.DeterminationState.UnderReview)).Is(out var determination, out var refused))
            return refused;
        if (await db.Load(determination.IndividualId, stop) is not { } individual)
            return new Problem.NotFound("individual", determination.IndividualId.Name);

        // decide
        var today = deciding.Today(determination.Program)!.Value;
        DenialReasonFacts facts = new()
        {
            DenialReason = Codes.Parse<DenialReason>(WireCode.Lower(reason)!),
            DeniedBy = caller.Role == Roles.Mco ? DeniedBy.Payer : DeniedBy.Provider,
            ReferralOutDate = referredOut ?? individual.Intakes.MaxBy(i => i.RecordedAt)?.ReferralOutDate,
        };
        if (!deciding.Decide(determination.Program, DenialReasonDecision.Kind, today, facts).Is(out var ruled, out var problem))
            return problem;

        // save and tell
        var to = ruled.Decision.Verdict == Verdict.Met ? Wire.DeterminationState.NotEligible : determination.State;
        return await steps.Take(determination, new(Wire.DeterminationStepKind.Denial, to, today, ruled), ask.Etag, store, stop);
    }
}
