using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.Admission;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>
/// Two persons of the payer admit a person although rules are not met: one proposes with a reason, another reviews. The rules decide as before, and their receipt
/// stands beside the override. It only admits, names the rules that it overrides, and replaces no missing fact and no judgement.
/// </summary>
public sealed class OverrideDetermination(
    Requests requests, PolicyService policies, PersonalDataProtector protector, Caller caller, TimeProvider clock, DeterminationSteps steps,
    TeamIntakes teams)
{
    public Task<Result<Proto.DeterminationStep>> Handle(Proto.OverrideDeterminationRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Propose(request, store, s), cancellationToken);

    public Task<Result<Proto.DeterminationStep>> Handle(Proto.ReviewOverrideRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Review(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.DeterminationStep>>> Propose(
        Proto.OverrideDeterminationRequest request, bool store, CancellationToken cancellationToken)
    {
        // read
        RequestValidator fields = new();
        var id = DeterminationSteps.Read(fields, request.Name, request.Etag);
        fields.Text("reason", request.Reason, 2000);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await Load(id, request.Etag, cancellationToken)).Is(out var read, out var refused))
            return refused;

        // decide
        var determination = read.Case.Determination;
        if (determination.OverrideState == Proto.OverrideState.Proposed)
            return new Problem.Exists("override", $"{determination.Id.Name}, which another person has to review");
        var today = policies.Today(determination.Program)!.Value;
        (determination.OverrideState, determination.OverriddenRules) = (Proto.OverrideState.Proposed, read.Unmet);
        (determination.OverrideReason, determination.OverrideProposedOn) = (protector.Protect(request.Reason), today);
        (determination.OverrideProposedBy, determination.OverrideProposedByIssuer) = (caller.Subject, caller.Issuer);
        (determination.OverrideReviewReason, determination.OverrideReviewedOn, determination.OverrideReviewedBy) = (null, null, null);

        // write
        return steps.Take(read.Case, new(Proto.DeterminationStepKind.OverrideProposal, determination.State, today, read.Decided), store);
    }

    private async Task<Result<Decided<Proto.DeterminationStep>>> Review(Proto.ReviewOverrideRequest request, bool store, CancellationToken cancellationToken)
    {
        // read
        RequestValidator fields = new();
        var id = DeterminationSteps.Read(fields, request.Name, request.Etag);
        fields.Require(request.HasConfirm, "confirm", "is missing; send true or false");
        fields.Text("reason", request.Reason, 2000);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await Load(id, request.Etag, cancellationToken)).Is(out var read, out var refused))
            return refused;

        // decide
        var determination = read.Case.Determination;
        if (determination.OverrideState != Proto.OverrideState.Proposed)
            return new Problem.Conflict("override", "no override is proposed that awaits review");
        if (determination.OverrideProposedBy == caller.Subject && determination.OverrideProposedByIssuer == caller.Issuer)
            return new Problem.Forbidden("an override is reviewed by another person than the one who proposed it");
        if (request.Confirm && read.Unmet.Except(determination.OverriddenRules).ToList() is { Count: > 0 } others)
            return new Problem.Conflict(others[0], "is not met by now, and was when the override was proposed; decline it and propose it again");
        var today = policies.Today(determination.Program)!.Value;
        determination.OverrideState = request.Confirm ? Proto.OverrideState.Confirmed : Proto.OverrideState.Declined;
        (determination.OverrideReviewReason, determination.OverrideReviewedOn, determination.OverrideReviewedBy) =
            (protector.Protect(request.Reason), today, caller.Subject);

        // write
        return steps.Take(read.Case, request.Confirm
            ? new(Proto.DeterminationStepKind.Override, Proto.DeterminationState.Eligible, today, read.Decided)
            : new(Proto.DeterminationStepKind.OverrideRefusal, determination.State, today, read.Decided), store, new(clock.GetUtcNow()) { Action = "override" });
    }

    private async Task<Result<(DeterminationCase Case, DecisionRecord Decided, List<string> Unmet)>> Load(
        DeterminationId id, string etag, CancellationToken cancellationToken)
    {
        if (!caller.IsPerson)
            return new Problem.Forbidden("rules are overridden by a person who signed in, not by a program");
        if (!(await steps.Load(id, etag, cancellationToken, Proto.DeterminationState.NotEligible)).Is(out var read, out var refused))
            return refused;
        var determination = read.Determination;
        var facts = AdmissionEvidence.Of(read.Individual, Person.Decrypt(protector, read.Individual), policies.TextOn(determination.Program, determination.AsOf), determination.AsOf,
            await teams.EverySuspended(determination.Provider, determination.Program, determination.AsOf, knownAt: null, cancellationToken));
        if (!policies.Decide(determination.Program, AdmissionDecision.Kind, determination.AsOf, facts).Is(out var decided, out var problem))
            return problem;
        var open = decided.Decision.Findings.Where(f => f.Decides && f.Verdict != Verdict.Met).ToList();
        if (open.Count == 0)
            return new Problem.Conflict("override", "every rule is met by now; determine admission again, without an override");
        return open.Find(f => f.Verdict != Verdict.NotMet) is { } finding
            ? new Problem.Conflict(finding.Rule.Value, "is not decided; an override replaces no missing fact and no judgement")
            : (read, decided, open.ConvertAll(f => f.Rule.Value));
    }
}
