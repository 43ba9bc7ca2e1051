using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Policies;
using Ips.Policies.Admission;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.IntakeReferrals;

/// <summary>
/// Declines a referral for a reason, if the program allows refusal for that reason. Zero exclusion binds the agency before there is a person as well: a
/// readiness factor changes nothing, and the attempt is stored with its receipt.
/// </summary>
public sealed class DeclineIntakeReferral(EligibilityDb db, Requests requests, PolicyService policies, IntakeViews views, TimeProvider clock)
{
    public Task<Result<Proto.IntakeReferral>> Handle(Proto.DeclineIntakeReferralRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Decide(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.IntakeReferral>>> Decide(
        Proto.DeclineIntakeReferralRequest request, bool store, CancellationToken cancellationToken)
    {
        // read
        RequestValidator fields = new();
        var id = IntakeReferralRows.Read(fields, request.Name, request.Etag);
        var reason = fields.Choice("reason", request.Reason);
        var referredOut = fields.OptionalDay("referral_out_date", request.ReferralOutDate);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await db.Load(id, request.Etag, cancellationToken)).Is(out var referral, out var problem))
            return problem;
        if (referral.Ended is { } ended)
            return ended;

        // decide
        var today = policies.Today(referral.Program)!.Value;
        DenialReasonFacts facts = new() { DenialReason = reason.ToPolicy(), DeniedBy = DeniedBy.Provider, ReferralOutDate = referredOut };
        if (!policies.Decide(referral.Program, DenialReasonDecision.Kind, today, facts).Is(out var decided, out problem))
            return problem;
        var from = referral.State;
        if (decided.Decision.Verdict == Verdict.Met)
            referral.Move(Proto.IntakeReferralState.Declined, today);

        // write
        Changes changes = new(clock.GetUtcNow());
        referral.DeclineReason = reason;
        if (store)
        {
            referral.DecisionId = changes.Insert(policies.Store(decided, referral.Provider, referral.Id.Name, [new(referral.Id.Value, referral.Version)])).Id;
            changes.Update(referral);
            if (referral.State != from)
                changes.PublishMove(referral, from, today);
        }

        var wire = views.Show(referral, null, isDetermined: false);
        wire.DeclineFindings.AddRange(decided.ToProto(store).Findings);
        return new Decided<Proto.IntakeReferral>(wire, changes);
    }
}
