using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Admission;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>
/// Denies a person for a reason, if the program allows denial for that reason. Zero exclusion binds every caller: a readiness factor changes nothing, and the
/// attempt is stored with its receipt.
/// </summary>
public sealed class DenyAdmission(Requests requests, PolicyService policies, Caller caller, DeterminationSteps steps)
{
    public Task<Result<Proto.DeterminationStep>> Handle(Proto.DenyAdmissionRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Decide(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.DeterminationStep>>> Decide(Proto.DenyAdmissionRequest request, bool store, CancellationToken cancellationToken)
    {
        // read
        RequestValidator fields = new();
        var id = DeterminationSteps.Read(fields, request.Name, request.Etag);
        var reason = fields.Choice("reason", request.Reason);
        var referredOut = fields.OptionalDay("referral_out_date", request.ReferralOutDate);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await steps.Load(id, request.Etag, cancellationToken, Proto.DeterminationState.EvidencePending, Proto.DeterminationState.UnderReview))
            .Is(out var read, out var refused))
            return refused;
        var (determination, individual, _) = read;

        // decide
        var today = policies.Today(determination.Program)!.Value;
        DenialReasonFacts facts = new()
        {
            DenialReason = reason.ToPolicy(),
            DeniedBy = caller.Role == Roles.Mco ? DeniedBy.Payer : DeniedBy.Provider,
            ReferralOutDate = referredOut ?? individual.Intakes.MaxBy(i => i.RecordedAt)?.ReferralOutDate,
        };
        if (!policies.Decide(determination.Program, DenialReasonDecision.Kind, today, facts).Is(out var decided, out var problem))
            return problem;

        // write
        var to = decided.Decision.Verdict == Verdict.Met ? Proto.DeterminationState.NotEligible : determination.State;
        return steps.Take(read, new(Proto.DeterminationStepKind.Denial, to, today, decided), store);
    }
}
