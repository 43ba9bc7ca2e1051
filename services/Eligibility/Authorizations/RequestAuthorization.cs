using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Eligibility.Documents;
using Ips.Eligibility.Individuals;
using Ips.Policies.Authorizations;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>Sends a request to the payer, first or renewal. Only a complete request without conflict goes to the payer's review.</summary>
public sealed partial class RequestAuthorization(
    EligibilityDb db, IndividualReader people, AuthorizationReader authorizations, DeadlineReader deadlines, Requests requests, Caller caller,
    NamedDocuments documents, SpecimenDocuments specimens, PolicyService policies, AuthorizationClocks clocks, TimeProvider clock,
    ILogger<RequestAuthorization> log)
{
    public async Task<Result<Proto.Authorization>> Handle(Proto.RequestAuthorizationRequest request, CancellationToken cancellationToken) =>
        (await specimens.Named(request, cancellationToken)).Is(out var named, out var problem)
            ? await requests.Run(named.ValidateOnly, named.RequestId, named, (store, s) => Request(named, store, s), cancellationToken) : problem;

    public Task<Result<Proto.Authorization>> Handle(Proto.RenewAuthorizationRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Renew(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.Authorization>>> Request(
        Proto.RequestAuthorizationRequest request, bool store, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var valid = Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        if (await Read(valid.Individual, cancellationToken) is not { } read)
            return new Problem.NotFound("individual", request.Individual);
        if (read.Individual.Provider != valid.Provider)
            return new Problem.Invalid("provider", "is not the agency that serves this person");
        return (await documents.Find(valid.Documents, read.Individual.Id, isRenewal: false, null, cancellationToken)).Is(out var found, out var unfit)
            ? Request(request, valid, read, found, store) : unfit;
    }

    private Result<Decided<Proto.Authorization>> Request(Proto.RequestAuthorizationRequest request, ValidRequest valid, PersonRead read, NamedDocuments.Found found, bool store)
    {
        // decide
        var individual = read.Individual;
        if (individual.CoverageOn(policies.TextOn(request.Program, valid.From), valid.From) is not { } coverage)
            return new Problem.Invalid("requested_from", "is covered by no enrolment; record the payer first");
        Changes changes = new(clock.GetUtcNow());
        var id = AuthorizationId.New(clock);
        Authorization authorization = new()
        {
            Id = id,
            IndividualId = individual.Id,
            Provider = valid.Provider,
            Payer = coverage.Payer,
            Program = request.Program,
            Kind = request.Kind,
            State = default,
            Request = new()
            {
                ServiceInitiationDate = valid.Initiation,
                Profile = read.OnFile.Profile,
                Files = documents.File(found, id, store ? changes : null),
            },
            Exclusive = policies.Engine.Programs[request.Program].RuleFor(Policies.RuleDuty.OneProvider) is not null,
            Expedited = request.Expedited,
            ManagedCare = coverage.Funding == "medicaid",
            ReceivedOn = valid.Today,
            RequestedFrom = valid.From,
            RequestedThrough = valid.Through,
            RequestedUnits = request.RequestedUnits,
            DecisionId = Guid.Empty,
            RecordedAt = changes.Now,
        };
        if (!policies.Evaluate(authorization, read.OnFile.Days).Is(out var evaluated, out var problem))
            return problem;
        authorization.Overlaps = read.Others.Overlapping(authorization);
        clocks.UpdateDecisionClock(authorization, changes.Now);
        if (!store)
            return Shown(authorization, evaluated, changes);

        // write
        // The person's version is raised, so that of a request and a referral made at the same time the second one sees the first.
        changes.Update(individual);
        if (valid.Initiation is { } initiated)
            read.Deadlines.Requested(authorization, initiated, read.OnFile.Referred, policies, changes);
        return Written(authorization, individual, null, evaluated, read.Deadlines, changes);
    }

    private async Task<Result<Decided<Proto.Authorization>>> Renew(
        Proto.RenewAuthorizationRequest request, bool store, CancellationToken cancellationToken)
    {
        // read
        RequestValidator fields = new();
        var id = fields.Id<AuthorizationId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var through = fields.Day("requested_through", request.RequestedThrough);
        fields.Number("requested_units", request.RequestedUnits, 1, 10_000);
        var named = NamedDocuments.Read(fields, request.Documents);
        fields.Choices("continued_service", request.ContinuedService);
        fields.OptionalDay("steady_work_since", request.SteadyWorkSince);
        if (fields.Problem is { } bad)
            return bad;
        var (renewed, due) = (authorizations.Find(caller, id, cancellationToken), deadlines.About(caller, id.Name, cancellationToken));
        var others = await OtherRequests.Beside(db, id, cancellationToken);
        if (await renewed is not { } present || await people.Find(caller, present.IndividualId, cancellationToken) is not { } individual)
            return new Problem.NotFound("authorization", request.Name);
        var sent = await documents.Find(named, individual.Id, isRenewal: true, null, cancellationToken);
        return sent.Is(out var found, out var unfit) ? Renew(request, through, present, individual, others, found, await due, store) : unfit;
    }

    private Result<Decided<Proto.Authorization>> Renew(
        Proto.RenewAuthorizationRequest request, DateOnly through, Authorization present, Individual individual, IReadOnlyList<OtherRequests.Other> others,
        NamedDocuments.Found found, SubjectDeadlines due, bool store)
    {
        // decide
        if (!present.Expects(request.Etag))
            return new Problem.Stale("authorization", request.Name);
        if (policies.LacksStep(present.Program, ReauthorizationDecision.Kind, Policies.RuleDuty.InsteadOfRenewal) is { } lacks)
            return lacks;
        if (present.Kind != Proto.AuthorizationKind.Ips)
            return new Problem.Invalid("name", "is of a kind that is not renewed; send a new request");
        if (present.State is not (Proto.AuthorizationState.Approved or Proto.AuthorizationState.Modified))
            return new Problem.Conflict(
                "authorization state", $"the authorization is {WireCode.Lower(present.State)}; one that is approved or modified is renewed");
        if (others.Any(a => a.Renews == present.Id && a.State is (Proto.AuthorizationState.UnderReview or Proto.AuthorizationState.PendedInfo)))
            return new Problem.Exists("authorization", "that renews this one and is not decided yet");
        Changes changes = new(clock.GetUtcNow());
        var next = present.ApprovedThrough!.Value.AddDays(1);
        var id = AuthorizationId.New(clock);
        Authorization renewal = new()
        {
            Id = id,
            IndividualId = present.IndividualId,
            Provider = present.Provider,
            Payer = individual.CoverageOn(policies.TextOn(present.Program, next), next)?.Payer ?? present.Payer,
            Program = present.Program,
            Kind = present.Kind,
            State = default,
            Request = RequestContent.Of(request).With(documents.File(found, id, store ? changes : null)),
            Renews = present.Id,
            Exclusive = present.Exclusive,
            Expedited = request.Expedited,
            ManagedCare = present.ManagedCare,
            ReceivedOn = policies.Today(present.Program)!.Value,
            RequestDueOn = present.ApprovedThrough,
            RequestedFrom = present.ApprovedThrough!.Value.AddDays(1),
            RequestedThrough = through,
            RequestedUnits = request.RequestedUnits,
            DecisionId = Guid.Empty,
            RecordedAt = changes.Now,
        };
        if (!policies.EvaluateRenewal(renewal, individual, present).Is(out var evaluated, out var problem))
            return problem;
        if (Problem.Invalid.IfBefore("requested_through", through, renewal.RequestedFrom, "the first day of the new span") is { } early)
            return early;
        renewal.Overlaps = others.Overlapping(renewal);
        clocks.UpdateDecisionClock(renewal, changes.Now);
        if (!store)
            return Shown(renewal, evaluated, changes);

        // write
        // Its version is raised, so that of two renewals made at the same time the second one sees the first.
        changes.Update(present);
        changes.Expect(individual);
        if (renewal.State != Proto.AuthorizationState.NotAccepted)
            due.RenewalCame(present, changes);
        return Written(renewal, individual, present, evaluated, due, changes);
    }

    private Decided<Proto.Authorization> Shown(Authorization authorization, DecisionRecord evaluated, Changes changes) =>
        new(authorization.ToProto(policies, changes.Now, evaluated.ToProto(stored: false), PayerWords.None, "", stored: false), changes);

    private Decided<Proto.Authorization> Written(
        Authorization authorization, Individual individual, Authorization? present, DecisionRecord evaluated, SubjectDeadlines due, Changes changes)
    {
        var stored = changes.Insert(policies.Store(evaluated, authorization.Provider, authorization.Id.Name, authorization.Used(individual, present)));
        changes.Insert(authorization);
        due.SyncDeadlines(authorization, changes);
        changes.Publish(new AuthorizationRequestedV1
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
            Expedited = authorization.Expedited,
        });
        return new(authorization.ToProto(policies, changes.Now, evaluated.ToProto(stored: true), PayerWords.None, authorization.Etag(), stored: true), changes,
            () => Requested(log, authorization.Id, stored.Verdict, stored.PackVersion));
    }

    private sealed record PersonRead(Individual Individual, SubjectDeadlines Deadlines, OnFile OnFile, IReadOnlyList<OtherRequests.Other> Others);

    private async Task<PersonRead?> Read(IndividualId id, CancellationToken cancellationToken)
    {
        var (person, due) = (people.Find(caller, id, cancellationToken), deadlines.About(caller, id.Name, cancellationToken));
        var onFile = await OnFile.About(db, id, cancellationToken);
        var others = await OtherRequests.About(db, id, cancellationToken);
        return await person is not { } individual ? null
            : individual.Id == id ? new(individual, await due, onFile, others)
            : await Read(individual.Id, cancellationToken);
    }

    private sealed record ValidRequest(IndividualId Individual, string Provider, DateOnly Today, DateOnly? Initiation, DateOnly From, DateOnly Through,
        IReadOnlyList<DocumentId> Documents);

    private ValidRequest Read(RequestValidator fields, Proto.RequestAuthorizationRequest request)
    {
        ValidRequest read = new(
            fields.Id<IndividualId>("individual", request.Individual),
            fields.Organization("provider", request.Provider),
            policies.Today(fields, "program", request.Program),
            fields.OptionalDay("service_initiation_date", request.ServiceInitiationDate),
            fields.Day("requested_from", request.RequestedFrom), fields.Day("requested_through", request.RequestedThrough),
            NamedDocuments.Read(fields, request.Documents));
        policies.RequireStep(fields, "program", request.Program, AuthorizationRequestDecision.Kind, Policies.RuleDuty.InsteadOfAuthorization);
        fields.Choice("kind", request.Kind);
        fields.Require(request.PcpContents.Count == 0, "pcp_contents", "is for the specimens of a sandbox; store the plan with its contents and send its name");
        fields.Number("requested_units", request.RequestedUnits, 1, 10_000);
        fields.Require(read.Initiation is not null || request.Kind == Proto.AuthorizationKind.M6 || request.ServiceInitiationDate.Length > 0,
            "service_initiation_date", "is missing; only a request for m6 goes without it");
        return read;
    }

    [LoggerMessage(2103, LogLevel.Information, "Authorization {Authorization} requested: {Verdict} with pack {PackVersion}")]
    private static partial void Requested(ILogger log, AuthorizationId authorization, string verdict, string packVersion);
}
