using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>The payer approves, modifies or denies a request under review. Two approvals of one person wait for each other, so both cannot win (NC-LIM-001).</summary>
public sealed partial class DecideAuthorization(EligibilityDb db, Once once, Particulars particulars, TimeProvider clock, ILogger<DecideAuthorization> log)
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
        if (outcome == Wire.AuthorizationOutcome.Deny)
            authorization.State = Wire.AuthorizationState.Denied;
        else if (await Approve(authorization, modifies, from, through, ask.ApprovedUnits, store, stop) is { } conflict)
            return conflict;
        authorization.PayerRuleId = ask.RuleId;
        authorization.PayerReason = ask.Reason.Length == 0 ? null : particulars.Seal(ask.Reason);
        if (!store)
            return authorization.ToWire(authorization.Decision!.ToWire(), ask.Reason, ask.Etag, stored: true);

        // save and tell
        var now = clock.GetUtcNow();
        db.Add(new AuthorizationDecidedV1(
            Guid.CreateVersion7(now), now, id.Value, authorization.IndividualId.Value, authorization.Provider, authorization.Payer, authorization.Program,
            WireCode.Lower(authorization.Kind)!, WireCode.Lower(outcome)!, authorization.ApprovedFrom, authorization.ApprovedThrough, authorization.ApprovedUnits,
            ask.RuleId.Length == 0 ? null : ask.RuleId));
        await db.SaveChangesAsync(stop);
        Decided(log, authorization.Id, WireCode.Lower(outcome)!);
        return authorization.ToWire(authorization.Decision!.ToWire(), ask.Reason, db.Etag(authorization), stored: true);
    }

    private async Task<Problem?> Approve(Authorization authorization, bool modifies, DateOnly? from, DateOnly? through, int units, bool store, CancellationToken stop)
    {
        authorization.State = modifies ? Wire.AuthorizationState.Modified : Wire.AuthorizationState.Approved;
        authorization.ApprovedFrom = from ?? authorization.RequestedFrom;
        authorization.ApprovedThrough = through ?? authorization.RequestedThrough;
        authorization.ApprovedUnits = modifies ? units : authorization.RequestedUnits;

        if (store)
            await db.LockPerson(authorization.IndividualId, stop);
        var taken = (await db.ApprovalsOf(authorization.IndividualId, stop))
            .Exists(a => a.Provider != authorization.Provider && a.From <= authorization.ApprovedThrough && a.Through >= authorization.ApprovedFrom);
        return taken ? new Problem.Conflict("NC-LIM-001", "another provider's IPS authorization shares a day with this span") : null;
    }

    [LoggerMessage(2104, LogLevel.Information, "Authorization {Authorization} decided by its payer: {Outcome}")]
    private static partial void Decided(ILogger log, AuthorizationId authorization, string outcome);
}
