using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// Adds documents that arrive later. The request is evaluated again as of today; if complete, it goes to review and the payer's clock resumes.
/// </summary>
public sealed class AddDocuments(
    EligibilityDb db, IndividualReader people, AuthorizationReader authorizations, DeadlineReader deadlines, Requests requests, Caller caller,
    PolicyService policies, AuthorizationClocks clocks, TimeProvider clock)
{
    public Task<Result<Proto.Authorization>> Handle(Proto.AddDocumentsRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => ReadAndAdd(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.Authorization>>> ReadAndAdd(Proto.AddDocumentsRequest request, bool store, CancellationToken cancellationToken)
    {
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
        var pended = authorizations.Find(caller, id, cancellationToken);
        var occupied = await OnFile.DaysOf(db, id, cancellationToken);
        if (await pended is not { } authorization)
            return new Problem.NotFound("authorization", request.Name);
        var (person, due) = (people.Find(caller, authorization.IndividualId, cancellationToken),
            deadlines.About(caller, [id.Name, authorization.IndividualId.Name], cancellationToken));
        var present = authorization.Renews is { } renewed ? await authorizations.Find(caller, renewed, cancellationToken) : null;
        return await person is { } individual && (present is null) == (authorization.Renews is null)
            ? Add(request, authorization, present, individual, occupied, await due, store)
            : new Problem.NotFound("authorization", request.Name);
    }

    private Result<Decided<Proto.Authorization>> Add(
        Proto.AddDocumentsRequest request, Authorization authorization, Authorization? present, Individual individual,
        IReadOnlyList<Policies.Authorizations.ExistingAuthorization> occupied, SubjectDeadlines due, bool store)
    {
        // decide
        if (!authorization.Expects(request.Etag))
            return new Problem.Stale("authorization", request.Name);
        if (authorization.State != Proto.AuthorizationState.PendedInfo)
            return new Problem.Conflict(
                "authorization state", $"the request is {WireCode.Lower(authorization.State)}; documents are added to one that waits for them");
        Changes changes = new(clock.GetUtcNow());
        var today = policies.Today(authorization.Program)!.Value;
        authorization.Request = authorization.Request.With(request);
        // An incomplete first request is received when it is complete (NC-AUTH-005). A request that the payer pended was already received, and a renewal is on
        // time by its request (NC-AUTH-006).
        if (authorization.Renews is null && authorization.PayerRuleId.Length == 0)
            authorization.ReceivedOn = today;
        var decided = present is null ? policies.Evaluate(authorization, occupied) : policies.EvaluateRenewal(authorization, individual, present);
        if (!decided.Is(out var evaluated, out var problem))
            return problem;
        clocks.UpdateDecisionClock(authorization, changes.Now);
        if (!store)
        {
            return new Decided<Proto.Authorization>(
                authorization.ToProto(policies, changes.Now, evaluated.ToProto(stored: false), PayerWords.None, request.Etag, stored: true), changes);
        }

        // write
        changes.Insert(policies.Store(evaluated, authorization.Provider, authorization.Id.Name));
        (authorization.PayerRuleId, authorization.PayerReason) = ("", null);
        changes.UpdateTerms(authorization);
        changes.Expect(individual);
        if (present is not null)
            changes.Expect(present);
        due.SyncDeadlines(authorization, changes);
        if (authorization is { State: Proto.AuthorizationState.UnderReview, Renews: null })
            due.Complete(authorization, changes);
        changes.PublishMove(authorization, Proto.AuthorizationState.PendedInfo, today, null);
        return new Decided<Proto.Authorization>(
            authorization.ToProto(policies, changes.Now, evaluated.ToProto(stored: true), PayerWords.None, authorization.Etag(), stored: true), changes);
    }
}
