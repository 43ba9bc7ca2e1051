using Ips.Contracts;
using Ips.Contracts.Events;
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
        if (authorization.State != Proto.AuthorizationState.UnderReview)
            return new Problem.Conflict("authorization state", $"the request is {WireCode.Lower(authorization.State)}; only one under review is decided");
        if (request.RuleId.Length > 0 && Ground(authorization, request) is { } groundless)
            return groundless;
        authorization.State = StateAfter(request.Outcome);
        if (authorization.State is Proto.AuthorizationState.Approved or Proto.AuthorizationState.Modified
            && Approve(authorization, read, from, through, request) is { } refused)
            return refused;
        authorization.PayerRuleId = request.RuleId;
        authorization.PayerReason = request.Reason.Length == 0 ? null : protector.Protect(request.Reason);
        Changes changes = new(clock.GetUtcNow());
        clocks.UpdateDecisionClock(authorization, changes.Now);

        // write
        changes.UpdateTerms(authorization);
        changes.Action = authorization.OverrideReason is not null && read.Evidence is not null ? "override" : changes.Action;
        if (read.Evidence is { } restsOn)
            changes.Expect(restsOn.Individual);
        read.Deadlines.SyncDeadlines(authorization, changes);
        if (read.Renewed is { } renewed)
            UpdateRenewed(renewed, authorization, read.Deadlines, changes);
        if (authorization.State == Proto.AuthorizationState.PendedInfo)
            changes.PublishMove(authorization, Proto.AuthorizationState.UnderReview, policies.Today(authorization.Program)!.Value, request.RuleId);
        else
            PublishDecision(authorization, request.Outcome, request.RuleId, changes);
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
        if (Override(authorization, read.Evidence!, request.OverrideReason) is { } refused)
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
        PublishDecision(authorization, request.Outcome, "", changes);
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

    // The reason names a rule of the program that can be a ground. A rule that every request meets is no ground, and cost alone denies nothing.
    private Problem? Ground(Authorization authorization, Proto.DecideAuthorizationRequest request)
    {
        var program = policies.Engine.Programs[authorization.Program];
        if (program.Rules.FirstOrDefault(r => r.Id.Value == request.RuleId) is not { } rule)
            return new Problem.Invalid("rule_id", $"is no rule of {authorization.Program}; send the id of one");
        if (rule.Always == Policies.Verdict.Met)
            return new Problem.Conflict(request.RuleId, "this rule ends nothing; it is no ground for a denial, a modification or a wait");
        return request.Outcome == Proto.AuthorizationOutcome.Deny && rule.Duties.Contains(RuleDuty.DeniesNothing)
            ? new Problem.Conflict(request.RuleId, "cost alone denies nothing; modify the request to the mode that works as well")
            : null;
    }

    // An approved renewal replaces the authorization; a denied one makes its end due again.
    private void UpdateRenewed(Authorization renewed, Authorization renewal, SubjectDeadlines due, Changes changes)
    {
        if (renewal.State == Proto.AuthorizationState.Denied)
        {
            changes.Expect(renewed);
            due.SyncDeadlines(renewed, changes);
        }
        else if (renewal.WasApproved && renewed.State != Proto.AuthorizationState.Terminated)
        {
            var before = renewed.State;
            renewed.State = Proto.AuthorizationState.Superseded;
            changes.UpdateTerms(renewed);
            due.SyncDeadlines(renewed, changes);
            changes.PublishMove(renewed, before, policies.Today(renewed.Program)!.Value,
                RuleDuty.RenewalRequest.FindIn(renewed.Program));
        }
    }

    private static void PublishDecision(
        Authorization authorization, Proto.AuthorizationOutcome outcome, string rule, Changes changes) => changes.Publish(new AuthorizationDecidedV1
        {
            AuthorizationId = authorization.Id,
            IndividualId = authorization.IndividualId,
            Provider = authorization.Provider,
            Payer = authorization.Payer,
            Program = authorization.Program,
            Kind = WireCode.Lower(authorization.Kind)!,
            Outcome = WireCode.Lower(outcome)!,
            ApprovedFrom = authorization.ApprovedFrom,
            ApprovedThrough = authorization.ApprovedThrough,
            ApprovedUnits = authorization.ApprovedUnits,
            RuleId = rule.Length == 0 ? null : rule,
            Overridden = authorization.Overridden.Count == 0 ? null : [.. authorization.Overridden.Select(unmet => unmet.Code)],
        });

    private Problem? Approve(Authorization authorization, Case read, DateOnly? from, DateOnly? through, Proto.DecideAuthorizationRequest request)
    {
        var modifies = authorization.State == Proto.AuthorizationState.Modified;
        if (modifies && from < authorization.EarliestFrom)
            return new Problem.Conflict(authorization.RequestDuty.RuleIn(authorization.Program),
                $"the request came too late to reach back before {authorization.EarliestFrom.Day()}");
        // A late request that is approved as requested begins on the day of its receipt.
        authorization.ApprovedFrom = from
            ?? (authorization.EarliestFrom > authorization.RequestedFrom ? authorization.EarliestFrom : authorization.RequestedFrom);
        authorization.ApprovedThrough = through ?? authorization.RequestedThrough;
        authorization.ApprovedUnits = modifies ? request.ApprovedUnits : authorization.RequestedUnits;
        if (authorization.ApprovedFrom > authorization.ApprovedThrough)
            return new Problem.Conflict(authorization.RequestDuty.RuleIn(authorization.Program),
                $"the request came too late: its last day lies before {authorization.EarliestFrom.Day()}");
        return Exclusivity.Missed(authorization, read.Occupied, policies) ?? Override(authorization, read.Evidence!, request.OverrideReason);
    }

    // A person who is not eligible needs a reason. The payer may have a document that the platform does not: then the authorization only says so.
    private Problem? Override(Authorization authorization, ApprovalEvidence evidence, string reason)
    {
        var unmet = ApprovalConditions.Unmet(policies, authorization, evidence);
        if (unmet.Any(u => u.Code == ApprovalConditions.Eligible) && reason.Length == 0)
        {
            return new Problem.Conflict(unmet.SelectMany(u => u.RuleIds).FirstOrDefault(unmet[0].Code),
                string.Join("; ", unmet.Select(u => $"{u.Code}: {u.Found}, needs {u.Remedy}")) + "; send override_reason to approve it all the same");
        }

        authorization.Overridden = unmet;
        authorization.OverrideReason = unmet.Count == 0 || reason.Length == 0 ? null : protector.Protect(reason);
        return null;
    }

    [LoggerMessage(2104, LogLevel.Information, "Authorization {Authorization} decided by its payer: {Outcome}")]
    private static partial void Decided(ILogger log, AuthorizationId authorization, string outcome);
}
