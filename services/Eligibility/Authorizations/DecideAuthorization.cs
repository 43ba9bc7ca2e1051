using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.Authorizations;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// The payer approves, modifies or denies a request under review, or pends it for information. Of two approvals for one person the database refuses the second
/// if it shares a day with another agency's authorization or with ACT (NC-LIM-001, -002). What an approval needs (<see cref="ApprovalConditions"/>) the payer can
/// override with a reason; the authorization is marked with what was overridden. One that needs attention is approved again, or denied.
/// </summary>
public sealed partial class DecideAuthorization(
    EligibilityDb db, IndividualReader people, AuthorizationReader authorizations, DeadlineReader deadlines, Requests requests, Caller caller, PolicyService policies,
    PersonalDataProtector protector, AuthorizationClocks clocks, TimeProvider clock, ILogger<DecideAuthorization> log)
{
    public async Task<Result<Proto.Authorization>> Handle(Proto.DecideAuthorizationRequest request, CancellationToken cancellationToken)
    {
        // A constraint of the database stands for a rule of the authorization's program.
        var program = "";
        return await requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => ReadAndDecide(request, store, found => program = found, s),
            cancellationToken, constraint => Exclusivity.Refused(constraint, program));
    }

    private async Task<Result<Decided<Proto.Authorization>>> ReadAndDecide(
        Proto.DecideAuthorizationRequest request, bool store, Action<string> reads, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AuthorizationId>("name", request.Name);
        var outcome = fields.Choice("outcome", request.Outcome);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var modifies = outcome == Proto.AuthorizationOutcome.Modify;
        var from = modifies ? fields.Day("approved_from", request.ApprovedFrom) : fields.OptionalDay("approved_from", request.ApprovedFrom);
        var through = modifies ? fields.Day("approved_through", request.ApprovedThrough) : fields.OptionalDay("approved_through", request.ApprovedThrough);
        if (modifies)
            fields.Number("approved_units", request.ApprovedUnits, 1, 10_000);
        else
            fields.Require(from is null && through is null && request.ApprovedUnits == 0, "outcome", "sends a span or units, which only a modification has");

        if (outcome != Proto.AuthorizationOutcome.Approve)
        {
            fields.Text("rule_id", request.RuleId, 20);
            fields.Text("reason", request.Reason, 2000);
        }

        if (modifies || outcome == Proto.AuthorizationOutcome.Deny)
        {
            fields.Choice("reason_code", request.ReasonCode);
            fields.Require(request.ReasonCode != Proto.PayerReasonCode.NotDecidedInTime, "reason_code", "is set by the platform alone; send one of the others");
        }
        else
            fields.Require(request.ReasonCode == default, "reason_code", "is sent with an outcome that has none; a denial or a modification has one");

        if (request.OverrideReason.Length > 0)
        {
            fields.Text("override_reason", request.OverrideReason, 2000);
            fields.Require(modifies || outcome == Proto.AuthorizationOutcome.Approve, "override_reason", "is sent with an outcome that approves nothing");
        }

        if (fields.Problem is { } bad)
            return bad;
        var (found, about) = (authorizations.Find(caller, id, cancellationToken), deadlines.About(caller, id.Name, cancellationToken));
        var occupied = await OnFile.DaysOf(db, id, cancellationToken);
        if (await found is not { } authorization)
            return new Problem.NotFound("authorization", request.Name);
        reads(authorization.Program);
        var (due, renewed) = (await about, default(Authorization));
        if (authorization.Renews is { } present)
        {
            about = deadlines.About(caller, [id.Name, present.Name], cancellationToken);
            (renewed, due) = (await authorizations.Find(caller, present, cancellationToken), await about);
        }

        ApprovalEvidence? evidence = null;
        if (modifies || outcome == Proto.AuthorizationOutcome.Approve)
        {
            if (await people.Find(caller, authorization.IndividualId, cancellationToken) is not { } individual)
                return new Problem.NotFound("authorization", request.Name);
            evidence = await ApprovalEvidence.Of(db, individual, [authorization.Program], cancellationToken);
        }

        IReadOnlyList<Authorization> renewals = authorization.State != Proto.AuthorizationState.Attention ? []
            : await db.Authorizations.AsNoTracking().IgnoreAutoIncludes().Where(a => a.Renews == id && a.ApprovedFrom != null).ToListAsync(cancellationToken);
        return Decide(request, new(authorization, renewed, renewals, occupied, due, evidence), from, through, store);
    }

    /// <summary>What the decision needs to read.</summary>
    /// <param name="Authorization">The request.</param>
    /// <param name="Renewed">The authorization that it renews; null when it renews none.</param>
    /// <param name="Renewals">The approved authorizations that renew it, when it needs attention.</param>
    /// <param name="Occupied">The days of the person that are taken.</param>
    /// <param name="Deadlines">The deadlines about both.</param>
    /// <param name="Evidence">What an approval rests on; null for any other outcome.</param>
    private sealed record Case(
        Authorization Authorization, Authorization? Renewed, IReadOnlyList<Authorization> Renewals, IReadOnlyList<ExistingAuthorization> Occupied,
        SubjectDeadlines Deadlines, ApprovalEvidence? Evidence);

    private Result<Decided<Proto.Authorization>> Decide(
        Proto.DecideAuthorizationRequest request, Case read, DateOnly? from, DateOnly? through, bool store)
    {
        // decide
        var authorization = read.Authorization;
        if (!authorization.Expects(request.Etag))
            return new Problem.Stale("authorization", request.Name);
        if (authorization.State == Proto.AuthorizationState.Attention)
            return Confirm(request, read, store);
        // A late approval counts, although the end of the payer's time was a denial.
        var late = authorization.IsDeniedByTime && request.Outcome is Proto.AuthorizationOutcome.Approve or Proto.AuthorizationOutcome.Modify;
        if (authorization.State != Proto.AuthorizationState.UnderReview && !late)
            return new Problem.Conflict("authorization state", $"the request is {WireCode.Lower(authorization.State)}; only one under review is decided");
        if (request.RuleId.Length > 0
            && Approvals.Ground(policies, authorization.Program, request.RuleId, request.Outcome == Proto.AuthorizationOutcome.Deny) is { } groundless)
            return groundless;
        authorization.State = StateAfter(request.Outcome);
        if (authorization.State is Proto.AuthorizationState.Approved or Proto.AuthorizationState.Modified
            && Approvals.Approve(authorization, new(from, through, request.ApprovedUnits > 0 ? request.ApprovedUnits : null), read.Occupied, read.Evidence!,
                request.OverrideReason, policies, protector) is { } refused)
            return refused;
        authorization.PayerRuleId = request.RuleId;
        authorization.PayerReason = request.Reason.Length == 0 ? null : protector.Protect(request.Reason);
        authorization.PayerReasonCode = request.ReasonCode;
        if (authorization.State != Proto.AuthorizationState.PendedInfo)
            authorization.DecidedIn(caller, policies.Today(authorization.Program)!.Value);
        Changes changes = new(clock.GetUtcNow());
        clocks.UpdateDecisionClock(authorization, changes.Now);

        // write
        changes.UpdateTerms(authorization);
        changes.Action = authorization.OverrideReason is not null && read.Evidence is not null ? "override" : changes.Action;
        if (read.Evidence is { } restsOn)
            changes.Expect(restsOn.Individual);
        read.Deadlines.SyncDeadlines(authorization, changes);
        if (read.Renewed is { } renewed)
            Approvals.UpdateRenewed(renewed, authorization, read.Deadlines, policies, changes);
        if (authorization.State == Proto.AuthorizationState.PendedInfo)
            changes.PublishMove(authorization, Proto.AuthorizationState.UnderReview, policies.Today(authorization.Program)!.Value, request.RuleId);
        else
            changes.PublishDecision(authorization, request.Outcome, request.RuleId);
        return new Decided<Proto.Authorization>(authorization.ToProto(
            policies, changes.Now, authorization.Decision!.ToProto(), authorization.Words(protector), store ? authorization.Etag() : request.Etag, stored: true), changes,
            () => Decided(log, authorization.Id, WireCode.Lower(request.Outcome)!));
    }

    // One that needs attention keeps its span and units: the payer approves it on the facts of today, or ends it.
    private Result<Decided<Proto.Authorization>> Confirm(Proto.DecideAuthorizationRequest request, Case read, bool store)
    {
        var authorization = read.Authorization;
        if (request.Outcome != Proto.AuthorizationOutcome.Approve)
            return new Problem.Conflict("authorization state", "the authorization needs attention; approve it again or terminate it");
        if (Approvals.Override(authorization, read.Evidence!, request.OverrideReason, policies, protector) is { } refused)
            return refused;
        var before = authorization.State;
        Changes changes = new(clock.GetUtcNow());
        authorization.Attention = [];
        authorization.State = authorization.EndedThrough is not null ? Proto.AuthorizationState.Terminated : authorization.Undisturbed(read.Renewals);
        changes.UpdateTerms(authorization);
        changes.Action = authorization.OverrideReason is not null && read.Evidence is not null ? "override" : changes.Action;
        changes.Expect(read.Evidence!.Individual);
        read.Deadlines.SyncDeadlines(authorization, changes);
        changes.PublishMove(authorization, before, policies.Today(authorization.Program)!.Value, null);
        changes.PublishDecision(authorization, request.Outcome, "");
        return new Decided<Proto.Authorization>(authorization.ToProto(
            policies, changes.Now, authorization.Decision!.ToProto(), authorization.Words(protector), store ? authorization.Etag() : request.Etag, stored: true),
            changes, () => Decided(log, authorization.Id, WireCode.Lower(request.Outcome)!));
    }

    private static Proto.AuthorizationState StateAfter(Proto.AuthorizationOutcome outcome) => outcome switch
    {
        Proto.AuthorizationOutcome.Deny => Proto.AuthorizationState.Denied,
        Proto.AuthorizationOutcome.Pend => Proto.AuthorizationState.PendedInfo,
        Proto.AuthorizationOutcome.Modify => Proto.AuthorizationState.Modified,
        _ => Proto.AuthorizationState.Approved,
    };

    [LoggerMessage(2104, LogLevel.Information, "Authorization {Authorization} decided by its payer: {Outcome}")]
    private static partial void Decided(ILogger log, AuthorizationId authorization, string outcome);
}
