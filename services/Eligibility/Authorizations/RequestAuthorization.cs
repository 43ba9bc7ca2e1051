using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>Sends a request to the payer, first or renewal. Only a complete request without conflict goes to the payer's review.</summary>
public sealed partial class RequestAuthorization(
    EligibilityDb db, IdempotentRequests requests, PolicyService policies, RequestEvaluation evaluation, AuthorizationClocks clocks, ServiceStart started,
    TimeProvider clock, ILogger<RequestAuthorization> log)
{
    public Task<Result<Proto.Authorization>> Handle(Proto.RequestAuthorizationRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Request(request, store, s), cancellationToken);

    public Task<Result<Proto.Authorization>> Handle(Proto.RenewAuthorizationRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Renew(request, store, s), cancellationToken);

    private async Task<Result<Proto.Authorization>> Request(Proto.RequestAuthorizationRequest request, bool store, CancellationToken cancellationToken)
    {
        // load
        RequestValidator fields = new();
        var read = Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Load(read.Individual, cancellationToken) is not { } individual)
            return new Problem.NotFound("individual", request.Individual);
        read = read with { Individual = individual.Id };
        if (individual.Provider != read.Provider)
            return new Problem.Invalid("provider", "is not the agency that serves this person");
        if (individual.Enrollments.Where(e => e.Covers(read.From)).MaxBy(e => e.From) is not { } coverage)
            return new Problem.Invalid("requested_from", "is covered by no enrolment; record the payer first");

        // decide
        Authorization authorization = new()
        {
            Id = AuthorizationId.New(clock),
            IndividualId = read.Individual,
            Provider = read.Provider,
            Payer = coverage.Payer,
            Program = request.Program,
            Kind = request.Kind,
            State = default,
            Request = RequestContent.Of(request),
            Exclusive = policies.Engine.Programs[request.Program].Find(Policies.RuleId.Of("NC-LIM-001")) is not null,
            Expedited = request.Expedited,
            ManagedCare = coverage.Funding == "medicaid",
            ReceivedOn = read.Today,
            RequestedFrom = read.From,
            RequestedThrough = read.Through,
            RequestedUnits = request.RequestedUnits,
            DecisionId = Guid.Empty,
            RecordedAt = clock.GetUtcNow(),
        };
        if (!(await evaluation.Evaluate(authorization, individual, cancellationToken)).Is(out var evaluated, out var problem))
            return problem;
        clocks.UpdateDecisionClock(authorization);
        if (!store)
            return authorization.ToProto(policies, clock.GetUtcNow(), evaluated.ToProto(stored: false), "", "", stored: false);

        // save and publish
        if (read.Initiation is { } initiated)
            await started.Requested(authorization, initiated, cancellationToken);
        return await Save(authorization, evaluated, cancellationToken);
    }

    private async Task<Result<Proto.Authorization>> Renew(Proto.RenewAuthorizationRequest request, bool store, CancellationToken cancellationToken)
    {
        // load
        RequestValidator fields = new();
        var id = fields.Id<AuthorizationId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var through = fields.Day("requested_through", request.RequestedThrough);
        fields.Number("requested_units", request.RequestedUnits, 1, 10_000);
        fields.Choices("documents", request.Documents);
        fields.Choices("continued_service", request.ContinuedService);
        fields.OptionalDay("steady_work_since", request.SteadyWorkSince);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Authorizations.SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { } present
            || await db.Load(present.IndividualId, cancellationToken) is not { } individual)
            return new Problem.NotFound("authorization", request.Name);
        if (!present.Expects(request.Etag))
            return new Problem.Stale("authorization", request.Name);
        if (present.Kind != Proto.AuthorizationKind.Ips)
            return new Problem.Invalid("name", "is of a kind that is not renewed; send a new request");
        if (present.State is not (Proto.AuthorizationState.Approved or Proto.AuthorizationState.Modified))
            return new Problem.Conflict("NC-AUTH-006", $"the authorization is {WireCode.Lower(present.State)}; one that is approved or modified is renewed");
        if (await db.Authorizations.AnyAsync(
            a => a.Renews == id && (a.State == Proto.AuthorizationState.UnderReview || a.State == Proto.AuthorizationState.PendedInfo), cancellationToken))
            return new Problem.Exists("authorization", "that renews this one and is not decided yet");

        // decide
        Authorization renewal = new()
        {
            Id = AuthorizationId.New(clock),
            IndividualId = present.IndividualId,
            Provider = present.Provider,
            Payer = individual.Enrollments.Where(e => e.Covers(present.ApprovedThrough!.Value.AddDays(1))).MaxBy(e => e.From)?.Payer ?? present.Payer,
            Program = present.Program,
            Kind = present.Kind,
            State = default,
            Request = RequestContent.Of(request),
            Renews = id,
            Exclusive = present.Exclusive,
            Expedited = request.Expedited,
            ManagedCare = present.ManagedCare,
            ReceivedOn = policies.Today(present.Program)!.Value,
            RequestDueOn = present.ApprovedThrough,
            RequestedFrom = present.ApprovedThrough!.Value.AddDays(1),
            RequestedThrough = through,
            RequestedUnits = request.RequestedUnits,
            DecisionId = Guid.Empty,
            RecordedAt = clock.GetUtcNow(),
        };
        if (!(await evaluation.Evaluate(renewal, individual, cancellationToken)).Is(out var evaluated, out var problem))
            return problem;
        if (renewal.RequestedThrough < renewal.RequestedFrom)
            return new Problem.Invalid("requested_through", $"lies before {renewal.RequestedFrom.Day()}, the first day of the new span");
        clocks.UpdateDecisionClock(renewal);
        if (!store)
            return renewal.ToProto(policies, clock.GetUtcNow(), evaluated.ToProto(stored: false), "", "", stored: false);

        // save and publish
        if (renewal.State != Proto.AuthorizationState.NotAccepted)
            await clocks.RenewalCame(present, cancellationToken);
        return await Save(renewal, evaluated, cancellationToken);
    }

    private async Task<Result<Proto.Authorization>> Save(Authorization authorization, DecisionRecord evaluated, CancellationToken cancellationToken)
    {
        var stored = policies.Store(evaluated, authorization.Provider, authorization.Id.Name);
        db.Decisions.Add(stored);
        db.Authorizations.Add(authorization);
        await clocks.SyncDeadlines(authorization, cancellationToken);
        db.Publish(new AuthorizationRequestedV1
        {
            AuthorizationId = authorization.Id,
            IndividualId = authorization.IndividualId,
            Provider = authorization.Provider,
            Payer = authorization.Payer,
            Program = authorization.Program,
            Kind = WireCode.Lower(authorization.Kind)!,
            State = WireCode.Lower(authorization.State)!,
            Verdict = stored.Verdict,
            ReceivedOn = authorization.ReceivedOn,
            RequestedFrom = authorization.RequestedFrom,
            RequestedThrough = authorization.RequestedThrough,
            RequestedUnits = authorization.RequestedUnits,
            DueOn = authorization.RequestDueOn,
            DecisionId = new(stored.Id),
            PackVersion = stored.PackVersion,
            RenewsId = authorization.Renews,
        });
        await db.SaveChangesAsync(cancellationToken);
        Requested(log, authorization.Id, stored.Verdict, stored.PackVersion);
        return authorization.ToProto(policies, clock.GetUtcNow(), evaluated.ToProto(stored: true), "", authorization.Etag(), stored: true);
    }

    private sealed record ValidRequest(IndividualId Individual, string Provider, DateOnly Today, DateOnly? Initiation, DateOnly From, DateOnly Through);

    private ValidRequest Read(RequestValidator fields, Proto.RequestAuthorizationRequest request)
    {
        ValidRequest read = new(
            fields.Id<IndividualId>("individual", request.Individual),
            fields.Organization("provider", request.Provider),
            policies.Today(fields, "program", request.Program),
            fields.OptionalDay("service_initiation_date", request.ServiceInitiationDate),
            fields.Day("requested_from", request.RequestedFrom), fields.Day("requested_through", request.RequestedThrough));
        fields.Choice("kind", request.Kind);
        fields.Number("requested_units", request.RequestedUnits, 1, 10_000);
        fields.Choices("documents", request.Documents);
        fields.Choices("pcp_contents", request.PcpContents);
        fields.Choices("transition_plan_contents", request.TransitionPlanContents);
        fields.Require(read.Through >= read.From, "requested_through", "lies before requested_from");
        fields.Require(read.Initiation is not null || request.Kind == Proto.AuthorizationKind.M6 || request.ServiceInitiationDate.Length > 0,
            "service_initiation_date", "is missing; only a request for m6 goes without it");
        return read;
    }

    [LoggerMessage(2103, LogLevel.Information, "Authorization {Authorization} requested: {Verdict} with pack {PackVersion}")]
    private static partial void Requested(ILogger log, AuthorizationId authorization, string verdict, string packVersion);
}
