using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// Adds stored documents that arrive later. The request is evaluated again as of today; if complete, it goes to review and the payer's clock resumes.
/// </summary>
public sealed class AddDocuments(
    EligibilityDb db, IndividualReader people, AuthorizationReader authorizations, DeadlineReader deadlines, Requests requests, Caller caller,
    NamedDocuments documents, PolicyService policies, AuthorizationClocks clocks, TimeProvider clock)
{
    public Task<Result<Proto.Authorization>> Handle(Proto.AddDocumentsRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => ReadAndAdd(request, store, s), cancellationToken);

    /// <summary>
    /// A document was stored for a request: one that waits for documents is decided again; one that is under review has it for its reviewer. A document that
    /// has to be scanned first is not there yet.
    /// </summary>
    /// <param name="document">The document, whose subject is the request. It is about the person of the request as it is now: a record may have been merged.</param>
    /// <param name="usable">Whether rules may read it.</param>
    /// <param name="changes">Gets what changes.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    internal async Task<Result<Changes>> Arrived(
        Document document, bool usable, Changes changes, CancellationToken cancellationToken)
    {
        // read
        if (!AuthorizationId.TryParse(document.Subject, out var id) || await Read(id, cancellationToken) is not { } read)
            return new Problem.NotFound("authorization", document.Subject);

        // decide
        var authorization = read.Authorization;
        if (Closed(authorization) is { } closed)
            return closed;
        document.IndividualId = authorization.IndividualId;
        var content = usable ? authorization.Request.With(RequestFile.Of(document)) : authorization.Request;
        if (authorization.State == Proto.AuthorizationState.UnderReview)
        {
            authorization.Request = content;
            changes.UpdateTerms(authorization);
            return changes;
        }

        return Decide(read, content, changes).Then(decided =>
        {
            Write(read, decided, changes);
            return changes;
        });
    }

    /// <summary>Why no document is stored for the request any more; null for one that is not decided.</summary>
    internal static Problem.Conflict? Closed(Authorization authorization) =>
        authorization.State is Proto.AuthorizationState.PendedInfo or Proto.AuthorizationState.UnderReview ? null
            : new("authorization state", $"the request is {WireCode.Lower(authorization.State)}; documents are stored for one that is not decided");

    private async Task<Result<Decided<Proto.Authorization>>> ReadAndAdd(Proto.AddDocumentsRequest request, bool store, CancellationToken cancellationToken)
    {
        // read
        RequestValidator fields = new();
        var id = fields.Id<AuthorizationId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var named = NamedDocuments.Read(fields, request.Documents);
        fields.Choices("continued_service", request.ContinuedService);
        if (fields.Problem is { } bad)
            return bad;
        if (await Read(id, cancellationToken) is not { } read)
            return new Problem.NotFound("authorization", request.Name);
        return (await documents.Find(named, read.Individual.Id, read.Present is not null, id, cancellationToken, request.Contents)).Is(out var sent, out var unfit)
            ? Add(request, read, sent, store) : unfit;
    }

    private sealed record Pended(
        Authorization Authorization, Authorization? Present, Individual Individual, OnFile OnFile, SubjectDeadlines Due);

    private async Task<Pended?> Read(AuthorizationId id, CancellationToken cancellationToken)
    {
        var pended = authorizations.Find(caller, id, cancellationToken);
        var onFile = await OnFile.About(db, id, cancellationToken);
        if (await pended is not { } authorization)
            return null;
        var (person, due) = (people.Find(caller, authorization.IndividualId, cancellationToken),
            deadlines.About(caller, [id.Name, authorization.IndividualId.Name], cancellationToken));
        var present = authorization.Renews is { } renewed ? await authorizations.Find(caller, renewed, cancellationToken) : null;
        return await person is { } individual && (present is null) == (authorization.Renews is null)
            ? new(authorization, present, individual, onFile, await due) : null;
    }

    private Result<Decided<Proto.Authorization>> Add(Proto.AddDocumentsRequest request, Pended read, NamedDocuments.Found sent, bool store)
    {
        // decide
        var authorization = read.Authorization;
        if (!authorization.Expects(request.Etag))
            return new Problem.Stale("authorization", request.Name);
        if (authorization.State != Proto.AuthorizationState.PendedInfo)
        {
            return new Problem.Conflict(
                "authorization state", $"the request is {WireCode.Lower(authorization.State)}; documents are added to one that waits for them");
        }

        Changes changes = new(clock.GetUtcNow());
        var content = authorization.Request.With(documents.File(sent, authorization.Id, store ? changes : null));
        content = content with { ContinuedService = [.. content.ContinuedService.Union(request.ContinuedService.Select(c => c.ToPolicy()))] };
        if (!Decide(read, content, changes).Is(out var evaluated, out var problem))
            return problem;
        if (!store)
        {
            return new Decided<Proto.Authorization>(
                authorization.ToProto(policies, changes.Now, evaluated.ToProto(stored: false), PayerWords.None, request.Etag, stored: true), changes);
        }

        // write
        Write(read, evaluated, changes);
        return new Decided<Proto.Authorization>(
            authorization.ToProto(policies, changes.Now, evaluated.ToProto(stored: true), PayerWords.None, authorization.Etag(), stored: true), changes);
    }

    private Result<DecisionRecord> Decide(Pended read, RequestContent content, Changes changes)
    {
        var authorization = read.Authorization;
        authorization.Request = read.Present is null ? content with { Profile = read.OnFile.Profile } : content;
        // An incomplete first request is received when it is complete (NC-AUTH-005). A request that the payer pended was already received, and a renewal is on
        // time by its request (NC-AUTH-006).
        if (authorization.Renews is null && authorization.PayerRuleId.Length == 0)
            authorization.ReceivedOn = policies.Today(authorization.Program)!.Value;
        var decided = read.Present is null ? policies.Evaluate(authorization, read.OnFile.Days) : policies.EvaluateRenewal(authorization, read.Individual, read.Present);
        if (decided.Problem is null)
            clocks.UpdateDecisionClock(authorization, changes.Now);
        return decided;
    }

    private void Write(Pended read, DecisionRecord evaluated, Changes changes)
    {
        var authorization = read.Authorization;
        changes.Insert(policies.Store(evaluated, authorization.Provider, authorization.Id.Name, authorization.Used(read.Individual, read.Present)));
        (authorization.PayerRuleId, authorization.PayerReason) = ("", null);
        changes.UpdateTerms(authorization);
        changes.Expect(read.Individual);
        if (read.Present is not null)
            changes.Expect(read.Present);
        read.Due.SyncDeadlines(authorization, changes);
        if (authorization is { State: Proto.AuthorizationState.UnderReview, Renews: null })
            read.Due.Complete(authorization, changes);
        changes.PublishMove(authorization, Proto.AuthorizationState.PendedInfo, policies.Today(authorization.Program)!.Value, null);
    }
}
