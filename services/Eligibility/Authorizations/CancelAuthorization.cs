using Ips.Contracts;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// The provider gives up an approved authorization from a day on. It covers no later day, whatever is corrected afterwards. Units that no claim line has go back
/// to the payer, except those that are still to be claimed for earlier days.
/// </summary>
public sealed class CancelAuthorization(
    AuthorizationReader authorizations, DeadlineReader deadlines, Requests requests, Caller caller, PolicyService policies,
    PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.Authorization>> Handle(Proto.CancelAuthorizationRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => ReadAndCancel(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.Authorization>>> ReadAndCancel(
        Proto.CancelAuthorizationRequest request, bool store, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AuthorizationId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var from = fields.Day("from_day", request.FromDay);
        fields.Number("units_to_claim", request.UnitsToClaim, 0, 10_000);
        if (fields.Problem is { } bad)
            return bad;
        var (found, due) = (authorizations.Find(caller, id, cancellationToken), deadlines.About(caller, id.Name, cancellationToken));
        return await found is { } authorization
            ? Cancel(request, authorization, from, await due, store)
            : new Problem.NotFound("authorization", request.Name);
    }

    private Result<Decided<Proto.Authorization>> Cancel(
        Proto.CancelAuthorizationRequest request, Authorization authorization, DateOnly from, SubjectDeadlines due, bool store)
    {
        // decide
        Changes changes = new(clock.GetUtcNow());
        if (!authorization.Expects(request.Etag))
            return new Problem.Stale("authorization", request.Name);
        if (authorization.State is not (Proto.AuthorizationState.Approved or Proto.AuthorizationState.Modified))
            return new Problem.Conflict("authorization state",
                $"the authorization is {WireCode.Lower(authorization.State)}; one that is approved or modified is cancelled");
        if (from > authorization.ApprovedThrough)
            return new Problem.Invalid("from_day", $"lies after the last day, {authorization.ApprovedThrough.Day()}; it ends by itself");
        if (Problem.Invalid.IfBefore("from_day", from, authorization.ApprovedFrom, "the first day approved") is { } early)
            return early;
        if (authorization.Draws.Count(d => d.Counts(changes.Now) && d.ServiceDate >= from) is var later and > 0)
            return new Problem.Conflict("claim lines", $"{later} claim lines have units for {from.Day()} or later; void them, or cancel from a later day");
        var left = authorization.UnitsLeft(changes.Now);
        if (request.UnitsToClaim > left)
            return new Problem.Invalid("units_to_claim", $"is {request.UnitsToClaim}; {left} units are left");
        if (request.UnitsToClaim > 0 && from == authorization.ApprovedFrom)
            return new Problem.Invalid("units_to_claim", "is sent for an authorization that is cancelled from its first day; it covers no day");

        // write
        (authorization.CancelledFrom, authorization.ReturnedUnits) = (from, left - request.UnitsToClaim);
        EndAuthorization.End(authorization, Proto.TerminationReason.Cancelled, from, due, changes, authorization.ReturnedUnits);
        return new Decided<Proto.Authorization>(authorization.ToProto(
            policies, changes.Now, authorization.Decision!.ToProto(), authorization.Words(protector), store ? authorization.Etag() : request.Etag, stored: true),
            changes);
    }
}
