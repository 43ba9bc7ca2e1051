using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// The payer approves, modifies or denies a request under review, or pends it for information. Two approvals for one person wait for each other. The database
/// refuses the second approval if it shares a day with another agency's authorization or with ACT (NC-LIM-001, -002).
/// </summary>
public sealed partial class DecideAuthorization(
    EligibilityDb db, IdempotentRequests requests, PolicyService policies, PersonalDataProtector protector, AuthorizationClocks clocks, TimeProvider clock,
    ILogger<DecideAuthorization> log)
{
    public Task<Result<Proto.Authorization>> Handle(Proto.DecideAuthorizationRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Decide(request, store, s), cancellationToken);

    private async Task<Result<Proto.Authorization>> Decide(Proto.DecideAuthorizationRequest request, bool store, CancellationToken cancellationToken)
    {
        // load
        RequestValidator fields = new();
        var id = fields.Id<AuthorizationId>("name", request.Name);
        var outcome = fields.Choice("outcome", request.Outcome);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var modifies = outcome == Proto.AuthorizationOutcome.Modify;
        var from = modifies ? fields.Day("approved_from", request.ApprovedFrom) : fields.OptionalDay("approved_from", request.ApprovedFrom);
        var through = modifies ? fields.Day("approved_through", request.ApprovedThrough) : fields.OptionalDay("approved_through", request.ApprovedThrough);
        if (modifies)
        {
            fields.Number("approved_units", request.ApprovedUnits, 1, 10_000);
            fields.Require(through >= from, "approved_through", "lies before approved_from");
        }
        else
        {
            fields.Require(from is null && through is null && request.ApprovedUnits == 0, "outcome", "sends a span or units, which only a modification has");
        }

        if (outcome != Proto.AuthorizationOutcome.Approve)
        {
            fields.Text("rule_id", request.RuleId, 20);
            fields.Text("reason", request.Reason, 2000);
        }

        if (fields.Problem is { } bad)
            return bad;
        if (await db.Authorizations.Include(a => a.Decision).SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { } authorization)
            return new Problem.NotFound("authorization", request.Name);
        if (!authorization.Expects(request.Etag))
            return new Problem.Stale("authorization", request.Name);
        if (authorization.State != Proto.AuthorizationState.UnderReview)
            return new Problem.Conflict("NC-AUTH-003", $"the request is {WireCode.Lower(authorization.State)}; only one under review is decided");

        // decide
        if (request.RuleId.Length > 0 && Ground(authorization, request) is { } groundless)
            return groundless;
        var refused = outcome switch
        {
            Proto.AuthorizationOutcome.Deny => await Deny(authorization, store, cancellationToken),
            Proto.AuthorizationOutcome.Pend => Pend(authorization),
            _ => await Approve(authorization, modifies, from, through, request.ApprovedUnits, store, cancellationToken),
        };
        if (refused is not null)
            return refused;
        authorization.PayerRuleId = request.RuleId;
        authorization.PayerReason = request.Reason.Length == 0 ? null : protector.Protect(request.Reason);
        clocks.UpdateDecisionClock(authorization);
        var now = clock.GetUtcNow();
        if (!store)
            return authorization.ToProto(policies, now, authorization.Decision!.ToProto(), request.Reason, request.Etag, stored: true);

        // save and publish
        await clocks.SyncDeadlines(authorization, cancellationToken);
        if (outcome == Proto.AuthorizationOutcome.Pend)
            db.PublishMove(authorization, Proto.AuthorizationState.UnderReview, policies.Today(authorization.Program)!.Value, request.RuleId);
        else
            PublishDecision(authorization, outcome, request.RuleId);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (Exclusivity.Violated(e) is { } rule)
        {
            return Exclusivity.Conflict(rule);
        }

        Decided(log, authorization.Id, WireCode.Lower(outcome)!);
        return authorization.ToProto(policies, now, authorization.Decision!.ToProto(), request.Reason, authorization.Etag(), stored: true);
    }

    // The reason names a rule of the program that can be a ground. A rule that every request meets is no ground, and cost alone denies nothing.
    private Problem? Ground(Authorization authorization, Proto.DecideAuthorizationRequest request)
    {
        var program = policies.Engine.Programs[authorization.Program];
        if (program.Rules.FirstOrDefault(r => r.Id.Value == request.RuleId) is not { } rule)
            return new Problem.Invalid("rule_id", $"is no rule of {authorization.Program}; send the id of one");
        if (rule.Always == Policies.Verdict.Met)
            return new Problem.Conflict(request.RuleId, "this rule ends nothing; it is no ground for a denial, a modification or a wait");
        return request is { Outcome: Proto.AuthorizationOutcome.Deny, RuleId: "NC-AUTH-009" }
            ? new Problem.Conflict(request.RuleId, "cost alone denies nothing; modify the request to the mode that works as well")
            : null;
    }

    private async Task<Problem?> Deny(Authorization authorization, bool store, CancellationToken cancellationToken)
    {
        authorization.State = Proto.AuthorizationState.Denied;
        if (store && authorization.Renews is { } present && await db.Authorizations.SingleOrDefaultAsync(
            a => a.Id == present, cancellationToken) is { } renewed)
            await clocks.SyncDeadlines(renewed, cancellationToken);
        return null;
    }

    private static Problem? Pend(Authorization authorization)
    {
        authorization.State = Proto.AuthorizationState.PendedInfo;
        return null;
    }

    private void PublishDecision(Authorization authorization, Proto.AuthorizationOutcome outcome, string rule) => db.Publish(new AuthorizationDecidedV1
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
    });

    private async Task<Problem?> Approve(Authorization authorization, bool modifies, DateOnly? from, DateOnly? through, int units, bool store,
        CancellationToken cancellationToken)
    {
        authorization.State = modifies ? Proto.AuthorizationState.Modified : Proto.AuthorizationState.Approved;
        if (modifies && from < authorization.EarliestFrom)
            return new Problem.Conflict(authorization.Renews is null ? "NC-AUTH-005" : "NC-AUTH-006",
                $"the request came too late to reach back before {authorization.EarliestFrom.Day()}");
        // A late request that is approved as requested begins on the day of its receipt.
        authorization.ApprovedFrom = from
            ?? (authorization.EarliestFrom > authorization.RequestedFrom ? authorization.EarliestFrom : authorization.RequestedFrom);
        authorization.ApprovedThrough = through ?? authorization.RequestedThrough;
        authorization.ApprovedUnits = modifies ? units : authorization.RequestedUnits;
        if (authorization.ApprovedFrom > authorization.ApprovedThrough)
            return new Problem.Conflict("NC-AUTH-005", $"the request came too late: its last day lies before {authorization.EarliestFrom.Day()}");

        if (store)
            await db.LockPerson(authorization.IndividualId, cancellationToken);
        if (await Exclusivity.Missed(authorization, db, policies, cancellationToken) is { } problem)
            return problem;
        if (store && authorization.Renews is { } present && await db.Authorizations.SingleOrDefaultAsync(
            a => a.Id == present, cancellationToken) is { State: not Proto.AuthorizationState.Terminated } renewed)
        {
            var before = renewed.State;
            renewed.State = Proto.AuthorizationState.Superseded;
            await clocks.SyncDeadlines(renewed, cancellationToken);
            db.PublishMove(renewed, before, policies.Today(renewed.Program)!.Value, "NC-AUTH-006");
        }

        return null;
    }

    [LoggerMessage(2104, LogLevel.Information, "Authorization {Authorization} decided by its payer: {Outcome}")]
    private static partial void Decided(ILogger log, AuthorizationId authorization, string outcome);
}
