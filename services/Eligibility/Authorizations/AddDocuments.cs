using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// Adds documents that arrive later. The request is evaluated again as of today; if complete, it goes to review and the payer's clock resumes.
/// </summary>
public sealed class AddDocuments(EligibilityDb db, IdempotentRequests requests, PolicyService policies, RequestEvaluation evaluation, AuthorizationClocks clocks,
    ServiceStart started, TimeProvider clock)
{
    public Task<Result<Proto.Authorization>> Handle(Proto.AddDocumentsRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Add(request, store, s), cancellationToken);

    private async Task<Result<Proto.Authorization>> Add(Proto.AddDocumentsRequest request, bool store, CancellationToken cancellationToken)
    {
        // load
        RequestValidator fields = new();
        var id = fields.Id<AuthorizationId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Choices("documents", request.Documents);
        fields.Choices("pcp_contents", request.PcpContents);
        fields.Choices("transition_plan_contents", request.TransitionPlanContents);
        fields.Choices("renewal_documents", request.RenewalDocuments);
        fields.Choices("continued_service", request.ContinuedService);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Authorizations.SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { } authorization
            || await db.Load(authorization.IndividualId, cancellationToken) is not { } individual)
            return new Problem.NotFound("authorization", request.Name);
        if (!authorization.Expects(request.Etag))
            return new Problem.Stale("authorization", request.Name);
        if (authorization.State != Proto.AuthorizationState.PendedInfo)
            return new Problem.Conflict("NC-AUTH-003", $"the request is {WireCode.Lower(authorization.State)}; documents are added to one that waits for them");

        // decide
        authorization.Request = authorization.Request.With(request);
        // An incomplete first request is received when it is complete (NC-AUTH-005). A request that the payer pended was already received, and a renewal is on
        // time by its request (NC-AUTH-006).
        if (authorization.Renews is null && authorization.PayerRuleId.Length == 0)
            authorization.ReceivedOn = policies.Today(authorization.Program)!.Value;
        if (!(await evaluation.Evaluate(authorization, individual, cancellationToken)).Is(out var evaluated, out var problem))
            return problem;
        clocks.UpdateDecisionClock(authorization);
        if (!store)
            return authorization.ToProto(policies, clock.GetUtcNow(), evaluated.ToProto(stored: false), "", request.Etag, stored: true);

        // save and publish
        var now = clock.GetUtcNow();
        var stored = policies.Store(evaluated, authorization.Provider, authorization.Id.Name);
        db.Decisions.Add(stored);
        (authorization.PayerRuleId, authorization.PayerReason) = ("", null);
        await clocks.SyncDeadlines(authorization, cancellationToken);
        if (authorization.State == Proto.AuthorizationState.UnderReview && authorization.Renews is null)
            await started.Complete(authorization, cancellationToken);
        db.PublishMove(authorization, Proto.AuthorizationState.PendedInfo, policies.Today(authorization.Program)!.Value, null);
        await db.SaveChangesAsync(cancellationToken);
        return authorization.ToProto(policies, now, evaluated.ToProto(stored: true), "", authorization.Etag(), stored: true);
    }
}
