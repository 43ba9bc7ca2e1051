using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>The provider takes back a request that the payer has not decided. What the request had settled is due again: the request itself, or the renewal.</summary>
public sealed class WithdrawAuthorization(
    EligibilityDb db, AuthorizationReader authorizations, DeadlineReader deadlines, Requests requests, Caller caller, PolicyService policies,
    AuthorizationClocks clocks, TimeProvider clock)
{
    public Task<Result<Proto.Authorization>> Handle(Proto.WithdrawAuthorizationRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => ReadAndWithdraw(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.Authorization>>> ReadAndWithdraw(
        Proto.WithdrawAuthorizationRequest request, bool store, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AuthorizationId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return bad;
        if (await authorizations.Find(caller, id, cancellationToken) is not { } authorization)
            return new Problem.NotFound("authorization", request.Name);
        var renewed = authorization.Renews is { } present ? await authorizations.Find(caller, present, cancellationToken) : null;
        var others = await db.Authorizations.AsNoTracking().IgnoreAutoIncludes()
            .AnyAsync(a => a.IndividualId == authorization.IndividualId && a.Program == authorization.Program && a.Id != id && a.Renews == null
                && a.RequestDueOn != null && a.State != Proto.AuthorizationState.NotAccepted && a.State != Proto.AuthorizationState.PendedInfo
                && a.State != Proto.AuthorizationState.Withdrawn, cancellationToken);
        string[] subjects = renewed is null ? [id.Name, authorization.IndividualId.Name] : [id.Name, renewed.Id.Name];
        return Withdraw(request, authorization, renewed, others, await deadlines.About(caller, subjects, cancellationToken), store);
    }

    private Result<Decided<Proto.Authorization>> Withdraw(
        Proto.WithdrawAuthorizationRequest request, Authorization authorization, Authorization? renewed, bool others, SubjectDeadlines due, bool store)
    {
        // decide
        if (!authorization.Expects(request.Etag))
            return new Problem.Stale("authorization", request.Name);
        if (authorization.State is not (Proto.AuthorizationState.UnderReview or Proto.AuthorizationState.PendedInfo))
            return new Problem.Conflict("authorization state",
                $"the request is {WireCode.Lower(authorization.State)}; one that is not decided is withdrawn, and an approved one is cancelled");
        Changes changes = new(clock.GetUtcNow());
        var before = authorization.State;
        authorization.State = Proto.AuthorizationState.Withdrawn;
        clocks.UpdateDecisionClock(authorization, changes.Now);

        // write
        changes.UpdateTerms(authorization);
        due.SyncDeadlines(authorization, changes);
        if (renewed is not null)
        {
            changes.Expect(renewed);
            due.SyncDeadlines(renewed, changes);
        }
        else if (!others && before == Proto.AuthorizationState.UnderReview)
        {
            due.RequestIsDueAgain(authorization, changes);
        }

        changes.PublishMove(authorization, before, policies.Today(authorization.Program)!.Value, null);
        return new Decided<Proto.Authorization>(authorization.ToProto(
            policies, changes.Now, authorization.Decision!.ToProto(), PayerWords.None, store ? authorization.Etag() : request.Etag, stored: true), changes);
    }
}
