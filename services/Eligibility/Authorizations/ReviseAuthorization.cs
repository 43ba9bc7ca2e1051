using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.Policies.Authorizations;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// Changes a request that is not decided and sends it again, under the same name. The version before is stored. A request that the payer had received keeps its
/// day of receipt, because it was on time by it; the payer's time to decide starts again, because it has another request to decide.
/// </summary>
public sealed class ReviseAuthorization(
    EligibilityDb db, IndividualReader people, AuthorizationReader authorizations, DeadlineReader deadlines, Requests requests, Caller caller,
    NamedDocuments documents, PolicyService policies, AuthorizationClocks clocks, TimeProvider clock)
{
    public Task<Result<Proto.Authorization>> Handle(Proto.ReviseAuthorizationRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => ReadAndRevise(request, store, s), cancellationToken);

    private sealed record Case(
        Authorization Authorization, Authorization? Present, Individual Individual, OnFile OnFile,
        IReadOnlyList<OtherRequests.Other> Others, NamedDocuments.Found Sent, SubjectDeadlines Deadlines);

    private async Task<Result<Decided<Proto.Authorization>>> ReadAndRevise(
        Proto.ReviseAuthorizationRequest request, bool store, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AuthorizationId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.OptionalDay("service_initiation_date", request.ServiceInitiationDate);
        var from = fields.OptionalDay("requested_from", request.RequestedFrom);
        var through = fields.Day("requested_through", request.RequestedThrough);
        fields.Number("requested_units", request.RequestedUnits, 1, 10_000);
        var named = NamedDocuments.Read(fields, request.Documents);
        fields.Choices("continued_service", request.ContinuedService);
        fields.OptionalDay("steady_work_since", request.SteadyWorkSince);
        if (fields.Problem is { } bad)
            return bad;
        var found = authorizations.Find(caller, id, cancellationToken);
        var onFile = await OnFile.About(db, id, cancellationToken);
        var others = await OtherRequests.Beside(db, id, cancellationToken);
        if (await found is not { } authorization)
            return new Problem.NotFound("authorization", request.Name);
        var (person, due) = (people.Find(caller, authorization.IndividualId, cancellationToken),
            deadlines.About(caller, [id.Name, authorization.IndividualId.Name], cancellationToken));
        var present = authorization.Renews is { } renewed ? await authorizations.Find(caller, renewed, cancellationToken) : null;
        if (await person is not { } individual || (present is null) != (authorization.Renews is null))
            return new Problem.NotFound("authorization", request.Name);
        return (await documents.Find(named, individual.Id, present is not null, id, cancellationToken)).Is(out var sent, out var unfit)
            ? Revise(request, new(authorization, present, individual, onFile, others, sent, await due), from, through, store) : unfit;
    }

    private Result<Decided<Proto.Authorization>> Revise(
        Proto.ReviseAuthorizationRequest request, Case read, DateOnly? from, DateOnly through, bool store)
    {
        // decide
        var authorization = read.Authorization;
        if (!authorization.Expects(request.Etag))
            return new Problem.Stale("authorization", request.Name);
        if (authorization.State is not (Proto.AuthorizationState.UnderReview or Proto.AuthorizationState.PendedInfo or Proto.AuthorizationState.NotAccepted))
            return new Problem.Conflict("authorization state", $"the request is {WireCode.Lower(authorization.State)}; one that is not decided is revised");
        if (Misfit(request, read, from) is { } misfit)
            return misfit;
        Changes changes = new(clock.GetUtcNow());
        var (before, previous, today) = (authorization.State, AuthorizationVersion.Of(authorization, changes.Now), policies.Today(authorization.Program)!.Value);
        var received = before == Proto.AuthorizationState.UnderReview || authorization.PayerRuleId.Length > 0;
        if (read.Present is null && !received)
            authorization.ReceivedOn = today;
        var content = RequestContent.Of(request).With(authorization.Request.Files).With(documents.File(read.Sent, authorization.Id, store ? changes : null));
        authorization.Request = read.Present is null ? content with { Profile = read.OnFile.Profile } : content;
        (authorization.RequestedFrom, authorization.RequestedThrough, authorization.RequestedUnits) =
            (from ?? read.Present!.ApprovedThrough!.Value.AddDays(1), through, request.RequestedUnits);
        authorization.Expedited = request.Expedited;
        var decided = read.Present is null ? policies.Evaluate(authorization, read.OnFile.Days)
            : policies.EvaluateRenewal(authorization, read.Individual, read.Present);
        if (!decided.Is(out var evaluated, out var problem))
            return problem;
        if (Problem.Invalid.IfBefore("requested_through", through, authorization.RequestedFrom, "the first day of the span") is { } early)
            return early;
        authorization.RequestVersion++;
        authorization.Overlaps = read.Others.Overlapping(authorization);
        (authorization.DecisionDueOn, authorization.DecisionDueAt, authorization.PendedAt) = (null, null, null);
        clocks.UpdateDecisionClock(authorization, changes.Now);
        (authorization.PayerRuleId, authorization.PayerReason) = ("", null);
        if (!store)
        {
            return new Decided<Proto.Authorization>(
                authorization.ToProto(policies, changes.Now, evaluated.ToProto(stored: false), PayerWords.None, request.Etag, stored: true), changes);
        }

        // write
        changes.Insert(policies.Store(evaluated, authorization.Provider, authorization.Id.Name, authorization.Used(read.Individual, read.Present)));
        changes.Insert(previous);
        changes.UpdateTerms(authorization);
        changes.Expect(read.Individual);
        if (read.Present is not null)
            changes.Expect(read.Present);
        read.Deadlines.SyncDeadlines(authorization, changes);
        if (authorization is { State: Proto.AuthorizationState.UnderReview, Renews: null })
            read.Deadlines.Complete(authorization, changes);
        changes.PublishMove(authorization, before, today, null, version: authorization.RequestVersion);
        return new Decided<Proto.Authorization>(
            authorization.ToProto(policies, changes.Now, evaluated.ToProto(stored: true), PayerWords.None, authorization.Etag(), stored: true), changes);
    }

    // A first request and a renewal have different contents, and the payer was chosen by the first day.
    private Problem? Misfit(Proto.ReviseAuthorizationRequest request, Case read, DateOnly? from)
    {
        if (read.Present is not null)
        {
            return from is not null ? new Problem.Invalid("requested_from", "is sent for a renewal; its first day follows from the present span") : null;
        }

        if (from is not { } first)
            return new Problem.Invalid("requested_from", "is missing; a first request has one");
        if (request.ContinuedService.Count > 0 || request.SteadyWorkSince.Length > 0)
            return new Problem.Invalid(request.ContinuedService.Count > 0 ? "continued_service" : "steady_work_since", "is sent for a first request; only a renewal has it");
        if (request.ServiceInitiationDate.Length == 0 && read.Authorization.Kind != Proto.AuthorizationKind.M6)
            return new Problem.Invalid("service_initiation_date", "is missing; only a request for m6 goes without it");
        return read.Individual.CoverageOn(policies.TextOn(read.Authorization.Program, first), first)?.Payer == read.Authorization.Payer ? null
            : new Problem.Invalid("requested_from", "is a day that the payer of the request does not cover; withdraw it and send a new one");
    }
}
