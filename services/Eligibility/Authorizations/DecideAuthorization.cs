using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// The payer approves, modifies or denies a request under review, or pends it for information. Two approvals of one person wait for each other, and the database
/// refuses the second that shares a day with another agency's or with ACT (NC-LIM-001, -002), whoever writes it.
/// </summary>
public sealed partial class DecideAuthorization(
    EligibilityDb db, Once once, Deciding deciding, Particulars particulars, AuthorizationClocks clocks, TimeProvider clock, ILogger<DecideAuthorization> log)
{
    public Task<Result<Wire.Authorization>> Handle(Wire.DecideAuthorizationRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => Decide(ask, store, s), stop);

    private async Task<Result<Wire.Authorization>> Decide(Wire.DecideAuthorizationRequest ask, bool store, CancellationToken stop)
    {
        // load
        Fields fields = new();
        var id = fields.Name<AuthorizationId>("name", ask.Name, "authorizations/{uuid}", AuthorizationId.TryParse);
        var outcome = fields.Choice("outcome", ask.Outcome);
        fields.Require(ask.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var modifies = outcome == Wire.AuthorizationOutcome.Modify;
        var from = modifies ? fields.Day("approved_from", ask.ApprovedFrom) : fields.OptionalDay("approved_from", ask.ApprovedFrom);
        var through = modifies ? fields.Day("approved_through", ask.ApprovedThrough) : fields.OptionalDay("approved_through", ask.ApprovedThrough);
        if (modifies)
        {
            fields.Number("approved_units", ask.ApprovedUnits, 1, 10_000);
            fields.Require(through >= from, "approved_through", "lies before approved_from");
        }
        else
        {
            fields.Require(from is null && through is null && ask.ApprovedUnits == 0, "outcome", "sends a span or units, which only a modification has");
        }

        if (outcome != Wire.AuthorizationOutcome.Approve)
        {
            fields.Text("rule_id", ask.RuleId, 20);
            fields.Text("reason", ask.Reason, 2000);
        }

        if (fields.Problem is { } bad)
            return bad;
        if (await db.Authorizations.Include(a => a.Decision).SingleOrDefaultAsync(a => a.Id == id, stop) is not { } authorization)
            return new Problem.NotFound("authorization", ask.Name);
        if (!db.Expects(authorization, ask.Etag))
            return new Problem.Stale("authorization", ask.Name);
        if (authorization.State != Wire.AuthorizationState.UnderReview)
            return new Problem.Conflict("NC-AUTH-003", $"the request is {WireCode.Lower(authorization.State)}; only one under review is decided");

        // decide
        if (ask.RuleId.Length > 0 && Ground(authorization, ask) is { } groundless)
            return groundless;
        var refused = outcome switch
        {
            Wire.AuthorizationOutcome.Deny => await Deny(authorization, store, stop),
            Wire.AuthorizationOutcome.Pend => Pend(authorization),
            _ => await Approve(authorization, modifies, from, through, ask.ApprovedUnits, store, stop),
        };
        if (refused is not null)
            return refused;
        authorization.PayerRuleId = ask.RuleId;
        authorization.PayerReason = ask.Reason.Length == 0 ? null : particulars.Seal(ask.Reason);
        clocks.Turn(authorization);
        var now = clock.GetUtcNow();
        if (!store)
            return authorization.ToWire(deciding, now, authorization.Decision!.ToWire(), ask.Reason, ask.Etag, stored: true);

        // save and tell
        await clocks.Follow(authorization, stop);
        if (outcome == Wire.AuthorizationOutcome.Pend)
            db.Tell(authorization, Wire.AuthorizationState.UnderReview, deciding.Today(authorization.Program)!.Value, ask.RuleId, now);
        else
            Tell(authorization, outcome, ask.RuleId, now);
        try
        {
            await db.SaveChangesAsync(stop);
        }
        catch (DbUpdateException e) when (Exclusivity.Violated(e) is { } rule)
        {
            return Exclusivity.Conflict(rule);
        }

        Decided(log, authorization.Id, WireCode.Lower(outcome)!);
        return authorization.ToWire(deciding, now, authorization.Decision!.ToWire(), ask.Reason, db.Etag(authorization), stored: true);
    }

    // A reason names a rule of the program that can be one: a rule that every request meets is no ground, and cost alone denies nothing.
    private Problem? Ground(Authorization authorization, Wire.DecideAuthorizationRequest ask)
    {
        var program = deciding.Engine.Programs[authorization.Program];
        if (program.Rules.FirstOrDefault(r => r.Id.Value == ask.RuleId) is not { } rule)
            return new Problem.Invalid("rule_id", $"is no rule of {authorization.Program}; send the id of one");
        if (rule.Always == Policies.Verdict.Met)
            return new Problem.Conflict(ask.RuleId, "this rule ends nothing; it is no ground for a denial, a modification or a wait");
        return ask is { Outcome: Wire.AuthorizationOutcome.Deny, RuleId: "NC-AUTH-009" }
            ? new Problem.Conflict(ask.RuleId, "cost alone denies nothing; modify the request to the mode that works as well")
            : null;
    }

    private async Task<Problem?> Deny(Authorization authorization, bool store, CancellationToken stop)
    {
        authorization.State = Wire.AuthorizationState.Denied;
        if (store && authorization.Renews is { } present && await db.Authorizations.SingleOrDefaultAsync(a => a.Id == present, stop) is { } renewed)
            await clocks.Follow(renewed, stop);
        return null;
    }

    private static Problem? Pend(Authorization authorization)
    {
        authorization.State = Wire.AuthorizationState.PendedInfo;
        return null;
    }

    private void Tell(Authorization authorization, Wire.AuthorizationOutcome outcome, string rule, DateTimeOffset now) => db.Add(new AuthorizationDecidedV1(
        Guid.CreateVersion7(now), now, authorization.Id.Value, authorization.IndividualId.Value, authorization.Provider, authorization.Payer, authorization.Program,
        WireCode.Lower(authorization.Kind)!, WireCode.Lower(outcome)!, authorization.ApprovedFrom, authorization.ApprovedThrough, authorization.ApprovedUnits,
        rule.Length == 0 ? null : rule));

    private async Task<Problem?> Approve(Authorization authorization, bool modifies, DateOnly? from, DateOnly? through, int units, bool store, CancellationToken stop)
    {
        authorization.State = modifies ? Wire.AuthorizationState.Modified : Wire.AuthorizationState.Approved;
        if (modifies && from < authorization.EarliestFrom)
            return new Problem.Conflict(authorization.Renews is null ? "NC-AUTH-005" : "NC-AUTH-006", $"the request came too late to reach back before {authorization.EarliestFrom.Day()}");
        // A late request that is approved as asked begins with the day of its receipt.
        authorization.ApprovedFrom = from ?? (authorization.EarliestFrom > authorization.RequestedFrom ? authorization.EarliestFrom : authorization.RequestedFrom);
        authorization.ApprovedThrough = through ?? authorization.RequestedThrough;
        authorization.ApprovedUnits = modifies ? units : authorization.RequestedUnits;
        if (authorization.ApprovedFrom > authorization.ApprovedThrough)
            return new Problem.Conflict("NC-AUTH-005", $"the request came too late: its last day lies before {authorization.EarliestFrom.Day()}");

        if (store)
            await db.LockPerson(authorization.IndividualId, stop);
        if (await Exclusivity.Missed(authorization, db, deciding, stop) is { } problem)
            return problem;
        if (store && authorization.Renews is { } present && await db.Authorizations.SingleOrDefaultAsync(a => a.Id == present, stop) is { State: not Wire.AuthorizationState.Terminated } renewed)
        {
            var before = renewed.State;
            renewed.State = Wire.AuthorizationState.Superseded;
            await clocks.Follow(renewed, stop);
            db.Tell(renewed, before, deciding.Today(renewed.Program)!.Value, "NC-AUTH-006", clock.GetUtcNow());
        }

        return null;
    }

    [LoggerMessage(2104, LogLevel.Information, "Authorization {Authorization} decided by its payer: {Outcome}")]
    private static partial void Decided(ILogger log, AuthorizationId authorization, string outcome);
}
